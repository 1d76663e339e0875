#![allow(clippy::unwrap_used)]

use super::*;
use ballast_chain::Signer;
use ballast_core::sealing::SealingKeyBody;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use zeroize::Zeroizing;

const REQUEST: Request<'_> = Request {
    genesis_hash: [1; 32],
    path: "/v1/completions",
    channel: 7,
    number: 3,
};

fn pair() -> SealingPair {
    SealingPair::new([1; 32], &Signer::from_dev("Alice").unwrap()).unwrap()
}

fn key_of(pair: &SealingPair) -> [u8; 32] {
    pair.public().checked([1; 32]).unwrap().1
}

/// Both ends of a request's answer.
fn ends() -> (AnswerSealer, AnswerOpener) {
    let pair = pair();
    let (message, ours) = seal_request(&key_of(&pair), &REQUEST, b"question").unwrap();
    let (body, theirs) = open_request(&pair, &REQUEST, &message).unwrap();
    assert_eq!(body, b"question");
    (AnswerSealer::new(&theirs).unwrap(), AnswerOpener::new(ours))
}

fn opened(opener: &mut AnswerOpener, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
    Ok(opener.push(bytes)?.concat())
}

#[test]
fn a_key_is_good_for_its_chain_and_signed_by_its_session_key() {
    let alice = Signer::from_dev("Alice").unwrap();
    let pair = pair();
    let shown = pair.public();
    let (session, key) = shown.checked([1; 32]).unwrap();
    assert_eq!((session, key), (alice.account(), public(pair.secret())));
    assert!(shown.checked([2; 32]).is_err());
    let other = SealingPair::new([1; 32], &Signer::from_dev("Bob").unwrap()).unwrap();
    let mut changed = shown.clone();
    changed.sealing_key = other.public().sealing_key.clone();
    assert!(changed.checked([1; 32]).is_err());
    let mut changed = shown.clone();
    changed.session_key = other.public().session_key.clone();
    assert!(changed.checked([1; 32]).is_err());
    let mut changed = shown.clone();
    changed.version = 2;
    assert!(changed.checked([1; 32]).is_err());
}

#[test]
fn a_request_opens_only_unchanged_and_where_it_belongs() {
    let pair = pair();
    let (message, _) = seal_request(&key_of(&pair), &REQUEST, b"secret words").unwrap();
    assert!(!message.windows(6).any(|window| window == b"secret"));
    assert!(message.len() <= sealed_len_max(12));
    for at in 0..message.len() {
        let mut changed = message.clone();
        changed[at] ^= 1;
        assert!(open_request(&pair, &REQUEST, &changed).is_err(), "{at}");
        assert!(open_request(&pair, &REQUEST, &message[..at]).is_err());
    }
    let others = [
        Request {
            genesis_hash: [2; 32],
            ..REQUEST
        },
        Request {
            path: "/v1/embeddings",
            ..REQUEST
        },
        Request {
            channel: 8,
            ..REQUEST
        },
        Request {
            number: 4,
            ..REQUEST
        },
    ];
    for other in others {
        let result = open_request(&pair, &other, &message);
        assert_eq!(result.err(), Some(SealError::Broken), "{other:?}");
    }
    let restarted = self::pair();
    let result = open_request(&restarted, &REQUEST, &message);
    assert_eq!(result.err(), Some(SealError::AnotherKey));
}

#[test]
fn lengths_of_words_do_not_show() {
    let (mut sealer, _) = ends();
    let head = sealer.seal(b"{}", false).unwrap();
    let lens: Vec<usize> = ["", "a", "a longer word"]
        .iter()
        .map(|word| sealer.seal(word.as_bytes(), false).unwrap().len())
        .collect();
    assert_eq!(lens, vec![head.len() - 32; 3]);
}

#[test]
fn a_cut_answer_has_no_end_and_nothing_comes_after_one() {
    let (mut sealer, mut opener) = ends();
    let first = sealer.seal(b"head", false).unwrap();
    let last = sealer.seal(b"", true).unwrap();
    assert_eq!(opened(&mut opener, &first).unwrap(), b"head");
    assert_eq!(opened(&mut opener, &last[..last.len() - 1]).unwrap(), b"");
    assert!(!opener.is_over());
    assert_eq!(opened(&mut opener, &last[last.len() - 1..]).unwrap(), b"");
    assert!(opener.is_over());
    assert_eq!(opener.push(b"x"), Err(SealError::AfterEnd));
}

#[test]
fn chunks_that_are_left_out_swapped_or_repeated_are_found() {
    let chunks = |sealer: &mut AnswerSealer| -> Vec<Bytes> {
        let mut all = vec![sealer.seal(b"head", false).unwrap()];
        all.extend([b"one", b"two"].map(|text| sealer.seal(text, false).unwrap()));
        all.push(sealer.seal(b"", true).unwrap());
        all
    };
    for order in [&[0, 2][..], &[0, 2, 1], &[0, 1, 1], &[0, 3]] {
        let (mut sealer, mut opener) = ends();
        let all = chunks(&mut sealer);
        let sent: Vec<u8> = order.iter().flat_map(|at| all[*at].to_vec()).collect();
        assert_eq!(opener.push(&sent), Err(SealError::Broken), "{order:?}");
    }
    // A chunk that is made the last by whoever passes it on.
    let (mut sealer, mut opener) = ends();
    let all = chunks(&mut sealer);
    let mut sent = [&all[0][..], &all[1]].concat();
    sent[all[0].len()] = 1;
    assert_eq!(opener.push(&sent), Err(SealError::Broken));
}

