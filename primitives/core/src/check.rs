//! Checks: which claims other workers run again, who they are, and how they say what came of it.
//!
//! A verifier first commits to its score and reveals it later, so that nobody copies. Scores are integers: how alike two
//! runs are is measured by the verifiers, and only the verdict is counted by the chain.
//!
//! Goals: runtime and workers derive the same draws and commitments; an executor's operator and the client's never judge.
//! Non-goals: how a run is scored (the worker), when which step is due (pallet-inference).

use crate::{
    ids::{Balance, EncodingId, OperatorId, SettlementId, ShardIndex, WorkerId},
    income::WHOLE_PERMILLE,
    placement::{self, Candidate},
    uniform::UniformStream,
    Address,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// BLAKE3 key derivation context of what a draw of verifiers is seeded with.
pub const DRAW_CONTEXT: &str = "ballast 2026-11-26 verifier draw v1";

/// BLAKE3 key derivation context of where candidates are looked for.
pub const PLACE_CONTEXT: &str = "ballast 2026-11-27 verifier place v1";

/// BLAKE3 key derivation context of the choice of a claim.
pub const SAMPLE_CONTEXT: &str = "ballast 2026-11-26 claim sample v1";

/// BLAKE3 key derivation context of a score's commitment.
pub const SCORE_CONTEXT: &str = "ballast 2026-11-26 score commitment v1";

/// The best score: both runs are the same within tolerance.
pub const MAX_SCORE: u16 = 1_000;

/// A worker that could verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifierCandidate {
    /// The worker.
    pub worker: WorkerId,
    /// Who runs it.
    pub operator: OperatorId,
    /// Its stake: its weight.
    pub stake: Balance,
}

/// Which draw of which settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Randomness that was not known when the draw was asked for.
    pub seed: [u8; 32],
    /// The settlement.
    pub settlement: SettlementId,
    /// How many verifiers were drawn for it before.
    pub drawn_before: u32,
}

impl Draw {
    /// The claim of a batch that is run again, if any is: with probability `permille` / 1000, each claim as likely as any
    /// other. `None` if none is.
    pub fn sample(&self, leaves: u32, permille: u16) -> Option<u32> {
        let mut stream = UniformStream::new(SAMPLE_CONTEXT, &self.material());
        let chance = stream.below(WHOLE_PERMILLE.into())?;
        let chosen = stream.below(leaves.into())?;
        (chance < permille.into()).then_some(())?;
        u32::try_from(chosen).ok()
    }

    /// Where among all offers of a model version the candidates are looked for, as an account.
    pub fn place(&self) -> [u8; 32] {
        blake3::derive_key(PLACE_CONTEXT, &self.material())
    }

    /// As many as `seats` verifiers, weighted by stake, of distinct operators where there are enough. `None` if there are
    /// not so many candidates besides `seen` and whoever `barred` runs.
    pub fn verifiers(
        &self,
        seats: u8,
        candidates: &[VerifierCandidate],
        seen: &[WorkerId],
        barred: &[OperatorId],
    ) -> Option<Vec<WorkerId>> {
        let seed = blake3::derive_key(DRAW_CONTEXT, &self.material());
        let shards: Vec<_> = (0..seats).map(|seat| (ShardIndex(seat), 0)).collect();
        let able: Vec<Candidate> = candidates
            .iter()
            .filter(|candidate| !barred.contains(&candidate.operator))
            .map(|candidate| Candidate {
                worker: candidate.worker,
                operator: candidate.operator,
                stake: candidate.stake,
                free_bytes: u64::MAX,
                assigned_bytes: 0,
            })
            .collect();
        // Address and encoding are in the seed already.
        let (address, encoding) = (Address::default(), EncodingId::default());
        placement::draw(
            &seed,
            &address,
            encoding,
            &shards,
            &able,
            &[],
            seen,
            u64::MAX,
        )
        .ok()
    }

    fn material(&self) -> Vec<u8> {
        (self.seed, self.settlement, self.drawn_before).encode()
    }
}

/// What a score's commitment hides.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ScoreBody {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// The settlement that is checked.
    pub settlement: SettlementId,
    /// Who scored: a copied commitment is good for nobody else.
    pub verifier: WorkerId,
    /// From 0 to [`MAX_SCORE`]; 0 also where the executor did not show what it ran.
    pub score: u16,
    /// Hides the score.
    pub salt: [u8; 32],
}

