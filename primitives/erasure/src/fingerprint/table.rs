//! Multiplication of many elements by one: the inner loop of fingerprints.

use super::element::{Element, LEN};
use alloc::{boxed::Box, vec};

/// Groups evaluated side by side, so that the look-ups of one do not wait for those of another.
pub(super) const LANES: usize = 4;

/// Products of a fixed element with every byte in every place, 64 KiB: a product is the sum of 16 entries.
pub(super) struct Table(Box<[[u128; 256]]>);

impl Table {
    /// Multiplies by `factor`.
    pub(super) fn new(factor: Element) -> Self {
        let mut places = vec![[0; 256]; LEN].into_boxed_slice();
        let mut shifted = factor;
        for place in &mut places {
            let products = (0..=u8::MAX).map(|byte| pack(shifted.scale(byte)));
            place
                .iter_mut()
                .zip(products)
                .for_each(|(entry, product)| *entry = product);
            shifted = shifted.shift();
        }
        Self(places)
    }

    /// For each lane l, the sum of c_(l + LANES i) f^i over all i. `bytes` is a multiple of all lanes' groups.
    pub(super) fn evaluate(&self, bytes: &[u8]) -> [Element; LANES] {
        let mut sums = [0u128; LANES];
        for groups in bytes.rchunks_exact(LEN * LANES) {
            for (sum, group) in sums.iter_mut().zip(groups.chunks_exact(LEN)) {
                *sum = self.mul(*sum) ^ pack(Element::padded(group));
            }
        }
        sums.map(|sum| Element(sum.to_le_bytes()))
    }

    #[inline(always)]
    fn mul(&self, element: u128) -> u128 {
        let entries = self.0.iter().zip(element.to_le_bytes());
        // A byte indexes 256 entries.
        entries.fold(0, |sum, (place, byte)| {
            sum ^ place.get(usize::from(byte)).copied().unwrap_or_default()
        })
    }
}

impl core::fmt::Debug for Table {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Table")
    }
}

fn pack(element: Element) -> u128 {
    u128::from_le_bytes(element.0)
}
