//! Who gets a share of what a model earns: its owner, then the owners up its base line.
//!
//! A claim names a model and a version, so a copy of a manifest under another name redirects nothing of the original's.

use crate::{AccountId, Config, ModelId, Pallet, Versions, MAX_LINE_DEPTH};
use alloc::vec::Vec;
use ballast_core::Address;

impl<T: Config> Pallet<T> {
    /// Address of a version of a model, by names in any spelling.
    pub fn manifest_of(namespace: &[u8], name: &[u8], number: u32) -> Option<Address> {
        let model = ModelId::of_any(namespace, name)?;
        Versions::<T>::get(model, number).map(|version| version.manifest)
    }

    /// The owners who get shares of the model's income, and how many thousandths each: the model's own first, then its
    /// base's, and so on. They sum to at most 1000. Owners are those of this block, shares never change.
    pub fn royalties(namespace: &[u8], name: &[u8]) -> Vec<(AccountId, u16)> {
        let mut next = ModelId::of_any(namespace, name);
        let mut royalties = Vec::new();
        for _ in 0..=MAX_LINE_DEPTH {
            let Some(entry) = next.as_ref().and_then(Self::find) else {
                break;
            };
            if entry.royalty_permille > 0 {
                royalties.push((entry.owner, entry.royalty_permille));
            }
            next = entry.base;
        }
        royalties
    }
}
