//! The matrix of the code, by interpolation.
//!
//! The systematic Vandermonde code is evaluation: shard i is the value at i of the polynomial of degree below k that
//! takes the data shards' values at 0..k. So any shard follows from any k others by Lagrange's formula. In barycentric
//! form the weights of the k known points are computed once, and every further shard costs one row of k coefficients;
//! no matrix is ever inverted.

use crate::field::{invert, mul};
use alloc::vec::Vec;
use ballast_core::{Code, ShardIndex};

/// Why shards cannot be what others are rebuilt from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// Not k of them.
    #[error("code {code} rebuilds from exactly {} shards, got {actual}; give that many", code.data_shards())]
    Count {
        /// The code.
        code: Code,
        /// Shards given.
        actual: usize,
    },
    /// The code has no such shard.
    #[error("code {code} has no shard {shard}, only 0 to {}", code.total_shards().saturating_sub(1))]
    NoSuchShard {
        /// The code.
        code: Code,
        /// The shard given.
        shard: ShardIndex,
    },
    /// A shard is given twice.
    #[error("shard {shard} is given twice; give distinct shards")]
    Repeated {
        /// The shard.
        shard: ShardIndex,
    },
}

/// The k known points and their barycentric weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Points {
    /// Point and weight, the inverse of the product of its differences to the other points.
    weighted: Vec<(u8, u8)>,
}

impl Points {
    /// Exactly k distinct shards of `code`, in any order.
    pub(crate) fn new(code: Code, shards: &[ShardIndex]) -> Result<Self, PointsError> {
        if shards.len() != usize::from(code.data_shards()) {
            return Err(PointsError::Count {
                code,
                actual: shards.len(),
            });
        }
        check_shards(code, shards)?;
        Ok(Self::of_distinct(shards.iter().map(|shard| shard.0)))
    }

    /// The data shards of `code`.
    pub(crate) fn of_data(code: Code) -> Self {
        Self::of_distinct(0..code.data_shards())
    }

    fn of_distinct(points: impl Iterator<Item = u8> + Clone) -> Self {
        let weight = |point: u8| {
            invert(product(
                points.clone().filter(|other| *other != point),
                point,
            ))
        };
        let weighted = points.clone().map(|point| (point, weight(point))).collect();
        Self { weighted }
    }

    /// The known shards, in their order.
    pub(crate) fn known(&self) -> impl Iterator<Item = u8> + Clone + '_ {
        self.weighted.iter().map(|(point, _)| *point)
    }

    /// The coefficients of the known shards, in their order, that give `shard`.
    pub(crate) fn row(&self, shard: u8) -> Vec<u8> {
        let is_known = self.known().any(|point| point == shard);
        if is_known {
            return self.known().map(|point| u8::from(point == shard)).collect();
        }
        let all = product(self.known(), shard);
        self.weighted
            .iter()
            .map(|(point, weight)| mul(mul(all, *weight), invert(point ^ shard)))
            .collect()
    }
}

/// All of them shards of `code`, none twice.
pub(crate) fn check_shards(code: Code, shards: &[ShardIndex]) -> Result<(), PointsError> {
    let mut seen = [false; 256];
    for shard in shards {
        if shard.0 >= code.total_shards() {
            return Err(PointsError::NoSuchShard {
                code,
                shard: *shard,
            });
        }
        match seen.get_mut(usize::from(shard.0)) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(PointsError::Repeated { shard: *shard }),
        }
    }
    Ok(())
}

/// The product of the differences between `point` and each of `others`.
fn product(others: impl Iterator<Item = u8>, point: u8) -> u8 {
    others.fold(1, |product, other| mul(product, other ^ point))
}
