#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use alloc::{
    format,
    string::{String, ToString},
    vec,
};
use proptest::prelude::*;

fn file(path: &str, content: &[u8]) -> FileEntry {
    FileEntry {
        blake3: Address(*blake3::hash(content).as_bytes()),
        git_sha1: [1; 20],
        length: content.len() as u64,
        location: if content.is_empty() {
            Location::Empty
        } else {
            Location::Blob
        },
        path: path.into(),
        sha256: [2; 32],
    }
}

fn packed(path: &str, offset: u64, length: u64) -> FileEntry {
    let location = Location::Pack {
        address: Address([9; 32]),
        offset,
    };
    FileEntry {
        length,
        location,
        ..file(path, b"x")
    }
}

fn of_paths(paths: &[&str]) -> Result<Manifest, ManifestError> {
    Manifest::new(paths.iter().map(|path| file(path, b"x")).collect())
}

#[test]
fn the_bytes_are_compact_json_with_sorted_keys() {
    let manifest = Manifest::new(vec![packed("b", 3, 4), file("a", b"")]).unwrap();
    let expected = format!(
        "{{\"files\":[{{\"blake3\":\"{}\",\"git_sha1\":\"{}\",\"length\":0,\"location\":\"empty\",\"path\":\"a\",\
         \"sha256\":\"{}\"}},{{\"blake3\":\"{}\",\"git_sha1\":\"{}\",\"length\":4,\"location\":{{\"pack\":{{\
         \"address\":\"{}\",\"offset\":3}}}},\"path\":\"b\",\"sha256\":\"{}\"}}],\"version\":1}}",
        blake3::hash(b""),
        "01".repeat(20),
        "02".repeat(32),
        blake3::hash(b"x"),
        "01".repeat(20),
        "09".repeat(32),
        "02".repeat(32),
    );
    assert_eq!(String::from_utf8(manifest.to_bytes()).unwrap(), expected);
    assert_eq!(
        manifest.address().0,
        *blake3::hash(expected.as_bytes()).as_bytes()
    );
    assert_eq!(Manifest::parse(expected.as_bytes()), Ok(manifest));
}

#[test]
fn lookups_find_files_and_blobs() {
    let manifest = Manifest::new(vec![
        packed("d/x", 0, 4),
        packed("d/y", 4, 5),
        file("big", b"abc"),
        file("none", b""),
    ])
    .unwrap();
    assert_eq!(manifest.find("d/y").unwrap().length, 5);
    assert_eq!(manifest.find("d"), None);
    assert_eq!(manifest.total_len(), 12);
    let mut blobs = vec![Address([9; 32]), Address(*blake3::hash(b"abc").as_bytes())];
    blobs.sort();
    assert_eq!(manifest.blobs(), blobs);
}

#[test]
fn json_that_means_the_same_but_is_written_otherwise_is_refused() {
    let text = String::from_utf8(of_paths(&["a", "ü"]).unwrap().to_bytes()).unwrap();
    let variants = [
        text.replace("\"version\":1", "\"version\": 1"),
        text.replace("\"length\":1", "\"length\":1.0"),
        text.replace("\"path\":\"a\"", "\"path\":\"\\u0061\""),
        text.replace('ü', "\\u00fc"),
        text.to_uppercase().replace("\"FILES\"", "\"files\""),
        format!("{text}\n"),
        format!(" {text}"),
        format!("{}{{}}", text),
        text.replace("{\"files\"", "{\"version\":1,\"files\"")
            .replace(",\"version\":1}", "}"),
        text.replace(",\"version\":1}", ",\"version\":1,\"more\":0}"),
        text.replace("\"length\":1,", "\"length\":1,\"length\":1,"),
        text.replace("\"location\":\"blob\"", "\"location\":{\"blob\":null}"),
        text.replace(",\"version\":1}", "}"),
    ];
    assert!(Manifest::parse(text.as_bytes()).is_ok());
    for variant in variants {
        assert_ne!(variant, text);
        assert!(Manifest::parse(variant.as_bytes()).is_err(), "{variant}");
    }
    let upper = text.replacen(
        &blake3::hash(b"x").to_string(),
        &blake3::hash(b"x").to_string().to_uppercase(),
        1,
    );
    assert!(matches!(
        Manifest::parse(upper.as_bytes()),
        Err(ManifestError::NotCanonical { .. })
    ));
}

#[test]
fn a_later_format_is_named_as_such() {
    let text = "{\"entries\":[],\"version\":2}";
    assert_eq!(
        Manifest::parse(text.as_bytes()),
        Err(ManifestError::Version {
            actual: 2,
            supported: 1
        })
    );
    assert!(matches!(
        Manifest::parse(b"{}"),
        Err(ManifestError::Syntax { line: 1, .. })
    ));
    assert!(matches!(
        Manifest::parse(&[0xff]),
        Err(ManifestError::Syntax { .. })
    ));
}

