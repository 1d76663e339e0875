//! Uniform numbers out of a BLAKE3 stream: what every draw and pick of the protocol takes its choices from.
//!
//! Goals: no choice is more likely than another by more than 2^-128; the same key gives the same numbers everywhere.
//! Non-goals: who knows the key beforehand.

/// Rejected samples after which what comes is taken. Each is rejected with probability below 1/2, so a biased number
/// has probability below 2^-128; the bound is there because no loop of a runtime may lack one.
pub const MAX_DRAW_ATTEMPTS: u32 = 128;

/// The numbers of one stream: sample i is the little-endian number in bytes [16 i, 16 i + 16) of the XOF.
pub(crate) struct UniformStream(blake3::OutputReader);

impl UniformStream {
    /// The stream of some key material, under a key derivation context of its own.
    pub(crate) fn new(context: &str, material: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(material);
        Self(hasher.finalize_xof())
    }

    /// A uniform number below `total`; `None` if there is none.
    pub(crate) fn below(&mut self, total: u128) -> Option<u128> {
        // 2^128 mod total: samples below it are rejected, the rest is a whole number of runs of `total`.
        let biased = (u128::MAX.checked_rem(total)?.saturating_add(1)).checked_rem(total)?;
        let mut sample = self.next();
        for _ in 1..MAX_DRAW_ATTEMPTS {
            if sample >= biased {
                break;
            }
            sample = self.next();
        }
        sample.checked_rem(total)
    }

    fn next(&mut self) -> u128 {
        let mut bytes = [0; 16];
        self.0.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }
}
