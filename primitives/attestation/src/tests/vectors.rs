//! NVIDIA's files and the answers of `tests/vectors/attestation/generate.py`.

use crate::{GoldenEntry, GoldenSet, Measurement};
use serde::Deserialize;

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/vectors/attestation/", $name))
    };
}
pub(crate) use vector;

pub fn report(text: &str) -> Vec<u8> {
    hex::decode(text.trim()).unwrap()
}

pub fn chain(text: &str) -> Vec<Vec<u8>> {
    let blocks = pem::parse_many(text).unwrap();
    blocks.into_iter().map(pem::Pem::into_contents).collect()
}

pub fn slices(chain: &[Vec<u8>]) -> Vec<&[u8]> {
    chain.iter().map(Vec::as_slice).collect()
}

#[derive(Deserialize)]
struct Golden {
    driver: Rim,
    vbios: Rim,
}

#[derive(Deserialize)]
struct Rim {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    index: u8,
    alternatives: Vec<String>,
}

/// The golden sets of NVIDIA's two RIM files: driver, VBIOS.
pub fn golden() -> [GoldenSet; 2] {
    let golden: Golden = serde_json::from_str(vector!("golden.json")).unwrap();
    [golden.driver, golden.vbios].map(|rim| GoldenSet {
        entries: rim
            .entries
            .into_iter()
            .map(|entry| GoldenEntry {
                index: entry.index,
                alternatives: values(&entry.alternatives).try_into().unwrap(),
            })
            .collect::<Vec<_>>()
            .try_into()
            .unwrap(),
    })
}

fn values(hex: &[String]) -> Vec<Measurement> {
    hex.iter()
        .map(|value| hex::decode(value).unwrap().try_into().unwrap())
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NonceVector {
    genesis_hash: String,
    worker: String,
    session_key: String,
    block_number: u32,
    block_hash: String,
    nonce: String,
}

#[test]
fn nonces_are_those_of_the_vectors() {
    let vectors: Vec<NonceVector> = serde_json::from_str(vector!("nonce.json")).unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let array = |text: &str| hex::decode(text).unwrap().try_into().unwrap();
        let challenge = crate::Challenge {
            genesis_hash: array(&vector.genesis_hash),
            worker: array(&vector.worker),
            session_key: array(&vector.session_key),
            block_number: vector.block_number,
            block_hash: array(&vector.block_hash),
        };
        assert_eq!(hex::encode(challenge.nonce()), vector.nonce);
    }
}
