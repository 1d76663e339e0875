//! Shares of an income, from the model up its base line.

use crate::mock::{Models as Pallet, *};

fn royalties(name: &str) -> Vec<(crate::AccountId, u16)> {
    Pallet::royalties(b"ADA", name.as_bytes())
}

#[test]
fn shares_go_up_the_whole_line() {
    run(|| {
        claim(1, "ada");
        let names = ["a", "b", "c", "d", "e"];
        for (index, name) in names.iter().enumerate() {
            let base = index.checked_sub(1).map(|below| ("ada", names[below]));
            try_create(1, ("ada", name), base, 10 * (1 + index as u16)).unwrap();
        }
        let expected = [50, 40, 30, 20, 10].map(|permille| (id(1), permille));
        assert_eq!(royalties("e"), expected);
        assert_eq!(royalties("a"), [(id(1), 10)]);
    });
}

#[test]
fn a_share_follows_its_model_to_another_owner() {
    run(|| {
        tiny();
        try_create(1, ("ada", "chat"), Some(("ada", "tiny")), 100).unwrap();
        Pallet::transfer_model(origin(1), name("ada"), name("tiny"), id(2)).unwrap();
        assert_eq!(royalties("chat"), [(id(1), 100), (id(2), 50)]);
    });
}

#[test]
fn who_asks_for_nothing_gets_nothing_and_hides_nobody() {
    run(|| {
        tiny();
        try_create(1, ("ada", "chat"), Some(("ada", "tiny")), 0).unwrap();
        assert_eq!(royalties("chat"), [(id(1), 50)]);
        assert_eq!(royalties("none"), []);
    });
}

#[test]
fn a_version_is_found_by_any_spelling() {
    run(|| {
        tiny();
        try_publish(1, 7, &[]).unwrap();
        assert_eq!(Pallet::manifest_of(b"Ada", b"TINY", 1), Some(address(7)));
        assert_eq!(Pallet::manifest_of(b"ada", b"tiny", 2), None);
        assert_eq!(Pallet::manifest_of(b"ada", b"none", 1), None);
        assert_eq!(Pallet::manifest_of(&[b'x'; 200], b"tiny", 1), None);
    });
}
