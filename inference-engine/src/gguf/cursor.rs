//! Reads the parts of a GGUF header, never beyond the file or the bound on headers.

use super::header::no_kind;
use std::io::Read;

/// Why a file is not understood.
pub type Reason = String;

/// Where the reading is.
pub struct Cursor<R> {
    input: R,
    at: u64,
    file_len: u64,
    len_max: u64,
}

impl<R: Read> Cursor<R> {
    /// At the beginning of a file of this length, of which so many bytes may be read.
    pub fn new(input: R, file_len: u64, len_max: u64) -> Self {
        Self {
            input,
            at: 0,
            file_len,
            len_max,
        }
    }

    /// Bytes that were read.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The next bytes.
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        self.take(N as u64)?;
        let mut bytes = [0; N];
        self.input
            .read_exact(&mut bytes)
            .map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// Four bytes without a sign.
    pub fn u32(&mut self) -> Result<u32, Reason> {
        self.bytes().map(u32::from_le_bytes)
    }

    /// Eight bytes without a sign.
    pub fn u64(&mut self) -> Result<u64, Reason> {
        self.bytes().map(u64::from_le_bytes)
    }

    /// A text with its length.
    pub fn text(&mut self) -> Result<String, Reason> {
        let len = self.u64()?;
        self.take(len)?;
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(len).read_to_end(&mut bytes);
        read.map_err(|error| error.to_string())?;
        if bytes.len() as u64 != len {
            return Err(self.cut_off());
        }
        String::from_utf8(bytes).map_err(|_| "a text is no UTF-8".into())
    }

    /// Yes or no.
    pub fn flag(&mut self) -> Result<bool, Reason> {
        match self.bytes()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(format!("{other} is neither yes nor no")),
        }
    }

    /// A whole number of a type.
    pub fn whole(&mut self, kind: u32) -> Result<i128, Reason> {
        Ok(match kind {
            0 => self.bytes().map(u8::from_le_bytes)?.into(),
            1 => self.bytes().map(i8::from_le_bytes)?.into(),
            2 => self.bytes().map(u16::from_le_bytes)?.into(),
            3 => self.bytes().map(i16::from_le_bytes)?.into(),
            4 => self.u32()?.into(),
            5 => self.bytes().map(i32::from_le_bytes)?.into(),
            10 => self.u64()?.into(),
            11 => self.bytes().map(i64::from_le_bytes)?.into(),
            other => return Err(no_kind(other)),
        })
    }

    /// A number with a fraction, of a type.
    pub fn number(&mut self, kind: u32) -> Result<f64, Reason> {
        match kind {
            6 => self.bytes().map(f32::from_le_bytes).map(f64::from),
            _ => self.bytes().map(f64::from_le_bytes),
        }
    }

    /// How many things of a kind follow, each of which takes at least so many bytes.
    pub fn count(&mut self, what: &str, max: u64, len_min: u64) -> Result<u64, Reason> {
        let count = self.u64()?;
        let room = self.file_len.saturating_sub(self.at) / len_min;
        match count <= max.min(room) {
            true => Ok(count),
            false => Err(format!(
                "it says that it has {count} {what}; at most {} are possible",
                max.min(room)
            )),
        }
    }

    /// Counts bytes that are about to be read.
    fn take(&mut self, len: u64) -> Result<(), Reason> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.file_len);
        let end = end.ok_or_else(|| self.cut_off())?;
        if end > self.len_max {
            return Err(format!(
                "what it says about itself has more than {} bytes",
                self.len_max
            ));
        }
        self.at = end;
        Ok(())
    }

    fn cut_off(&self) -> Reason {
        format!(
            "its {} bytes end in the middle of what it says about itself; was it cut off?",
            self.file_len
        )
    }
}
