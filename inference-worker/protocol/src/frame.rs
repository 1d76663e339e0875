//! Frames: four bytes of length, little-endian, then that many bytes of JSON.

use serde::{de::DeserializeOwned, Serialize};
use std::io::{self, Read, Write};

/// Bytes of a frame: the vectors of the largest batch, or the longest prompt.
pub const FRAME_LEN_MAX: usize = 64 << 20;

/// A frame that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The pipe broke.
    #[error("the pipe broke: {0}")]
    Io(#[from] io::Error),
    /// Too long.
    #[error("a frame of {len} bytes came, {FRAME_LEN_MAX} are the most; the other side is of another version")]
    TooLong {
        /// Its length.
        len: usize,
    },
    /// Not what is expected. The content is not told: it may be somebody's prompt.
    #[error("a frame is not understood; the other side is of another version")]
    Malformed,
}

/// Reads a frame; `None` at the end.
pub fn read_frame<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, FrameError> {
    let mut len = [0; 4];
    match from.read_exact(&mut len) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let len = u32::from_le_bytes(len) as usize;
    if len > FRAME_LEN_MAX {
        return Err(FrameError::TooLong { len });
    }
    let mut bytes = vec![0; len];
    from.read_exact(&mut bytes)?;
    match serde_json::from_slice(&bytes) {
        Ok(frame) => Ok(Some(frame)),
        Err(_) => Err(FrameError::Malformed),
    }
}

/// Writes a frame, and sees that it is sent.
pub fn write_frame(to: &mut impl Write, frame: &impl Serialize) -> Result<(), FrameError> {
    let bytes = serde_json::to_vec(frame).map_err(|_| FrameError::Malformed)?;
    let len = bytes.len();
    if len > FRAME_LEN_MAX {
        return Err(FrameError::TooLong { len });
    }
    to.write_all(&(len as u32).to_le_bytes())?;
    to.write_all(&bytes)?;
    Ok(to.flush()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Order, Word};

    #[test]
    fn frames_come_back_in_order_until_the_end() {
        let mut pipe = Vec::new();
        for id in [3, 4] {
            write_frame(&mut pipe, &Order::Cancel { id }).unwrap();
        }
        let mut read = pipe.as_slice();
        for expected in [3, 4] {
            let frame: Option<Order> = read_frame(&mut read).unwrap();
            assert!(matches!(frame, Some(Order::Cancel { id }) if id == expected));
        }
        assert!(read_frame::<Order>(&mut read).unwrap().is_none());
    }

    #[test]
    fn a_frame_that_is_too_long_or_cut_or_something_else_is_an_error() {
        let read = |bytes: &[u8]| read_frame::<Word>(&mut &bytes[..]).map(|_| ());
        assert!(matches!(read(&[0xff; 8]), Err(FrameError::TooLong { .. })));
        assert!(matches!(read(&[9, 0, 0, 0, b'{']), Err(FrameError::Io(_))));
        let error = read(&[2, 0, 0, 0, b'{', b'}']).unwrap_err();
        assert!(matches!(error, FrameError::Malformed));
        assert!(!error.to_string().contains('{'));
    }
}
