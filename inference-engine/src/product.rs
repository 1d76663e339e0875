//! Weights as a model's numbers have them, and products with them.
//!
//! In `bfloat16` a model's weights are rounded to bfloat16, and nothing else: what is multiplied with them, sums, keys, values
//! and all between products are in 32 bits. A number that is rounded on its way through the layers goes up on one machine and
//! down on another wherever the order of a sum moves it across a border, and after a few layers the two lie as far apart as a
//! model and the same in 8 bits.
//!
//! A GPU holds such weights in two bytes each and widens them for every product. A processor holds them in four: widening them
//! would read and write three times as much.

#[cfg(feature = "noise")]
pub mod noise;

use ballast_engine_protocol::Numbers;
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::Linear;

/// A weight as models in these numbers hold it.
pub fn held(weight: &Tensor, numbers: Numbers, device: &Device) -> Result<Tensor> {
    let weight = match numbers {
        Numbers::Float32 => weight.to_dtype(DType::F32)?,
        Numbers::BFloat16 if device.is_cpu() => {
            weight.to_dtype(DType::BF16)?.to_dtype(DType::F32)?
        }
        Numbers::BFloat16 => weight.to_dtype(DType::BF16)?,
    };
    weight.to_device(device)
}

/// What a layer makes of states, a row each, in 32 bits.
pub fn through(layer: &Linear, states: &Tensor) -> Result<Tensor> {
    let sums = product(states, &layer.weight().to_dtype(DType::F32)?.t()?)?;
    match layer.bias() {
        Some(bias) => sums.broadcast_add(&bias.to_dtype(DType::F32)?),
        None => Ok(sums),
    }
}

/// The product of numbers in 32 bits.
pub fn product(left: &Tensor, right: &Tensor) -> Result<Tensor> {
    let sums = left.matmul(right)?;
    #[cfg(feature = "noise")]
    let sums = noise::moved(sums)?;
    Ok(sums)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_rounded_and_states_are_not() {
        let off = 1.0 + 1.0 / 1024.0;
        let one = Tensor::new(&[[off]], &Device::Cpu).unwrap();
        for (numbers, weight) in [(Numbers::Float32, off), (Numbers::BFloat16, 1.0)] {
            let layer = Linear::new(held(&one, numbers, &Device::Cpu).unwrap(), None);
            let states = through(&layer, &one).unwrap();
            assert_eq!(states.to_vec2::<f32>().unwrap(), [[off * weight]]);
        }
    }

    #[test]
    fn weights_in_two_bytes_are_widened() {
        fn tensor<const N: usize>(rows: &[[f32; 2]; N]) -> Tensor {
            Tensor::new(rows, &Device::Cpu).unwrap()
        }
        let narrow = |tensor: Tensor| tensor.to_dtype(DType::BF16).unwrap();
        let weights = narrow(tensor(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
        let bias = narrow(Tensor::new(&[0.5f32, 0.25, 0.125], &Device::Cpu).unwrap());
        let off = 1.0 + 1.0 / 1024.0;
        let states = through(&Linear::new(weights, Some(bias)), &tensor(&[[off, 2.0]])).unwrap();
        let expected = [[off + 4.5, 3.0 * off + 8.25, 5.0 * off + 12.125]];
        assert_eq!(states.to_vec2::<f32>().unwrap(), expected);
    }
}