#[test]
fn paths_stay_inside_the_folder() {
    for path in [
        "a",
        "a/b/c",
        "é.bin",
        "..a",
        "a..",
        ".hidden",
        "a b",
        "...",
        &"x".repeat(255),
    ] {
        assert_eq!(check_path(path), Ok(()), "{path}");
    }
    for (path, reason) in [
        ("", BadPath::Length { len: 0, max: 255 }),
        ("/etc/passwd", BadPath::Absolute),
        ("../a", BadPath::DotSegment),
        ("a/../b", BadPath::DotSegment),
        ("a/.", BadPath::DotSegment),
        (".", BadPath::DotSegment),
        ("a//b", BadPath::EmptySegment),
        ("a/", BadPath::EmptySegment),
        ("a\0b", BadPath::Control),
        ("a\nb", BadPath::Control),
        ("a\u{85}", BadPath::Control),
        ("a\\b", BadPath::Backslash),
        (&"x".repeat(256), BadPath::Length { len: 256, max: 255 }),
        (&"é".repeat(128), BadPath::Length { len: 256, max: 255 }),
    ] {
        assert_eq!(check_path(path), Err(reason), "{path:?}");
        assert!(of_paths(&[path]).is_err());
    }
}

#[test]
fn a_path_comes_once_and_no_file_is_a_folder() {
    assert_eq!(
        of_paths(&["a", "a"]),
        Err(ManifestError::RepeatedPath { path: "a".into() })
    );
    let error = of_paths(&["a/b", "a-", "a", "a.x"]).unwrap_err();
    assert_eq!(
        error,
        ManifestError::FileIsFolder {
            file: "a".into(),
            path: "a/b".into()
        }
    );
    assert!(of_paths(&["x/y", "x/y/z/q"]).is_err());
    assert!(of_paths(&["a/b", "a-", "ab", "a0/b", "A"]).is_ok());
}

#[test]
fn lengths_and_places_fit() {
    let place = |length, location| {
        Manifest::new(vec![FileEntry {
            length,
            location,
            ..file("a", b"x")
        }])
        .is_ok()
    };
    let pack = |offset| Location::Pack {
        address: Address([0; 32]),
        offset,
    };
    assert!(!place(0, Location::Blob) && !place(0, pack(0)) && !place(1, Location::Empty));
    assert!(
        !place(0, Location::Empty),
        "an empty file has the hash of nothing"
    );
    assert!(place(MAX_BLOB_LEN, Location::Blob) && !place(MAX_BLOB_LEN + 1, Location::Blob));
    assert!(place(1, pack(PACK_LEN_MAX - 1)) && !place(1, pack(PACK_LEN_MAX)));
    assert!(!place(2, pack(u64::MAX)) && !place(u64::MAX, pack(1)));
}

#[test]
fn counts_are_bounded() {
    assert_eq!(Manifest::new(vec![]), Err(ManifestError::NoFiles));
    let many: Vec<FileEntry> = (0..=MAX_MANIFEST_FILES)
        .map(|i| file(&i.to_string(), b"x"))
        .collect();
    assert!(matches!(
        Manifest::new(many),
        Err(ManifestError::TooManyFiles { .. })
    ));
    let empty = b"{\"files\":[],\"version\":1}";
    assert_eq!(Manifest::parse(empty), Err(ManifestError::NoFiles));
}

#[test]
fn files_out_of_order_are_refused_when_parsed() {
    let sorted = String::from_utf8(of_paths(&["a", "b"]).unwrap().to_bytes()).unwrap();
    let swapped = sorted.replace("\"path\":\"a\"", "\"path\":\"z\"");
    assert_eq!(
        Manifest::parse(swapped.as_bytes()),
        Err(ManifestError::Order { path: "b".into() })
    );
}

prop_compose! {
    fn any_entry()(
        path in "[a-c\"ü ]{1,3}(/[a-c.]{1,2}x){0,2}", length in 0u64..2_000_000, kind in 0u8..3, hash: [u8; 32],
        sha256: [u8; 32], git_sha1: [u8; 20], offset in 0u64..PACK_LEN_MAX / 2,
    ) -> FileEntry {
        let (length, blake3, location) = match (length, kind) {
            (0, _) | (_, 0) => (0, empty_address(), Location::Empty),
            (_, 1) => (length, Address(hash), Location::Blob),
            _ => (length, Address(hash), Location::Pack { address: Address(sha256), offset }),
        };
        FileEntry { blake3, git_sha1, length, location, path, sha256 }
    }
}

proptest! {
    #[test]
    fn a_manifest_survives_its_bytes(files in prop::collection::vec(any_entry(), 1..12)) {
        if let Ok(manifest) = Manifest::new(files.clone()) {
            prop_assert_eq!(Manifest::parse(&manifest.to_bytes()), Ok(manifest.clone()));
            let reversed = Manifest::new(files.into_iter().rev().collect()).unwrap();
            prop_assert_eq!(reversed.address(), manifest.address());
        }
    }

    #[test]
    fn whatever_parses_has_exactly_these_bytes(
        files in prop::collection::vec(any_entry(), 1..4), at: prop::sample::Index, byte: u8,
    ) {
        if let Ok(manifest) = Manifest::new(files) {
            let mut bytes = manifest.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(parsed) = Manifest::parse(&bytes) {
                prop_assert_eq!(parsed.to_bytes(), bytes);
            }
        }
    }

    #[test]
    fn accepted_paths_join_below_the_folder(path in "\\PC{0,20}|[a./\\\\]{1,9}") {
        if check_path(&path).is_ok() {
            let joined = std::path::Path::new("/root").join(&path);
            let normal = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
            prop_assert!(joined.strip_prefix("/root").unwrap().components().all(normal));
            prop_assert_eq!(std::path::Path::new(&path).components().count(), path.split('/').count());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Manifest::parse(&bytes);
    }
}
