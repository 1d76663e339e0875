//! Golden sets.

use crate::{
    dev::{golden_set, golden_sets},
    GoldenEntry, GoldenId, GoldenSet,
};
use codec::{Decode, Encode, MaxEncodedLen};

fn set(indices: &[u8]) -> GoldenSet {
    let entry = |index: &u8| GoldenEntry {
        index: *index,
        alternatives: vec![[0; 48]].try_into().unwrap(),
    };
    let entries: Vec<_> = indices.iter().map(entry).collect();
    GoldenSet {
        entries: entries.try_into().unwrap(),
    }
}

#[test]
fn indices_ascend_and_are_below_64() {
    assert_eq!(set(&[0, 1, 63]).check(), Ok(()));
    for wrong in [&[][..], &[1, 1], &[2, 1], &[64]] {
        assert!(set(wrong).check().is_err(), "{wrong:?}");
    }
}

#[test]
fn an_active_index_needs_a_value() {
    let mut set = set(&[3]);
    set.entries[0].alternatives.clear();
    assert!(set.check().is_err());
}

#[test]
fn the_test_sets_have_the_shape_of_nvidias() {
    let [(_, driver), (_, vbios)] = golden_sets();
    assert_eq!((driver.entries.len(), vbios.entries.len()), (21, 12));
    assert_eq!((driver.check(), vbios.check()), (Ok(()), Ok(())));
}

#[test]
fn sets_survive_their_encoding_and_their_bound() {
    let set = golden_set(0..64);
    let bytes = set.encode();
    assert!(bytes.len() <= GoldenSet::max_encoded_len());
    assert_eq!(GoldenSet::decode(&mut &bytes[..]), Ok(set));
}

#[test]
fn ids_read_as_they_are_shown() {
    for (id, _) in golden_sets() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    for wrong in [
        "",
        "driver",
        "driver 1 2",
        "VBIOS 1010_0200 96.00.5E.00.01",
        "VBIOS 1010_0200_882 96",
        "firmware 1",
    ] {
        assert!(wrong.parse::<GoldenId>().is_err(), "{wrong}");
    }
}
