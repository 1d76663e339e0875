//! The ways of lying, and what each does to what is sent.

use ballast_chain::{calls, Call};
use ballast_core::{challenge::ChunkProof, GroupProof, RetrievalId, StorageEpoch, WorkerId};
use clap::ValueEnum;
use codec::Decode;

/// One way of lying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Lets readers wait until they give up, proves nothing, answers no challenge.
    Silent,
    /// Proves what it holds, so it is paid, but tells readers that it has nothing, and answers no challenge.
    Withholding,
    /// Serves, proves and answers with one byte changed.
    Corrupting,
    /// Proves once; after that it shows the same proofs again, as they were and under the new window's epoch, and brings its
    /// old receipts again.
    Replaying,
}

impl Mode {
    /// Whether it looks away from what the chain asks for.
    pub fn ignores_windows(self) -> bool {
        self == Self::Silent
    }

    /// Whether it looks away from what readers ask for on chain.
    pub fn ignores_challenges(self) -> bool {
        matches!(self, Self::Silent | Self::Withholding)
    }
}

/// What `possession.prove` takes.
type Proving = (WorkerId, StorageEpoch, Vec<ChunkProof>);
/// What `retrieval.answer` takes.
type Answering = (RetrievalId, Vec<u8>, GroupProof);

/// Changes calls before they are sent.
#[derive(Debug)]
pub struct Twist {
    mode: Mode,
    /// The first proofs, and how often they were shown again.
    replayed: Option<(Call, u32)>,
}

impl Twist {
    /// One that has sent nothing yet.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            replayed: None,
        }
    }

    /// What is sent instead of `call`; `None` if that is the truth.
    pub fn of(&mut self, call: &Call) -> Option<Call> {
        match (self.mode, call.call) {
            (Mode::Corrupting, "prove") => corrupt_proofs(call),
            (Mode::Corrupting, "answer") => corrupt_answer(call),
            (Mode::Replaying, "prove") => self.replay(call),
            _ => None,
        }
    }

    fn replay(&mut self, call: &Call) -> Option<Call> {
        let Some((first, times)) = &mut self.replayed else {
            self.replayed = Some((call.clone(), 0));
            return None;
        };
        // The same proofs were asked for again because they have not arrived: that is no other window.
        if first == call {
            return None;
        }
        *times = times.saturating_add(1);
        if times.is_multiple_of(2) {
            return Some(first.clone());
        }
        let (_, epoch, _) = Proving::decode(&mut &call.args[..]).ok()?;
        let (worker, _, proofs) = Proving::decode(&mut &first.args[..]).ok()?;
        Some(calls::possession::prove(worker, epoch, &proofs))
    }
}

fn corrupt_proofs(call: &Call) -> Option<Call> {
    let (worker, epoch, mut proofs) = Proving::decode(&mut &call.args[..]).ok()?;
    proofs
        .iter_mut()
        .for_each(|proof| change_a_byte(&mut proof.bytes));
    Some(calls::possession::prove(worker, epoch, &proofs))
}

fn corrupt_answer(call: &Call) -> Option<Call> {
    let (id, mut bytes, proof) = Answering::decode(&mut &call.args[..]).ok()?;
    change_a_byte(&mut bytes);
    Some(calls::retrieval::answer(id, &bytes, &proof))
}

/// Changes the byte in the middle.
pub fn change_a_byte(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const WORKER: WorkerId = WorkerId([7; 32]);

    fn proofs(byte: u8) -> Vec<ChunkProof> {
        let proof = |pick| ChunkProof {
            pick,
            bytes: vec![byte; 1024],
            proof: GroupProof::default(),
        };
        vec![proof(0), proof(3)]
    }

    fn prove(epoch: u32, byte: u8) -> Call {
        calls::possession::prove(WORKER, StorageEpoch(epoch), &proofs(byte))
    }

    #[test]
    fn only_a_corrupting_worker_changes_bytes_and_it_changes_every_chunk() {
        let call = prove(1, 5);
        for mode in [Mode::Silent, Mode::Withholding] {
            assert_eq!(Twist::new(mode).of(&call), None);
        }
        let twisted = Twist::new(Mode::Corrupting).of(&call).unwrap();
        let (worker, epoch, sent) = Proving::decode(&mut &twisted.args[..]).unwrap();
        assert_eq!((worker, epoch), (WORKER, StorageEpoch(1)));
        for (was, is) in proofs(5).iter().zip(&sent) {
            let changed = was.bytes.iter().zip(&is.bytes).filter(|(a, b)| a != b);
            assert_eq!(changed.count(), 1);
        }
    }

    #[test]
    fn a_corrupting_worker_changes_answers() {
        let call = calls::retrieval::answer(RetrievalId(1), &[1, 2, 3], &GroupProof::default());
        let twisted = Twist::new(Mode::Corrupting).of(&call).unwrap();
        let expected = calls::retrieval::answer(RetrievalId(1), &[1, 3, 3], &GroupProof::default());
        assert_eq!(twisted, expected);
    }

    #[test]
    fn a_replaying_worker_proves_once_and_then_shows_that_under_both_epochs() {
        let mut twist = Twist::new(Mode::Replaying);
        assert_eq!(twist.of(&prove(1, 5)), None, "the first proofs are right");
        assert_eq!(twist.of(&prove(1, 5)), None, "and may be sent again");
        assert_eq!(
            twist.of(&prove(2, 6)),
            Some(prove(2, 5)),
            "old chunks, new epoch"
        );
        assert_eq!(
            twist.of(&prove(2, 6)),
            Some(prove(1, 5)),
            "the old call itself"
        );
    }
}
