//! Left-balanced trees by byte ranges: the way from a node to the root, and the merge of a row of equal leaves.

use crate::{
    ids::{Address, ChainingValue},
    limits::CHUNK_LEN,
};
use alloc::vec::Vec;
use blake3::hazmat::{left_subtree_len, merge_subtrees_non_root, merge_subtrees_root, Mode};
use core::ops::Range;

/// One level of a path: the byte range of the sibling, and on which side it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) sibling: Range<u64>,
    pub(crate) is_left: bool,
}

/// The way from `node` up to `root`, bottom-up. `node` must be a node of the left-balanced tree over `root`.
pub(crate) fn path(root: Range<u64>, node: &Range<u64>) -> Vec<Step> {
    let mut steps: Vec<Step> = descent(root, node).collect();
    steps.reverse();
    steps
}

/// Number of steps of [`path`].
pub(crate) fn step_count(root: Range<u64>, node: &Range<u64>) -> usize {
    descent(root, node).count()
}

/// The value at the top of a path. Callers have checked that there is one sibling for each step.
pub(crate) fn climb(
    bottom: ChainingValue,
    steps: &[Step],
    siblings: &[ChainingValue],
) -> ChainingValue {
    steps
        .iter()
        .zip(siblings)
        .fold(bottom, |value, (step, sibling)| {
            if step.is_left {
                parent(sibling, &value)
            } else {
                parent(&value, sibling)
            }
        })
}

/// The value of the node above two others.
pub(crate) fn parent(left: &ChainingValue, right: &ChainingValue) -> ChainingValue {
    ChainingValue(merge_subtrees_non_root(&left.0, &right.0, Mode::Hash))
}

fn descent(root: Range<u64>, node: &Range<u64>) -> impl Iterator<Item = Step> {
    let (mut at, node) = (root, node.clone());
    core::iter::from_fn(move || {
        if at == node || at.end - at.start <= CHUNK_LEN {
            return None;
        }
        let middle = at.start + left_subtree_len(at.end - at.start);
        let is_left = node.start >= middle;
        let sibling;
        (at, sibling) = if is_left {
            (middle..at.end, at.start..middle)
        } else {
            (at.start..middle, middle..at.end)
        };
        Some(Step { sibling, is_left })
    })
}

/// The top of a left-balanced tree over a row of leaves that are equally long but for the last, which may be shorter.
pub(crate) enum Merged {
    /// There was one leaf.
    Leaf(ChainingValue),
    /// The two children of the top.
    Pair(ChainingValue, ChainingValue),
}

impl Merged {
    /// Merges the leaves; `None` without any. Keeps one value for each level in memory.
    pub(crate) fn of(leaves: impl Iterator<Item = ChainingValue>) -> Option<Self> {
        // As in BLAKE3 itself: the stack holds one complete subtree for each bit of the count of leaves before this
        // one, and merges lazily, so that the top merge is left to the caller.
        let mut stack: Vec<ChainingValue> = Vec::new();
        for (count, leaf) in (0u64..).zip(leaves) {
            while stack.len() > count.count_ones() as usize {
                merge_last_two(&mut stack);
            }
            stack.push(leaf);
        }
        while stack.len() > 2 {
            merge_last_two(&mut stack);
        }
        let last = stack.pop()?;
        Some(match stack.pop() {
            Some(first) => Self::Pair(first, last),
            None => Self::Leaf(last),
        })
    }

    /// The value of the top as a subtree.
    pub(crate) fn value(&self) -> ChainingValue {
        match self {
            Self::Leaf(value) => *value,
            Self::Pair(left, right) => parent(left, right),
        }
    }

    /// The value of the top as the root of a blob; `None` for a single leaf, which would have to be hashed as a root.
    pub(crate) fn root(&self) -> Option<Address> {
        match self {
            Self::Leaf(_) => None,
            Self::Pair(left, right) => Some(Address(
                *merge_subtrees_root(&left.0, &right.0, Mode::Hash).as_bytes(),
            )),
        }
    }
}

fn merge_last_two(stack: &mut Vec<ChainingValue>) {
    if let (Some(right), Some(left)) = (stack.pop(), stack.pop()) {
        stack.push(parent(&left, &right));
    }
}
