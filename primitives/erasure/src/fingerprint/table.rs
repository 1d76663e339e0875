//! Multiplication of many elements by one: the inner loop of fingerprints.

use super::element::{double, shift, Element, LEN};
use alloc::{boxed::Box, vec};

/// Groups evaluated side by side, so that the look-ups of one do not wait for those of another.
pub(super) const LANES: usize = 4;

/// Products of a fixed element with every byte in every place, 64 KiB: a product is the sum of 16 entries.
pub(super) struct Table(Box<[[u128; 256]]>);

impl Table {
    /// Multiplies by `factor`.
    pub(super) fn new(factor: Element) -> Self {
        let mut places = vec![[0; 256]; LEN].into_boxed_slice();
        let mut shifted = pack(factor);
        for place in &mut places {
            fill(place, shifted);
            shifted = shift(shifted);
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
    pub(super) fn mul(&self, element: u128) -> u128 {
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

/// The products of an element with every byte: each is the sum of those with its highest bit and with the rest.
fn fill(products: &mut [u128; 256], element: u128) {
    let mut power = element;
    for bit in 0..8 {
        let (known, more) = products.split_at_mut(1 << bit);
        known
            .iter()
            .zip(more)
            .for_each(|(known, product)| *product = known ^ power);
        power = double(power);
    }
}

pub(super) fn pack(element: Element) -> u128 {
    u128::from_le_bytes(element.0)
}
