//! The tensors of a GGUF file as the engine's own: by the names that the models know, whole numbers again.

use super::{config, header::Place, names, Gguf};
use crate::{error::LoadError, product::held};
use ballast_engine_protocol::Numbers;
use candle_core::{
    quantized::{ggml_file::qtensor_from_ggml, GgmlDType},
    DType, Device, Result as Computed, Tensor,
};
use std::{
    collections::HashMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
};

impl Gguf {
    /// All tensors on `device`, as models in these numbers hold them. They are read one after the other, so that memory for the largest
    /// one is all that is needed beside them.
    pub fn tensors(
        &self,
        numbers: Numbers,
        device: &Device,
    ) -> Result<HashMap<String, Tensor>, LoadError> {
        let mut tensors = HashMap::new();
        for (name, place) in &self.header.tensors {
            let Some(ours) = names::ours(self, name)? else {
                continue;
            };
            let tensor = self.tensor(place)?;
            let tensor = match config::turned_heads(self, name)? {
                Some(heads) => turned_back(&tensor, heads).map_err(|_| {
                    self.malformed(format!("the rows of {name} are not those of {heads} heads"))
                })?,
                None => tensor,
            };
            tensors.insert(ours, held(&tensor, numbers, device)?);
        }
        Ok(tensors)
    }

    /// The tensor of this name, as it is in the file, in the memory of the processor.
    pub fn read(&self, name: &str) -> Result<Tensor, LoadError> {
        let place = self.header.tensors.get(name);
        self.tensor(place.ok_or_else(|| LoadError::NoTensor { name: name.into() })?)
    }

    pub(super) fn tensor(&self, place: &Place) -> Result<Tensor, LoadError> {
        let bytes = self.bytes(place).map_err(|source| LoadError::File {
            path: self.path.clone(),
            source,
        })?;
        let whole = |dtype| Tensor::from_raw_buffer(&bytes, dtype, &place.shape, &Device::Cpu);
        let tensor = match place.kind {
            GgmlDType::F32 => whole(DType::F32),
            GgmlDType::F16 => whole(DType::F16),
            GgmlDType::BF16 => whole(DType::BF16),
            rounded => qtensor_from_ggml(rounded, &bytes, place.shape.clone(), &Device::Cpu)
                .and_then(|tensor| tensor.dequantize(&Device::Cpu)),
        };
        Ok(tensor?)
    }

    fn bytes(&self, place: &Place) -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(place.start))?;
        // The header was held against the file's length, so this is no more than the file has.
        let mut bytes = vec![0; place.len as usize];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Llama's files have the rows of queries and keys in the order that turns neighbours together; here the halves of a head
/// are turned together, as in the model's own files.
fn turned_back(tensor: &Tensor, heads: usize) -> Computed<Tensor> {
    let rows = tensor.dim(0)?;
    let columns = tensor.elem_count() / rows;
    let pairs = heads.checked_mul(2).filter(|pairs| *pairs > 0);
    if pairs.is_none_or(|pairs| !rows.is_multiple_of(pairs)) {
        candle_core::bail!("{rows} rows are not those of {heads} heads");
    }
    tensor
        .reshape((heads, rows / heads / 2, 2, columns))?
        .transpose(1, 2)?
        .contiguous()?
        .reshape(tensor.shape())
}
