//! The tensors of a model, by name, each with the shape that the configuration says.

use crate::{
    error::LoadError,
    folder::{Folder, TOKENIZER_LEN_MAX, WEIGHTS, WEIGHTS_INDEX},
    product::held,
};
use ballast_engine_protocol::Numbers;
use candle_core::{Device, Tensor};
use candle_nn::Linear;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// Files of one model's weights.
const FILES_MAX: usize = 1024;

/// Tensors by name.
pub struct Weights {
    tensors: HashMap<String, Tensor>,
}

#[derive(Deserialize)]
struct Index {
    weight_map: HashMap<String, String>,
}

impl Weights {
    /// Reads them all onto `device`, as models in these numbers hold them.
    pub fn load(folder: &Folder, numbers: Numbers, device: &Device) -> Result<Self, LoadError> {
        if let Some(gguf) = folder.gguf() {
            let tensors = gguf.tensors(numbers, device)?;
            return Ok(Self { tensors });
        }
        let mut tensors = HashMap::new();
        for name in files(folder)? {
            let path = folder.path(&name)?;
            let failed = |source| LoadError::File {
                path: path.clone(),
                source,
            };
            let bytes = std::fs::read(&path).map_err(failed)?;
            let part = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu);
            let part = part.map_err(|error| LoadError::Malformed {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            for (name, tensor) in part {
                // Some models carry tables of integers, which nothing here reads.
                if tensor.dtype().is_float() {
                    tensors.insert(name, held(&tensor, numbers, device)?);
                }
            }
        }
        Ok(Self { tensors })
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// A tensor.
    pub fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, LoadError> {
        let found = self
            .tensors
            .get(name)
            .ok_or_else(|| LoadError::NoTensor { name: name.into() })?;
        match found.dims() == shape {
            true => Ok(found.clone()),
            false => Err(LoadError::Shape {
                name: name.into(),
                actual: found.dims().to_vec(),
                expected: shape.to_vec(),
            }),
        }
    }

    /// A linear layer from `inputs` to `outputs` numbers.
    pub fn linear(
        &self,
        name: &str,
        inputs: usize,
        outputs: usize,
        bias: bool,
    ) -> Result<Linear, LoadError> {
        let weight = self.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = match bias {
            true => Some(self.tensor(&format!("{name}.bias"), &[outputs])?),
            false => None,
        };
        Ok(Linear::new(weight, bias))
    }
}

fn files(folder: &Folder) -> Result<BTreeSet<String>, LoadError> {
    let Some(text) = folder.text(WEIGHTS_INDEX, TOKENIZER_LEN_MAX)? else {
        return Ok(BTreeSet::from([WEIGHTS.to_string()]));
    };
    let malformed = |reason| LoadError::Malformed {
        path: WEIGHTS_INDEX.into(),
        reason,
    };
    let index: Index = serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    let files: BTreeSet<String> = index.weight_map.into_values().collect();
    match files.len() <= FILES_MAX {
        true => Ok(files),
        false => Err(malformed(format!(
            "it names {} files, {FILES_MAX} are the most",
            files.len()
        ))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use candle_core::DType;

    #[test]
    fn tensors_come_from_all_files_and_have_the_expected_shape() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        for (file, name) in [
            ("one.safetensors", "a.weight"),
            ("two.safetensors", "b.weight"),
        ] {
            let tensor = Tensor::zeros((2, 3), DType::F32, &Device::Cpu).unwrap();
            let tensors = HashMap::from([(name, tensor)]);
            candle_core::safetensors::save(&tensors, dir.path().join(file)).unwrap();
        }
        let index = r#"{"weight_map":{"a.weight":"one.safetensors","b.weight":"two.safetensors"}}"#;
        std::fs::write(dir.path().join(WEIGHTS_INDEX), index).unwrap();
        let weights = Weights::load(&folder, Numbers::Float32, &Device::Cpu).unwrap();
        assert!(
            weights.linear("a", 3, 2, false).is_ok() && weights.linear("b", 3, 2, false).is_ok()
        );
        let wrong = weights.linear("a", 2, 3, false).unwrap_err().to_string();
        assert!(
            wrong.contains("[2, 3]") && wrong.contains("[3, 2]"),
            "{wrong}"
        );
        let missing = weights.linear("a", 3, 2, true).unwrap_err().to_string();
        assert!(missing.contains("a.bias"), "{missing}");
    }

    #[test]
    fn a_file_that_is_no_safetensors_is_told() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(WEIGHTS), [0xff; 64]).unwrap();
        let error = Weights::load(&Folder::new(dir.path()), Numbers::Float32, &Device::Cpu)
            .err()
            .unwrap();
        assert!(error.to_string().contains("not understood"), "{error}");
    }
}