impl ScoreBody {
    /// The commitment.
    pub fn commitment(&self) -> [u8; 32] {
        blake3::derive_key(SCORE_CONTEXT, &self.encode())
    }
}

/// Whether so many of a panel are two thirds of it.
pub fn is_two_thirds(part: usize, panel: usize) -> bool {
    panel > 0 && part.saturating_mul(3) >= panel.saturating_mul(2)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeSet, vec};
    use proptest::prelude::*;

    fn draw(seed: u8) -> Draw {
        Draw {
            seed: [seed; 32],
            settlement: SettlementId(1),
            drawn_before: 0,
        }
    }

    fn candidates(count: u8) -> Vec<VerifierCandidate> {
        (1..=count)
            .map(|number| VerifierCandidate {
                worker: WorkerId([number; 32]),
                operator: OperatorId([number; 32]),
                stake: 100,
            })
            .collect()
    }

    #[test]
    fn a_sample_is_as_frequent_as_asked_for_and_hits_every_claim() {
        let samples: Vec<_> = (0..=255)
            .filter_map(|seed| draw(seed).sample(4, 500))
            .collect();
        assert!((90..=166).contains(&samples.len()), "{}", samples.len());
        assert_eq!(samples.iter().collect::<BTreeSet<_>>().len(), 4);
        assert!((0..=255).all(|seed| draw(seed).sample(4, 0).is_none()));
        assert!((0..=255).all(|seed| draw(seed).sample(4, 1_000).is_some()));
        assert_eq!(draw(1).sample(0, 1_000), None);
    }

    #[test]
    fn verifiers_are_others_than_those_seen_and_those_barred() {
        let seen = [WorkerId([1; 32]), WorkerId([2; 32])];
        let barred = [OperatorId([3; 32])];
        for seed in 0..50 {
            let drawn = draw(seed)
                .verifiers(2, &candidates(5), &seen, &barred)
                .unwrap();
            let drawn: BTreeSet<_> = drawn.into_iter().collect();
            assert_eq!(drawn, [WorkerId([4; 32]), WorkerId([5; 32])].into());
        }
        assert_eq!(draw(1).verifiers(3, &candidates(5), &seen, &barred), None);
        assert_eq!(draw(1).verifiers(0, &candidates(5), &[], &[]), Some(vec![]));
    }

    #[test]
    fn every_part_of_a_draw_matters() {
        let base = draw(1);
        let others = [
            draw(2),
            Draw {
                settlement: SettlementId(2),
                ..base
            },
            Draw {
                drawn_before: 2,
                ..base
            },
        ];
        let drawn = |draw: Draw| draw.verifiers(20, &candidates(200), &[], &[]);
        for other in others {
            assert_ne!(drawn(other), drawn(base));
        }
    }

    #[test]
    fn a_commitment_binds_everything() {
        let base = ScoreBody {
            genesis_hash: [1; 32],
            settlement: SettlementId(2),
            verifier: WorkerId([3; 32]),
            score: 4,
            salt: [5; 32],
        };
        let change = |change: fn(&mut ScoreBody)| {
            let mut changed = base.clone();
            change(&mut changed);
            changed.commitment()
        };
        for other in [
            change(|body| body.genesis_hash = [9; 32]),
            change(|body| body.settlement = SettlementId(9)),
            change(|body| body.verifier = WorkerId([9; 32])),
            change(|body| body.score = 9),
            change(|body| body.salt = [9; 32]),
        ] {
            assert_ne!(other, base.commitment());
        }
    }

    #[test]
    fn two_thirds_are_not_fewer() {
        assert!(is_two_thirds(2, 3) && !is_two_thirds(1, 3));
        assert!(is_two_thirds(4, 5) && !is_two_thirds(3, 5));
        assert!(is_two_thirds(6, 9) && !is_two_thirds(5, 9));
        assert!(!is_two_thirds(0, 0));
    }

    proptest! {
        #[test]
        fn verifiers_are_distinct_candidates(seed: u8, count in 1u8..40, seats in 0u8..12) {
            let all = candidates(count);
            let drawn = draw(seed).verifiers(seats, &all, &[], &[]);
            prop_assert_eq!(drawn.is_some(), seats <= count);
            let drawn: BTreeSet<_> = drawn.unwrap_or_default().into_iter().collect();
            prop_assert!(drawn.is_empty() || drawn.len() == usize::from(seats));
            prop_assert!(drawn.iter().all(|worker| all.iter().any(|one| one.worker == *worker)));
        }
    }
}
