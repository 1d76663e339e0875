//! Products as other machines may make them, for measuring what that does to a model. Only with the feature `noise`, which
//! no worker is built with.

use candle_core::{Result, Tensor};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

static PART: AtomicU32 = AtomicU32::new(0);
static RANDOM: AtomicU64 = AtomicU64::new(1);

/// From now on every sum is off by up to this part of the sums of its product, never twice alike. With 0 nothing is changed
/// any more.
pub fn set(part: f32) {
    PART.store(part.to_bits(), Relaxed);
}

fn part() -> f32 {
    f32::from_bits(PART.load(Relaxed))
}

/// These sums, moved.
pub fn moved(sums: Tensor) -> Result<Tensor> {
    if part() == 0.0 {
        return Ok(sums);
    }
    let mut numbers: Vec<f32> = sums.flatten_all()?.to_vec1()?;
    let squares: f32 = numbers.iter().map(|one| one * one).sum();
    let most = part() * (squares / numbers.len().max(1) as f32).sqrt();
    for one in &mut numbers {
        *one += most * random();
    }
    Tensor::from_vec(numbers, sums.shape(), sums.device())
}

/// A number from -1 to below 1 (Knuth's MMIX).
fn random() -> f32 {
    let next = |last: u64| {
        last.wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407)
    };
    let last = RANDOM.load(Relaxed);
    RANDOM.store(next(last), Relaxed);
    (last >> 40) as f32 / (1 << 23) as f32 - 1.0
}
