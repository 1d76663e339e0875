//! What must be true after every block, whatever happens: the judge of a run.
//!
//! 1. `try_state` of every pallet of ours, and no `defensive!` spoke.
//! 2. Money: accounts add up to the issuance, and the issuance changed by just what the events say was burnt and what an era
//!    brought. (That the pot has what belongs into it is rule 2 of pallet-blobs.)
//! 3. A shard whose receipt is on chain, and whose holders were honest and whole since, is on an honest disk, every byte.
//!    So an encoding can be decoded while faults stay within its receipts less k; that is counted and compared too.
//! 4. No window and no retrieval challenge of a worker that was up, connected and undamaged while it was open ends with a
//!    miss, so it loses nothing. Forks excuse nobody.
//! 5. Everything that waits ends within a bound with a name.
//!
//! Readers (`reader`) judge what they get; `quiescence` judges the end.

mod shards;

use crate::{chain::View, defensive, inference::ledger::Ledger, scenario::Behaviour, world::World};
use ballast_core::{
    view::{EncodingInfo, EncodingStatus, WorkerStatus},
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use ballast_runtime::{Balances, Runtime, RuntimeEvent};
use pallet_blobs::Event as Blobs;
use pallet_possession::Event as Possession;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Blocks after a deadline at which a window must be closed.
const CLOSE_BLOCKS: BlockNumber = 2;
/// Blocks after its time at which a pending encoding must be gone.
const LAPSE_BLOCKS: BlockNumber = 3;
/// Blocks that a draw may wait: all its deferrals, and some. Those without randomness come on top.
const DRAW_BLOCKS: BlockNumber = 2 + 127 + 8;
/// Blocks after which an evicted worker keeps nothing that it had a receipt for.
const EVICTION_BLOCKS: BlockNumber = 5;
/// Storage epochs after its end at which an encoding must be gone.
const EXPIRY_EPOCHS: u32 = 1;

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The block after which it was seen.
    pub block: BlockNumber,
    /// Which rule.
    pub rule: &'static str,
    /// How.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}: {}: {}", self.block, self.rule, self.what)
    }
}

/// What is remembered from block to block.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    issuance: Option<u128>,
    records: BTreeMap<EncodingId, Record>,
    /// Since when evicted workers have receipted shards.
    evicted: BTreeMap<WorkerId, BlockNumber>,
    /// Blocks without randomness so far.
    without_vrf: BlockNumber,
    /// Encodings that lost more than their margin.
    pub beyond: BTreeSet<EncodingId>,
    /// Shards that workers lost by a retrieval challenge.
    pub lost: BTreeSet<(EncodingId, ShardIndex)>,
    /// Money and checks of inference.
    pub ledger: Ledger,
}

/// The shards of an encoding.
#[derive(Clone, Debug, Default)]
struct Record {
    /// Had a receipt on chain.
    ever: BTreeSet<ShardIndex>,
    /// Had a holder that was not honest, or was hit by a fault.
    affected: BTreeSet<ShardIndex>,
}

