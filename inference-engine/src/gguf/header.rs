//! The header of a GGUF file: what it says about itself, and where its tensors lie.
//!
//! Goals: whatever the bytes, a reason or a header whose tensors lie in the file; memory by what was read, never by what a
//! length says.
//! Non-goals: version 1, big-endian files, values that are lists of lists.

use super::cursor::{Cursor, Reason};
use candle_core::quantized::GgmlDType;
use std::{collections::BTreeMap, io::Read};

const MAGIC: [u8; 4] = *b"GGUF";
/// Bytes before the tensors. The largest vocabularies take about 10 MB.
pub const HEADER_LEN_MAX: u64 = 32 << 20;
/// Values in a file.
pub const VALUES_MAX: u64 = 1 << 16;
/// Tensors in a file.
pub const TENSORS_MAX: u64 = 1 << 16;
/// Items of a list.
pub const ITEMS_MAX: u64 = 1 << 22;
/// Numbers of a tensor.
const NUMBERS_MAX: u64 = 1 << 40;
const DIMENSIONS_MAX: u32 = 4;
/// What a tensor's place is a multiple of, unless the file says otherwise.
const ALIGNMENT: u64 = 32;
const ALIGNMENT_KEY: &str = "general.alignment";
const ALIGNMENT_MAX: u64 = 1 << 20;

/// Something that a file says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i128),
    /// A number with a fraction.
    Number(f64),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// Numbers, or yes and no as 1 and 0.
    Numbers(Vec<f64>),
}

/// A tensor, and where its bytes lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How its numbers are held.
    pub kind: GgmlDType,
    /// Its shape, the slowest dimension first.
    pub shape: Vec<usize>,
    /// Where it begins in the file.
    pub start: u64,
    /// Its bytes.
    pub len: u64,
}

/// What a file says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// By key.
    pub values: BTreeMap<String, Value>,
    /// By name.
    pub tensors: BTreeMap<String, Place>,
}

impl Header {
    /// Reads it from the beginning of a file of this length.
    pub fn read(input: impl Read, file_len: u64) -> Result<Self, Reason> {
        let mut cursor = Cursor::new(input, file_len, HEADER_LEN_MAX);
        if cursor.bytes()? != MAGIC {
            return Err("it does not begin with GGUF".into());
        }
        version(cursor.u32()?)?;
        let tensors = cursor.count("tensors", TENSORS_MAX, 24)?;
        let values = cursor.count("values", VALUES_MAX, 13)?;
        let mut header = Self::default();
        for _ in 0..values {
            let key = cursor.text()?;
            let kind = cursor.u32()?;
            let value = value(&mut cursor, kind)
                .map_err(|reason| format!("the value {key:?}: {reason}"))?;
            if header.values.insert(key.clone(), value).is_some() {
                return Err(format!("it has two values {key:?}"));
            }
        }
        for _ in 0..tensors {
            let name = cursor.text()?;
            let place =
                place(&mut cursor).map_err(|reason| format!("the tensor {name:?}: {reason}"))?;
            if header.tensors.insert(name.clone(), place).is_some() {
                return Err(format!("it has two tensors {name:?}"));
            }
        }
        header.placed(cursor.at(), file_len)
    }

    /// Turns places that count from the first tensor into places in the file, and looks whether all lie in it.
    fn placed(mut self, header_len: u64, file_len: u64) -> Result<Self, Reason> {
        let alignment = match self.values.get(ALIGNMENT_KEY) {
            None => ALIGNMENT,
            Some(Value::Whole(of)) => u64::try_from(*of).unwrap_or(0),
            Some(_) => 0,
        };
        if !alignment.is_power_of_two() || alignment > ALIGNMENT_MAX {
            return Err(format!(
                "{ALIGNMENT_KEY} is no power of two that tensors can be aligned to"
            ));
        }
        let first = header_len.next_multiple_of(alignment);
        let mut sum = 0u64;
        for (name, place) in &mut self.tensors {
            if !place.start.is_multiple_of(alignment) {
                return Err(format!(
                    "the tensor {name:?} begins at {}, which is no multiple of {alignment}",
                    place.start
                ));
            }
            let end = first.checked_add(place.start).and_then(|start| {
                place.start = start;
                start.checked_add(place.len)
            });
            if end.is_none_or(|end| end > file_len) {
                return Err(format!(
                    "the tensor {name:?} does not end within its {file_len} bytes; was it cut off?"
                ));
            }
            sum = sum.saturating_add(place.len);
        }
        // Otherwise a short file could name the same bytes many times, and fill the memory with them.
        match sum <= file_len {
            true => Ok(self),
            false => Err("its tensors overlap".into()),
        }
    }
}

