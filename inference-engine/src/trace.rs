//! What an answer leaves behind: its tokens, and of every chunk of them the greatest numbers of the hidden states.

use ballast_engine_protocol::{Activation, Activations, Trace};

/// Tokens of a chunk, and numbers that are kept of it: `CHUNK_TOKENS` and `TOP` of `ballast_core::activation`.
pub const CHUNK_TOKENS: usize = 32;
/// See [`CHUNK_TOKENS`].
pub const TOP: usize = 128;

/// Collects an answer's trace while it is written.
#[derive(Default)]
pub struct Recorder {
    trace: Trace,
    /// The hidden states of the chunk that is not complete.
    states: Vec<u16>,
    in_chunk: usize,
}

impl Recorder {
    /// Takes a token and the hidden state that led to it.
    pub fn push(&mut self, token: u32, state: &[f32]) {
        self.trace.tokens.push(token);
        self.states.extend(state.iter().copied().map(bfloat16));
        self.in_chunk += 1;
        if self.in_chunk == CHUNK_TOKENS {
            self.close();
        }
    }

    /// The whole trace.
    pub fn finish(mut self) -> Trace {
        if self.in_chunk > 0 {
            self.close();
        }
        self.trace
    }

    fn close(&mut self) {
        let states = std::mem::take(&mut self.states);
        self.trace.chunks.push(greatest(&states));
        self.in_chunk = 0;
    }
}

/// The numbers farthest from zero, the first of equals, by their places.
fn greatest(states: &[u16]) -> Activations {
    let size = |value: u16| value & 0x7fff;
    let mut order: Vec<u32> = (0..).take(states.len()).collect();
    let farthest_first = |a: &u32, b: &u32| {
        let of = |at: &u32| states.get(*at as usize).copied().map_or(0, size);
        of(b).cmp(&of(a)).then(a.cmp(b))
    };
    if order.len() > TOP {
        order.select_nth_unstable_by(TOP, farthest_first);
        order.truncate(TOP);
    }
    order.sort_unstable();
    let taken = order.into_iter().filter_map(|index| {
        let value = *states.get(index as usize)?;
        Some(Activation { index, value })
    });
    Activations(taken.collect())
}

/// The nearest bfloat16, the even one of two. What is no finite number counts as zero.
fn bfloat16(number: f32) -> u16 {
    let bits = number.to_bits();
    let rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    match number.is_finite() && rounded & 0x7f80 != 0x7f80 {
        true => rounded as u16,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for (number, expected) in [
            (1.0, 0x3f80),
            (-2.0, 0xc000),
            (1.0 + 1.0 / 256.0, 0x3f80),
            (1.0 + 3.0 / 256.0, 0x3f82),
            (1.004, 0x3f81),
            (0.0, 0),
            (f32::NAN, 0),
            (f32::NEG_INFINITY, 0),
            (f32::MAX, 0),
        ] {
            assert_eq!(bfloat16(number), expected, "{number}");
        }
    }

    #[test]
    fn the_farthest_from_zero_are_kept_by_their_places() {
        let mut state = vec![0.5; 200];
        state[150] = -9.0;
        state[199] = 3.0;
        let mut recorder = Recorder::default();
        recorder.push(7, &state);
        let Trace { tokens, chunks } = recorder.finish();
        assert_eq!((tokens, chunks.len()), (vec![7], 1));
        let kept = &chunks[0].0;
        assert_eq!(kept.len(), TOP);
        assert!(kept.is_sorted_by_key(|one| one.index));
        let places: Vec<u32> = kept.iter().map(|one| one.index).collect();
        let first: Vec<u32> = (0..126).chain([150, 199]).collect();
        assert_eq!(places, first);
        assert_eq!(kept[126].value, bfloat16(-9.0));
    }

    #[test]
    fn a_chunk_is_complete_after_its_tokens() {
        let count = |tokens: u32| {
            let mut recorder = Recorder::default();
            (0..tokens).for_each(|token| recorder.push(token, &[1.0; 4]));
            let chunks = recorder.finish().chunks;
            chunks.iter().map(|chunk| chunk.0.len()).collect::<Vec<_>>()
        };
        assert!(count(0).is_empty());
        assert_eq!(count(1), [4]);
        assert_eq!(count(32), [128]);
        assert_eq!(count(33), [128, 4]);
    }
}
