//! A model with its matrices rounded to few bits, as quantised formats hold them: 32 numbers share a scale.

use candle_core::{safetensors, DType, Device, Tensor};
use std::{collections::HashMap, fs, path::Path};

const GROUP: usize = 32;

/// Copies a model's folder, its matrices rounded to `bits` bits.
pub fn write(from: &Path, to: &Path, bits: u32) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            write(&file.path(), &target, bits);
        } else if file
            .path()
            .extension()
            .is_some_and(|end| end == "safetensors")
        {
            let tensors = safetensors::load(file.path(), &Device::Cpu).unwrap();
            let rounded: HashMap<String, Tensor> = tensors
                .into_iter()
                .map(|(name, tensor)| (name, rounded(&tensor, bits)))
                .collect();
            safetensors::save(&rounded, &target).unwrap();
        } else {
            fs::copy(file.path(), &target).unwrap();
        }
    }
}

fn rounded(tensor: &Tensor, bits: u32) -> Tensor {
    if tensor.rank() != 2 || !tensor.dtype().is_float() {
        return tensor.clone();
    }
    let numbers = tensor.flatten_all().unwrap().to_dtype(DType::F32).unwrap();
    let mut numbers: Vec<f32> = numbers.to_vec1().unwrap();
    let greatest = ((1 << (bits - 1)) - 1) as f32;
    for group in numbers.chunks_mut(GROUP) {
        let scale = group.iter().fold(0f32, |most, one| most.max(one.abs())) / greatest;
        if scale > 0.0 {
            group
                .iter_mut()
                .for_each(|one| *one = (*one / scale).round() * scale);
        }
    }
    let rounded = Tensor::from_vec(numbers, tensor.shape(), &Device::Cpu).unwrap();
    rounded.to_dtype(tensor.dtype()).unwrap()
}
