use super::*;
use proptest::prelude::*;

fn chunk(seed: u64, count: usize) -> Vec<Point> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut indices = BTreeSet::new();
    while indices.len() < count {
        indices.insert((next() % (32 * 4_096)) as u32);
    }
    let value = |bits: u64| 0x4000 | (bits as u16 & 0x807f);
    indices
        .into_iter()
        .map(|index| Point {
            index,
            value: value(next()),
        })
        .collect()
}

/// How many of these values are claimed.
fn agreeing(digest: &Digest, own: &[Point]) -> usize {
    let agrees = |point: &&Point| digest.value_at(point.index) == u32::from(point.value);
    own.iter().filter(agrees).count()
}

fn shifted(points: &[Point], by: u16) -> Vec<Point> {
    let shift = |point: &Point| Point {
        value: point.value + by,
        ..*point
    };
    points.iter().map(shift).collect()
}

#[test]
fn a_number_counts_only_if_it_is_the_same() {
    let own = chunk(3, TOP);
    let digest = Digest::of(&own).unwrap();
    let scores = [0, 1, 2, 40].map(|by| digest.score(&shifted(&own, by)));
    assert_eq!(scores, [1_000, 0, 0, 0]);
    let few = shifted(&own[..8], 1);
    let mostly: Vec<_> = few.iter().chain(&own[8..]).copied().collect();
    assert_eq!(digest.score(&mostly), 875);
    let half: Vec<_> = own[..64].iter().chain(&chunk(5, 64)).copied().collect();
    assert_eq!(digest.score(&half), 0);
    assert!(agreeing(&digest, &chunk(4, TOP)) < 7);
}

#[test]
fn a_number_of_another_sign_is_another() {
    let own = [Point {
        index: 5,
        value: 0x8000,
    }];
    let digest = Digest::of(&own).unwrap();
    assert_eq!(digest.score(&[Point { index: 5, value: 0 }]), 0);
    assert_eq!(digest.score(&own), 1_000);
}

#[test]
fn what_is_no_digest_is_refused_by_its_fault() {
    let bytes = Digest::of(&chunk(1, 2)).unwrap().to_bytes();
    assert_eq!(bytes.len(), 6);
    let with = |at: usize, number: u16| {
        let mut changed = bytes.clone();
        changed[at..at + 2].copy_from_slice(&number.to_le_bytes());
        Digest::from_bytes(&changed).err()
    };
    assert_eq!(with(0, 0), Some(DigestError::Modulus));
    assert_eq!(with(0, 32_767), Some(DigestError::Modulus));
    assert_eq!(with(0, 65_498), Some(DigestError::Modulus));
    assert_eq!(with(0, 65_497), None);
    assert_eq!(with(2, 65_497), Some(DigestError::Coefficient));
    for len in [0, 1, 2, 3, 5] {
        assert_eq!(
            Digest::from_bytes(&bytes[..len]),
            Err(DigestError::Length),
            "{len}"
        );
    }
    assert_eq!(Digest::from_bytes(&[0xff; 260]), Err(DigestError::Length));
}

#[test]
fn what_cannot_have_a_digest_has_none() {
    let point = |index, value| Point { index, value };
    assert_eq!(Digest::of(&[]), None);
    assert_eq!(Digest::of(&chunk(1, TOP + 1)), None);
    assert_eq!(Digest::of(&[point(1, 2), point(1, 3)]), None);
    for infinite in [0x7f80, 0xff80, 0x7fc0, 0xffff] {
        assert_eq!(Digest::of(&[point(1, infinite)]), None);
    }
    assert!(Digest::of(&[point(u32::MAX, 0xff7f)]).is_some());
}

#[test]
fn equal_remainders_are_told_apart_by_another_modulus() {
    let point = |index, value| Point { index, value };
    let points = [point(3, 7), point(3 + PRIME, 8)];
    let digest = Digest::of(&points).unwrap();
    assert!(u32::from(digest.modulus) < PRIME);
    assert_eq!(digest.score(&points), 1_000);
}

proptest! {
    #[test]
    fn a_digest_gives_back_every_value(seed: u64, count in 1..=TOP) {
        let points = chunk(seed, count);
        let digest = Digest::of(&points).unwrap();
        for point in &points {
            prop_assert_eq!(digest.value_at(point.index), u32::from(point.value));
        }
        let bytes = digest.to_bytes();
        prop_assert_eq!(bytes.len(), 2 + 2 * count);
        prop_assert_eq!(Digest::from_bytes(&bytes), Ok(digest.clone()));
        prop_assert_eq!(digest.score(&points), MAX_SCORE);
    }

    #[test]
    fn a_number_that_differs_counts_twice(seed: u64, count in 1..=TOP, off in prop::collection::vec(0u16..20, TOP)) {
        let claimed = chunk(seed, count);
        let own: Vec<_> = claimed
            .iter()
            .zip(&off)
            .map(|(point, off)| Point { value: point.value + off, ..*point })
            .collect();
        let digest = Digest::of(&claimed).unwrap();
        let same = claimed.iter().zip(&own).filter(|(a, b)| a == b).count();
        prop_assert_eq!(usize::from(digest.score(&own)), 1_000usize.saturating_sub((2_000 * (count - same)).div_ceil(count)));
    }

    #[test]
    fn garbage_is_refused_or_scores_nearly_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300), seed: u64) {
        if let Ok(digest) = Digest::from_bytes(&bytes) {
            prop_assert_eq!(digest.to_bytes(), bytes);
            prop_assert!(agreeing(&digest, &chunk(seed, TOP)) < 13);
        }
    }

    #[test]
    fn every_bit_of_a_digest_is_hashed(seed: u64, at in 2usize..258, bit in 0u8..8) {
        let digest = Digest::of(&chunk(seed, TOP)).unwrap();
        let mut bytes = digest.to_bytes();
        bytes[at] ^= 1 << bit;
        if let Ok(other) = Digest::from_bytes(&bytes) {
            prop_assert_ne!(other.hash(), digest.hash());
        }
    }
}