/// Which rule is broken, and how.
pub type Judged = Result<(), (&'static str, String)>;

impl World {
    /// Checks every rule.
    pub fn check(&mut self, view: &View) -> Result<(), Violation> {
        let judged = self.check_rules(view);
        judged.map_err(|(rule, what)| Violation {
            block: view.number,
            rule,
            what,
        })
    }

    fn check_rules(&mut self, view: &View) -> Judged {
        self.check_state()?;
        self.check_money(view)?;
        self.check_windows(view)?;
        self.check_challenges(view)?;
        self.check_ends(view)?;
        self.check_shards(view)?;
        self.check_honest_stakes(view)?;
        if self.scenario.cast == Some(crate::Cast::Inference) {
            self.check_inference(&view.events, view.number)?;
        }
        self.count_wrong(&view.events);
        self.count_disputes(&view.events);
        Ok(())
    }

    fn check_state(&mut self) -> Judged {
        if let Some(heard) = defensive::heard().first() {
            return Err(("defensive", heard.clone()));
        }
        let state = self.chain.with(|| {
            pallet_workers::Pallet::<Runtime>::do_try_state()
                .and(pallet_blobs::Pallet::<Runtime>::do_try_state())
                .and(pallet_possession::Pallet::<Runtime>::do_try_state())
                .and(pallet_retrieval::Pallet::<Runtime>::do_try_state())
                .and(pallet_inference::Pallet::<Runtime>::do_try_state())
                .and(pallet_models::Pallet::<Runtime>::do_try_state())
                .and(pallet_attestation::Pallet::<Runtime>::do_try_state())
        });
        state.map_err(|error| ("try_state", format!("{error:?}")))
    }

    fn check_money(&mut self, view: &View) -> Judged {
        let reassign_fee = view.params.map_or(0, |params| params.reassign_fee);
        let burnt: u128 = view
            .events
            .iter()
            .map(|event| burnt_by(event, reassign_fee))
            .sum();
        let minted: u128 = view.events.iter().map(minted_by).sum();
        let (issuance, sum) = self.chain.with(|| {
            let accounts = frame_system::Account::<Runtime>::iter_values();
            let sum: u128 = accounts
                .map(|account| account.data.free + account.data.reserved)
                .sum();
            (Balances::total_issuance(), sum)
        });
        let before = self.oracle.issuance.replace(issuance).unwrap_or(issuance);
        if issuance != sum {
            return Err((
                "money",
                format!("accounts have {sum}, issued are {issuance}"),
            ));
        }
        if issuance + burnt != before + minted {
            let what = format!(
                "{before} before, {issuance} now; by what the events say {burnt} were burnt and {minted} made"
            );
            return Err(("money", what));
        }
        Ok(())
    }

    /// Windows that ended in this block with a miss.
    fn check_windows(&mut self, view: &View) -> Judged {
        let before = self.views.iter().rev().nth(1).cloned().unwrap_or_default();
        for event in view.events.iter() {
            let RuntimeEvent::Possession(Possession::WindowClosed {
                worker, outcome, ..
            }) = event
            else {
                continue;
            };
            self.report.windows += 1;
            let Some(index) = self.by_id.get(worker).copied() else {
                continue;
            };
            if outcome.missed == 0 {
                continue;
            }
            self.report.missed_windows += 1;
            let state = &self.workers[index];
            if state.plan.behaviour != Behaviour::Honest {
                continue;
            }
            let opened_at = before
                .windows
                .get(worker)
                .map_or(0, |window| window.opened_at);
            if state.trouble < opened_at {
                let what = format!(
                    "worker {index} was whole since block {}, and missed {} of the window of block {opened_at}, slashed {}",
                    state.trouble, outcome.missed, outcome.slashed
                );
                return Err(("honest worker", what));
            }
            self.report.excused_windows += 1;
        }
        Ok(())
    }

    fn check_ends(&mut self, view: &View) -> Judged {
        let (now, late) = (view.number, |what: String| Err(("ends", what)));
        for (worker, window) in &view.windows {
            if now > window.deadline + CLOSE_BLOCKS {
                return late(format!(
                    "window of {worker} was to end at {}",
                    window.deadline
                ));
            }
        }
        let epoch = view.params.map_or(0, |params| params.current_epoch.0);
        for info in view.encodings.values() {
            if info.lapses_at.is_some_and(|at| now > at + LAPSE_BLOCKS) {
                return late(format!(
                    "encoding {} was to lapse at {:?}",
                    info.id, info.lapses_at
                ));
            }
            let certified = matches!(info.status, EncodingStatus::Certified { .. });
            if certified && epoch > info.expires.0 + EXPIRY_EPOCHS {
                return late(format!(
                    "encoding {} was to expire with epoch {}",
                    info.id, info.expires.0
                ));
            }
        }
        let oldest = self.chain.with(|| {
            let requests = pallet_blobs::DrawRequests::<Runtime>::iter();
            requests
                .map(|(id, request)| (request.requested_at, id))
                .min()
        });
        self.oracle.without_vrf += BlockNumber::from(now <= self.no_vrf_until);
        if let Some((at, id)) =
            oldest.filter(|(at, _)| now > at + DRAW_BLOCKS + self.oracle.without_vrf)
        {
            return late(format!("a draw for encoding {id} waits since block {at}"));
        }
        self.check_evicted(view)
    }

    /// Who is evicted keeps nothing.
    fn check_evicted(&mut self, view: &View) -> Judged {
        let epoch = view.params.map(|params| params.current_epoch);
        let runs = |info: &&EncodingInfo| {
            matches!(info.status, EncodingStatus::Certified { .. })
                && epoch.is_some_and(|epoch| info.expires > epoch)
        };
        let held = view
            .encodings
            .values()
            .filter(runs)
            .flat_map(|info| &info.assignments);
        let holders: BTreeSet<WorkerId> =
            held.filter(|to| to.receipted).map(|to| to.worker).collect();
        let evicted = |id: &WorkerId| {
            view.workers
                .get(id)
                .is_some_and(|info| info.status == WorkerStatus::Evicted)
        };
        self.oracle
            .evicted
            .retain(|id, _| holders.contains(id) && evicted(id));
        for id in holders.iter().filter(|id| evicted(id)) {
            let since = *self.oracle.evicted.entry(*id).or_insert(view.number);
            if view.number > since + EVICTION_BLOCKS {
                return Err((
                    "ends",
                    format!("worker {id} is evicted and holds shards since block {since}"),
                ));
            }
        }
        Ok(())
    }
}

/// What an event says was burnt.
fn burnt_by(event: &RuntimeEvent, reassign_fee: u128) -> u128 {
    match event {
        RuntimeEvent::Blobs(Blobs::Lapsed { burned, rent, .. }) => burned + rent,
        RuntimeEvent::Blobs(
            Blobs::WrongEncoding { burned, .. } | Blobs::Disproved { burned, .. },
        ) => *burned,
        RuntimeEvent::Retrieval(pallet_retrieval::Event::Answered { burnt, .. }) => *burnt,
        RuntimeEvent::Blobs(Blobs::ReassignRequested { shards, .. }) => {
            reassign_fee * shards.len() as u128
        }
        _ => 0,
    }
}

/// What an event says was made: what an era brings the treasury, and what its stakers ask for.
fn minted_by(event: &RuntimeEvent) -> u128 {
    match event {
        RuntimeEvent::Staking(pallet_staking::Event::EraPaid { remainder, .. }) => *remainder,
        RuntimeEvent::Staking(pallet_staking::Event::Rewarded { amount, .. }) => *amount,
        _ => 0,
    }
}
