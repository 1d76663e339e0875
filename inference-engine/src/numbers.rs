//! The numbers that a model is computed in.

use ballast_engine_protocol::Numbers;
use candle_core::{DType, Device};

/// What candle calls them.
pub fn dtype(numbers: Numbers) -> DType {
    match numbers {
        Numbers::Float32 => DType::F32,
        Numbers::BFloat16 => DType::BF16,
    }
}

/// What a generator is computed in where nobody says: a processor computes fastest, and exactest, in 32 bits, a GPU in 16.
pub fn usual(device: &Device) -> Numbers {
    match device.is_cpu() {
        true => Numbers::Float32,
        false => Numbers::BFloat16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_computes_in_32_bits_unless_it_is_told_otherwise() {
        assert_eq!(usual(&Device::Cpu), Numbers::Float32);
        assert_eq!(Numbers::ALL.map(dtype), [DType::F32, DType::BF16]);
    }
}