fn version(version: u32) -> Result<(), Reason> {
    match version {
        2 | 3 => Ok(()),
        other if matches!(other.swap_bytes(), 2 | 3) => {
            Err("its numbers are big-endian; convert the model to little-endian GGUF".into())
        }
        other => Err(format!(
            "it is GGUF of version {other}; versions 2 and 3 are read"
        )),
    }
}

fn value(cursor: &mut Cursor<impl Read>, kind: u32) -> Result<Value, Reason> {
    Ok(match kind {
        7 => Value::Flag(cursor.flag()?),
        8 => Value::Text(cursor.text()?),
        9 => return list(cursor),
        6 | 12 => Value::Number(cursor.number(kind)?),
        _ => Value::Whole(cursor.whole(kind)?),
    })
}

fn list(cursor: &mut Cursor<impl Read>) -> Result<Value, Reason> {
    let kind = cursor.u32()?;
    let item_len = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        8 | 10..=12 => 8,
        9 => return Err("it is a list of lists, which is not read".into()),
        other => return Err(no_kind(other)),
    };
    let count = cursor.count("items", ITEMS_MAX, item_len)?;
    // Grows with what is read.
    let items = 0..count;
    match kind {
        8 => items
            .map(|_| cursor.text())
            .collect::<Result<_, _>>()
            .map(Value::Texts),
        7 => items
            .map(|_| cursor.flag().map(f64::from))
            .collect::<Result<_, _>>()
            .map(Value::Numbers),
        6 | 12 => items
            .map(|_| cursor.number(kind))
            .collect::<Result<_, _>>()
            .map(Value::Numbers),
        _ => items
            .map(|_| cursor.whole(kind).map(|of| of as f64))
            .collect::<Result<_, _>>()
            .map(Value::Numbers),
    }
}

/// What is said about a type of values that is not known.
pub(super) fn no_kind(kind: u32) -> Reason {
    format!("its type {kind} is none of GGUF")
}

fn place(cursor: &mut Cursor<impl Read>) -> Result<Place, Reason> {
    let dimensions = cursor.u32()?;
    if dimensions == 0 || dimensions > DIMENSIONS_MAX {
        return Err(format!(
            "it has {dimensions} dimensions, 1 to {DIMENSIONS_MAX} are possible"
        ));
    }
    let mut shape = Vec::new();
    let mut numbers = 1u64;
    for _ in 0..dimensions {
        let rows = cursor.u64()?;
        let product = numbers
            .checked_mul(rows)
            .filter(|product| (1..=NUMBERS_MAX).contains(product));
        numbers = product.ok_or("its shape has no or too many numbers")?;
        shape.push(usize::try_from(rows).map_err(|_| "its shape has too many numbers")?);
    }
    let kind = tensor_kind(cursor.u32()?)?;
    let (block, block_len) = (kind.block_size() as u64, kind.type_size() as u64);
    // The first dimension in the file is the row, whose numbers lie behind each other and share scales.
    let row = shape.first().map_or(0, |row| *row as u64);
    if !row.is_multiple_of(block) {
        return Err(format!(
            "its rows have {row} numbers, no multiple of the {block} that share a scale"
        ));
    }
    shape.reverse();
    Ok(Place {
        kind,
        shape,
        start: cursor.u64()?,
        len: numbers / block * block_len,
    })
}

fn tensor_kind(kind: u32) -> Result<GgmlDType, Reason> {
    Ok(match kind {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        other => return Err(format!("its numbers have the type {other}; F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 and Q2_K to Q6_K are read")),
    })
}
