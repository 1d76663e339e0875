//! A tree over a list of hashes: what a batch of claims and an answer's activation digests commit to.
//!
//! The tree is left-balanced, and its inner nodes are BLAKE3's own parents that are not the root, so it is the tree that
//! addresses and shards have, over values instead of chunks. The root of one hash is that hash.
//!
//! Goals: one hash of a list is shown with a logarithm of its length; place and length are bound by the path.
//! Non-goals: what the hashes stand for; who makes one separates it from other hashes by its own context.

use alloc::vec::Vec;
use blake3::hazmat::{merge_subtrees_non_root, Mode};

/// A hash in such a tree.
pub type Hash = [u8; 32];

/// Most hashes of a list: far more than any list of the protocol has, and paths stay short.
pub const MAX_HASHES: u32 = 1 << 20;

/// Siblings on the longest path.
pub const MAX_PATH_LEN: u32 = MAX_HASHES.ilog2();

/// The root over a list. `None` if it is empty or has more than [`MAX_HASHES`].
pub fn root(hashes: &[Hash]) -> Option<Hash> {
    is_list(hashes.len()).then(|| root_of(hashes))
}

/// The siblings of the hash at `index`, from the bottom up. `None` if there is no such hash.
pub fn siblings(hashes: &[Hash], index: u32) -> Option<Vec<Hash>> {
    let inside = is_list(hashes.len()) && (index as usize) < hashes.len();
    let mut path = Vec::new();
    inside.then(|| collect(hashes, index as usize, &mut path))?;
    Some(path)
}

/// The root that a hash at `index` of `count` leads to. `None` if these siblings fit no such place.
pub fn root_from(hash: Hash, index: u32, count: u32, siblings: &[Hash]) -> Option<Hash> {
    if index >= count || count > MAX_HASHES {
        return None;
    }
    let Some((top, below)) = siblings.split_last() else {
        return (count == 1).then_some(hash);
    };
    let left = left_count(count)?;
    let right = count.checked_sub(left)?;
    match index.checked_sub(left) {
        None => Some(parent(&root_from(hash, index, left, below)?, top)),
        Some(index) => Some(parent(top, &root_from(hash, index, right, below)?)),
    }
}

fn is_list(len: usize) -> bool {
    (1..=MAX_HASHES as usize).contains(&len)
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    merge_subtrees_non_root(left, right, Mode::Hash)
}

/// Hashes on the left of a list's root: the greatest power of two below their number. `None` for one hash.
fn left_count(count: u32) -> Option<u32> {
    (count > 1).then(|| (count.div_ceil(2)).next_power_of_two())
}

/// Depth is at most [`MAX_PATH_LEN`].
fn root_of(hashes: &[Hash]) -> Hash {
    match (hashes, split(hashes)) {
        (_, Some((left, right))) => parent(&root_of(left), &root_of(right)),
        ([hash, ..], None) => *hash,
        ([], None) => Hash::default(),
    }
}

fn collect(hashes: &[Hash], index: usize, path: &mut Vec<Hash>) {
    let Some((left, right)) = split(hashes) else {
        return;
    };
    match index.checked_sub(left.len()) {
        None => {
            collect(left, index, path);
            path.push(root_of(right));
        }
        Some(index) => {
            collect(right, index, path);
            path.push(root_of(left));
        }
    }
}

fn split(hashes: &[Hash]) -> Option<(&[Hash], &[Hash])> {
    let left = left_count(u32::try_from(hashes.len()).ok()?)?;
    hashes.split_at_checked(left as usize)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hashes(count: u32) -> Vec<Hash> {
        (0..count)
            .map(|i| *blake3::hash(&i.to_le_bytes()).as_bytes())
            .collect()
    }

    #[test]
    fn a_list_of_chunk_values_has_the_root_of_their_blob() {
        use blake3::hazmat::{merge_subtrees_root, HasherExt};
        let blob = [7u8; 5 * 1024];
        let value = |(chunk, bytes): (usize, &[u8])| {
            let mut hasher = blake3::Hasher::new();
            hasher.set_input_offset(chunk as u64 * 1024);
            hasher.update(bytes);
            hasher.finalize_non_root()
        };
        let values: Vec<Hash> = blob.chunks(1024).enumerate().map(value).collect();
        let (left, right) = values.split_at(4);
        let merged = merge_subtrees_root(&root(left).unwrap(), &root(right).unwrap(), Mode::Hash);
        assert_eq!(merged, blake3::hash(&blob));
    }

    #[test]
    fn lists_have_one_hash_at_least() {
        assert_eq!(root(&[]), None);
        assert_eq!(siblings(&[], 0), None);
        assert_eq!(root(&hashes(1)), Some(hashes(1)[0]));
        assert_eq!(siblings(&hashes(1), 0), Some(Vec::new()));
        assert_eq!(siblings(&hashes(3), 3), None);
        assert_eq!(root_from([1; 32], 0, MAX_HASHES + 1, &[[2; 32]]), None);
        assert_eq!(root_from([1; 32], 1, 1, &[]), None);
    }

    #[test]
    fn lists_of_other_lengths_have_other_roots() {
        let all = hashes(40);
        let roots: std::collections::BTreeSet<_> =
            (1..=40).map(|count| root(&all[..count]).unwrap()).collect();
        assert_eq!(roots.len(), 40);
    }

    proptest! {
        #[test]
        fn every_hash_leads_to_the_root_from_its_own_place_only(count in 1u32..70, at: u32, other: u32) {
            let all = hashes(count);
            let (index, other) = (at % count, other % count);
            let path = siblings(&all, index).unwrap();
            let expected = root(&all);
            prop_assert!(path.len() as u32 <= MAX_PATH_LEN);
            prop_assert_eq!(root_from(all[index as usize], index, count, &path), expected);
            if other != index {
                prop_assert_ne!(root_from(all[index as usize], other, count, &path), expected);
                prop_assert_ne!(root_from(all[other as usize], index, count, &path), expected);
            }
            let mut longer = path.clone();
            longer.push([0; 32]);
            prop_assert_ne!(root_from(all[index as usize], index, count, &longer), expected);
            if let Some((_, shorter)) = path.split_last() {
                prop_assert_ne!(root_from(all[index as usize], index, count, shorter), expected);
            }
        }
    }
}
