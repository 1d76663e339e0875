//! Which of the kept claims a settlement consists of.
//!
//! The chain keeps the root of a batch and how many claims it has. Numbers of claims ascend, and each is settled once, so
//! a batch is a run of the kept ones: it is found by its root, and nothing but the transcripts themselves must survive.

use ballast_core::{
    claim::{BatchScope, ClaimLeaf},
    limits::MAX_CLAIMS,
    merkle,
};

/// A settled batch, found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Numbers of its claims, ascending.
    pub numbers: Vec<u64>,
    /// Hashes of its claims.
    pub hashes: Vec<merkle::Hash>,
}

impl Batch {
    /// The run of `count` claims with this root among `leaves`, which ascend. `None` if there is none.
    pub fn find(
        scope: &BatchScope,
        leaves: &[ClaimLeaf],
        count: u32,
        root: &merkle::Hash,
    ) -> Option<Self> {
        let count = usize::try_from(count).ok()?;
        if !(1..=MAX_CLAIMS as usize).contains(&count) {
            return None;
        }
        let hashes: Vec<_> = leaves.iter().map(|leaf| scope.leaf_hash(leaf)).collect();
        let mut runs = hashes.windows(count).zip(leaves.windows(count));
        let (hashes, leaves) = runs.find(|(run, _)| merkle::root(run).as_ref() == Some(root))?;
        Some(Self {
            numbers: leaves.iter().map(|leaf| leaf.number).collect(),
            hashes: hashes.to_vec(),
        })
    }

    /// The number of the claim at a place, and its path.
    pub fn claim(&self, index: u32) -> Option<(u64, Vec<merkle::Hash>)> {
        let number = self.numbers.get(usize::try_from(index).ok()?)?;
        Some((*number, merkle::siblings(&self.hashes, index)?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::tests::transcript, *};
    use ballast_core::{Address, ChannelId};

    fn scope() -> BatchScope {
        BatchScope {
            genesis_hash: [1; 32],
            channel: ChannelId(2),
            model: Address([3; 32]),
        }
    }

    #[test]
    fn a_batch_is_found_by_its_root_wherever_it_lies() {
        let leaves: Vec<ClaimLeaf> = [2, 3, 5, 8, 9, 12]
            .map(|number| transcript(number).leaf)
            .into();
        let settled = &leaves[2..5];
        let root = scope().root(settled).unwrap();
        let batch = Batch::find(&scope(), &leaves, 3, &root).unwrap();
        assert_eq!(batch.numbers, [5, 8, 9]);
        for index in 0..3 {
            let (number, path) = batch.claim(index).unwrap();
            let hash = scope().leaf_hash(&transcript(number).leaf);
            assert_eq!(merkle::root_from(hash, index, 3, &path), Some(root));
        }
        assert_eq!(batch.claim(3), None);
        assert_eq!(Batch::find(&scope(), &leaves, 2, &root), None);
        assert_eq!(Batch::find(&scope(), &leaves[3..], 3, &root), None);
        assert_eq!(Batch::find(&scope(), &leaves, 0, &root), None);
        assert_eq!(Batch::find(&scope(), &leaves, u32::MAX, &root), None);
    }
}