#[test]
fn an_answer_belongs_to_one_sending_of_one_request() {
    let pair = pair();
    let send = || seal_request(&key_of(&pair), &REQUEST, b"the same").unwrap();
    let (first, second) = (send(), send());
    let (_, key) = open_request(&pair, &REQUEST, &first.0).unwrap();
    let answer = AnswerSealer::new(&key)
        .unwrap()
        .seal(b"head", true)
        .unwrap();
    let mut other = AnswerOpener::new(second.1);
    assert_eq!(other.push(&answer), Err(SealError::Broken));
    let mut own = AnswerOpener::new(first.1);
    assert_eq!(opened(&mut own, &answer).unwrap(), b"head");
    // Sealed twice under one request's key, as when it is answered again, no two boxes have a nonce in common.
    let again = AnswerSealer::new(&key)
        .unwrap()
        .seal(b"head", true)
        .unwrap();
    assert_ne!(again, answer);
}

proptest! {
    #[test]
    fn however_an_answer_is_cut_the_same_is_read(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..900), 1..6),
        cuts in prop::collection::vec(1usize..700, 1..20),
    ) {
        let (mut sealer, mut opener) = ends();
        let mut sent = Vec::new();
        for piece in &pieces {
            sent.extend_from_slice(&sealer.seal(piece, false).unwrap());
        }
        sent.extend_from_slice(&sealer.seal(b"", true).unwrap());
        let (mut read, mut rest) = (Vec::new(), sent.as_slice());
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            read.extend(opened(&mut opener, now).unwrap());
            rest = later;
            if rest.is_empty() { break; }
        }
        prop_assert!(opener.is_over());
        prop_assert_eq!(read, pieces.concat());
    }

    #[test]
    fn whatever_byte_is_changed_nothing_wrong_is_read(at in 0usize..3000, bit in 0u8..8) {
        let (mut sealer, mut opener) = ends();
        let mut sent = sealer.seal(b"head", false).unwrap().to_vec();
        sent.extend_from_slice(&sealer.seal(b"body", true).unwrap());
        let at = at % sent.len();
        sent[at] ^= 1 << bit;
        let read = opener.push(&sent);
        // A changed length may ask for more bytes than there are; then the answer has no end.
        let is_found = read.is_err() || !opener.is_over();
        prop_assert!(is_found, "{at} {bit}");
        if let Ok(read) = read {
            let read: Vec<u8> = read.concat();
            prop_assert!(b"headbody".starts_with(&read[..]), "{at} {bit}");
        }
    }

    #[test]
    fn strangers_bytes_are_refused_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open_request(&pair(), &REQUEST, &bytes).is_err());
        let (_, mut opener) = ends();
        let _ = opener.push(&bytes);
        prop_assert!(!opener.is_over());
    }
}

#[test]
fn what_is_longer_than_a_chunk_is_cut_and_comes_whole() {
    let (mut sealer, mut opener) = ends();
    let long = vec![b'x'; 2 * CHUNK_LEN_MAX + 1];
    let sent = sealer.seal(&long, true).unwrap();
    let chunks = opener.push(&sent).unwrap();
    assert_eq!((chunks.len(), opener.is_over()), (3, true));
    assert_eq!(chunks.concat(), long);
}

/// tests/vectors/sealed.json, by the Python in tests/vectors/sealed.py.
#[test]
fn the_vectors_hold() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/sealed.json"
    );
    let vector: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let secret =
        |name: &str| -> Secret { Zeroizing::new(bytes(&vector[name]).try_into().unwrap()) };
    let genesis_hash = *secret("genesis_hash");
    let request = Request {
        genesis_hash,
        path: vector["path"].as_str().unwrap(),
        channel: vector["channel"].as_u64().unwrap(),
        number: vector["number"].as_u64().unwrap(),
    };
    let pair = SealingPair::of(
        secret("sealing_secret"),
        genesis_hash,
        &Signer::from_dev("Alice").unwrap(),
    );
    let to = public(pair.secret());
    assert_eq!(to.to_vec(), bytes(&vector["sealing_key"]));
    let signed = SealingKeyBody {
        genesis_hash,
        sealing_key: to,
    };
    assert_eq!(signed.signing_payload(), bytes(&vector["sealing_payload"]));
    let body = bytes(&vector["body"]);
    let (message, ours) =
        request::seal_with(&secret("ephemeral_secret"), &to, &request, &body).unwrap();
    assert_eq!(hex::encode(&message), vector["request"].as_str().unwrap());
    let (opened, theirs) = open_request(&pair, &request, &message).unwrap();
    assert_eq!(opened, body);
    let mut sealer = AnswerSealer::with(&theirs, *secret("answer_nonce"));
    let mut opener = AnswerOpener::new(ours);
    for chunk in vector["chunks"].as_array().unwrap() {
        let plain = bytes(&chunk["plain"]);
        let sent = sealer
            .seal(&plain, chunk["last"].as_bool().unwrap())
            .unwrap();
        assert_eq!(hex::encode(&sent), chunk["sent"].as_str().unwrap());
        assert_eq!(opener.push(&sent).unwrap().concat(), plain);
    }
    assert!(opener.is_over());
}
