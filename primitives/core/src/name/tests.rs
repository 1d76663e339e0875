#![allow(clippy::unwrap_used)]

use super::*;
use alloc::{format, string::ToString};
use proptest::prelude::*;

#[test]
fn names_of_hugging_face_are_names() {
    for name in [
        "meta-llama",
        "Qwen",
        "01-ai",
        "all-MiniLM-L6-v2",
        "a",
        "x_y.z-1",
        "t5_",
    ] {
        assert_eq!(check_namespace(name.as_bytes()), Ok(()), "{name}");
        assert_eq!(check_model_name(name.as_bytes()), Ok(()), "{name}");
    }
    assert_eq!(check_model_name("a".repeat(96).as_bytes()), Ok(()));
}

#[test]
fn other_names_are_not() {
    let long = "a".repeat(97);
    for name in [
        "", "-a", ".a", "_a", "a-", "a.", "a--b", "a..b", "a b", "a/b", "a@b", "é", "a\0", "x.git",
        &long, "a\n",
    ] {
        assert!(check_namespace(name.as_bytes()).is_err(), "{name:?}");
        assert!(check_model_name(name.as_bytes()).is_err(), "{name:?}");
    }
    assert!(check_namespace(b"b3").is_err());
    assert!(check_namespace(b"B3_").is_err());
    assert_eq!(check_model_name(b"b3"), Ok(()));
}

#[test]
fn errors_name_the_byte_and_the_remedy() {
    let error = check_model_name(b"my model").unwrap_err().to_string();
    assert_eq!(
        error,
        "a model name has byte 0x20 at position 2; use ASCII letters, digits, '-', '_' and '.', and begin with a \
         letter or digit"
    );
    assert_eq!(
        check_tag(b"").unwrap_err().to_string(),
        "a tag must have 1 to 64 bytes, got 0"
    );
}

#[test]
fn names_that_look_alike_fold_together() {
    for alike in ["Foo-Bar", "foo_bar", "foo.bar", "FOO-_bar", "foo-bar_"] {
        assert_eq!(fold(alike.as_bytes()), b"foo-bar", "{alike}");
    }
    assert_ne!(fold(b"foobar"), fold(b"foo-bar"));
}

#[test]
fn a_commitment_binds_name_salt_and_account() {
    let base = commitment(b"Foo-Bar", &[1; 32], &[2; 32]);
    assert_eq!(commitment(b"foo_bar", &[1; 32], &[2; 32]), base);
    assert_ne!(commitment(b"foobar", &[1; 32], &[2; 32]), base);
    assert_ne!(commitment(b"Foo-Bar", &[3; 32], &[2; 32]), base);
    assert_ne!(commitment(b"Foo-Bar", &[1; 32], &[3; 32]), base);
}

#[test]
fn tags_are_neither_numbers_nor_addresses() {
    for tag in ["main", "v1", "1.0", "2024_01", "latest", "a", "0x1"] {
        assert_eq!(check_tag(tag.as_bytes()), Ok(()), "{tag}");
    }
    let (sha1, blake3, long) = ("0a".repeat(20), "Fe".repeat(32), "v".repeat(65));
    for tag in [
        "", "7", "007", "-v", "a b", "v@1", "v/1", &sha1, &blake3, &long,
    ] {
        assert!(check_tag(tag.as_bytes()).is_err(), "{tag}");
    }
}

#[test]
fn references_name_a_version_by_tag_or_number() {
    let parse = |text: &str| text.parse::<ModelRef>().map(|model| model.selector);
    assert_eq!(parse("ns/name"), Ok(Selector::Latest));
    assert_eq!(parse("ns/name@main"), Ok(Selector::Tag(b"main".to_vec())));
    assert_eq!(parse("ns/name@3"), Ok(Selector::Version(3)));
    for wrong in [
        "",
        "ns",
        "ns/",
        "/name",
        "ns/a/b",
        "ns/name@",
        "ns/name@0",
        "ns/name@07",
        "ns/name@a@b",
        "ns/name@4294967296",
        "ns /name",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn licence_expressions_are_checked() {
    for licence in [
        "MIT",
        "Apache-2.0",
        "GPL-2.0+",
        "MIT OR Apache-2.0",
        "(MIT AND BSD-3-Clause) OR ISC",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "LicenseRef-llama-3.1",
        "DocumentRef-x:LicenseRef-y",
        "other",
        "((((((((MIT))))))))",
        "MIT AND(ISC)",
    ] {
        assert_eq!(check_licence(licence.as_bytes()), Ok(()), "{licence}");
    }
    let (deep, long) = (
        format!("{}MIT{}", "(".repeat(9), ")".repeat(9)),
        "M".repeat(129),
    );
    for licence in [
        "",
        " ",
        "AND",
        "MIT AND",
        "MIT ISC",
        "OR MIT",
        "(MIT",
        "MIT)",
        "()",
        "MIT WITH",
        "(MIT) WITH x",
        "MIT WITH (x)",
        "MIT WITH x WITH y",
        "LicenseRef-",
        "LicenseRef-a+",
        "x:LicenseRef-y",
        "DocumentRef-:LicenseRef-y",
        "DocumentRef-x:MIT",
        "MIT\n",
        "MIT/ISC",
        "+",
        "WITH",
        "é",
        "MIT++",
        "-MIT",
        "MIT (ISC)",
        &deep,
        &long,
    ] {
        assert!(check_licence(licence.as_bytes()).is_err(), "{licence:?}");
    }
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[A-Za-z() +:.-]{0,140}") {
        for input in [bytes.as_slice(), text.as_bytes()] {
            let _ = (check_namespace(input), check_tag(input), check_licence(input), fold(input));
        }
        let _ = text.parse::<ModelRef>();
    }

    #[test]
    fn folding_is_stable_and_never_empties_a_name(name in "[A-Za-z0-9][A-Za-z0-9._-]{0,95}") {
        let folded = fold(name.as_bytes());
        prop_assert!(!folded.is_empty() && folded.len() <= name.len());
        prop_assert_eq!(fold(&folded), folded.clone());
        prop_assert_eq!(fold(name.to_ascii_uppercase().as_bytes()), folded);
    }

    #[test]
    fn references_survive_printing(
        namespace in "[a-z][a-z0-9]{0,9}_x", name in "[A-Z][a-z0-9]{0,9}", version in 1u32.., tag in "v[a-z0-9]{0,9}",
    ) {
        for selector in [Selector::Latest, Selector::Version(version), Selector::Tag(tag.into_bytes())] {
            let model = ModelRef { namespace: namespace.clone(), name: name.clone(), selector };
            prop_assert_eq!(model.to_string().parse(), Ok(model));
        }
    }

    #[test]
    fn generated_licences_pass(ids in prop::collection::vec("[A-Za-z0-9][A-Za-z0-9.-]{0,9}", 1..6), joins in prop::collection::vec(any::<bool>(), 6)) {
        let mut text = format!("({}x)", ids[0]);
        for (id, and) in ids.iter().skip(1).zip(joins) {
            text = format!("{text} {} x{id}+", if and { "AND" } else { "OR" });
        }
        prop_assert_eq!(check_licence(text.as_bytes()), Ok(()));
    }
}
