//! A second book of all money and all checks, kept from the events alone and compared with the chain after every block.
//!
//! 1. *channel money*: what is held for channels on each client's account is what its channels hold by this book, and
//!    held + paid + refunded = deposited.
//! 2. *vouchers*: nothing is drawn above what the client signed, and no request that it did not sign for is claimed.
//! 3. *leaves*: each is settled once, within the limits, at its price.
//! 4. *records*: amount, root and shares of a settlement never change before it is paid or reversed.
//! 5. *judges*: nobody is drawn to check its own batch, for its own channel, or twice for one check.
//! 6. *verdicts*: a batch that says something else than was signed is never paid; an honest worker is not sentenced; a
//!    false claim does not pass when all who were drawn were honest, and spoke.
//! 7. *stakes*: a worker's stake is what it put up less what the events say was taken.
//! 8. *ends*: channels and checks end within a bound with a name.

use super::Kind;
use crate::{oracle::Judged, world::World};
use ballast_core::{claim::batch_cost, ChannelId, SettlementId};
use ballast_runtime::{AccountId, Runtime, RuntimeEvent};
use pallet_inference::{types::Settlement, Channels, Event, Settlements};
use std::collections::{BTreeMap, BTreeSet};

/// The book. A fork takes it back with the chain.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub(super) channels: BTreeMap<ChannelId, Account>,
    pub(super) deposited: u128,
    /// Paid or refunded.
    pub(super) gone: u128,
    /// Requests that were settled.
    pub(super) settled: BTreeSet<(ChannelId, u64)>,
    /// Settlements that are neither paid nor reversed.
    pub(super) open: BTreeMap<SettlementId, Open>,
    /// What was settled and reversed in one block: after a fork the pool may have both calls.
    pub(super) brief: BTreeMap<SettlementId, u128>,
    pub(super) stakes: BTreeMap<AccountId, u128>,
}

/// A channel.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) client: AccountId,
    pub(super) payee: AccountId,
    pub(super) deposited: u128,
    pub(super) drawn: u128,
    pub(super) ended: bool,
}

/// A settlement.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) channel: ChannelId,
    pub(super) entry: Settlement,
    /// The claim that is run again, if one is.
    pub(super) claim: u32,
    /// Who was drawn to check it.
    pub(super) drawn: BTreeSet<AccountId>,
    /// Whether somebody who was drawn said nothing in time.
    pub(super) silence: bool,
}

pub(super) fn broken<T>(rule: &'static str, what: String) -> Result<T, (&'static str, String)> {
    Err((rule, what))
}

impl World {
    /// Writes what happened into the book, and holds it against the chain.
    pub fn check_inference(
        &mut self,
        events: &[RuntimeEvent],
        now: ballast_core::BlockNumber,
    ) -> Judged {
        let mut ledger = std::mem::take(&mut self.oracle.ledger);
        let taken = self.write(&mut ledger, events);
        let judged = taken.and_then(|taken| self.compare(&mut ledger, &taken, now));
        self.oracle.ledger = ledger;
        judged
    }

    /// Gives what of stakes was taken.
    fn write(
        &mut self,
        ledger: &mut Ledger,
        events: &[RuntimeEvent],
    ) -> Result<BTreeMap<AccountId, u128>, (&'static str, String)> {
        let mut taken: BTreeMap<AccountId, u128> = BTreeMap::new();
        let mut contradicted = BTreeSet::new();
        for event in events {
            let RuntimeEvent::Inference(event) = event else {
                continue;
            };
            self.note(|| format!("inference: {event:?}"));
            match event {
                Event::ChannelOpened {
                    channel,
                    client,
                    payee,
                    deposit,
                    ..
                } => {
                    ledger.deposited += deposit;
                    let account = Account {
                        client: client.clone(),
                        payee: payee.clone(),
                        deposited: *deposit,
                        drawn: 0,
                        ended: false,
                    };
                    if ledger.channels.insert(*channel, account).is_some() {
                        return broken(
                            "channel money",
                            format!("channel {channel} was opened twice"),
                        );
                    }
                }
                Event::ChannelToppedUp {
                    channel, deposited, ..
                } => {
                    let account = ledger.account(*channel)?;
                    let more = deposited.saturating_sub(account.deposited);
                    account.deposited = *deposited;
                    ledger.deposited += more;
                }
                Event::ChannelEnded { channel, refund } => {
                    let account = ledger.account(*channel)?;
                    account.ended = true;
                    let left = account.deposited - account.drawn;
                    if left != *refund {
                        return broken(
                            "channel money",
                            format!("channel {channel} had {left} left, {refund} went back"),
                        );
                    }
                    ledger.gone += refund;
                }
                Event::Settled {
                    settlement,
                    channel,
                    amount,
                    ..
                } => self.settled(ledger, *settlement, *channel, *amount)?,
                Event::Paid { settlement, .. } => {
                    let open = ledger.close(*settlement)?;
                    self.report.inference.paid += 1;
                    let false_answer = self
                        .serving
                        .batch(&open.entry.root)
                        .and_then(|batch| batch.contradicts);
                    if let Some(at) = false_answer {
                        return broken("verdicts", format!("settlement {settlement} was paid, whose claim {at} was not signed for"));
                    }
                }
                Event::Reversed { settlement, .. } => {
                    match ledger.brief.remove(settlement) {
                        Some(amount) => ledger.gone += amount,
                        None => drop(ledger.close(*settlement)?),
                    }
                    self.report.inference.reversed += 1;
                }
                Event::VerifiersDrawn {
                    settlement,
                    verifiers,
                    claim,
                    ..
                } => {
                    ledger.open(*settlement)?.claim = *claim;
                    self.drawn(ledger, *settlement, verifiers)?
                }
                Event::VerifierSilent {
                    settlement,
                    worker,
                    slashed,
                } => {
                    *taken.entry(worker.clone()).or_default() += slashed;
                    ledger.open(*settlement)?.silence = true;
                    self.report.inference.silent += 1;
                }
                Event::Sentenced {
                    settlement,
                    worker,
                    slashed,
                } => {
                    *taken.entry(worker.clone()).or_default() += slashed;
                    if contradicted.contains(settlement) {
                        continue;
                    }
                    self.report.inference.sentenced += 1;
                    let open = ledger.open(*settlement)?;
                    self.sentence_is_right(open, *settlement, worker)?;
                }
                Event::CheckPassed { settlement } => self.passed(ledger, *settlement)?,
                Event::CheckTimedOut { .. } => self.report.inference.timed_out += 1,
                Event::Appealed { .. } => self.report.inference.appeals += 1,
                Event::Contradicted { settlement, .. } => {
                    contradicted.insert(*settlement);
                    self.report.inference.contested += 1;
                    let root = ledger.open.get(settlement).map(|open| open.entry.root);
                    let batch = root.and_then(|root| self.serving.batch(&root));
                    if batch.is_some_and(|batch| batch.contradicts.is_none()) {
                        return broken(
                            "verdicts",
                            format!(
                                "settlement {settlement} was contested, and says what was signed"
                            ),
                        );
                    }
                }
                _ => {}
            }
        }
        Ok(taken)
    }

    fn settled(
        &mut self,
        ledger: &mut Ledger,
        id: SettlementId,
        channel: ChannelId,
        amount: u128,
    ) -> Judged {
        let number = self.draw(ledger, channel, amount)?;
        self.report.inference.settled += 1;
        let found = self.chain.with(|| {
            Some((
                Settlements::<Runtime>::get(id)?,
                Channels::<Runtime>::get(channel)?,
            ))
        });
        let Some((entry, state)) = found else {
            ledger.brief.insert(id, amount);
            return Ok(());
        };
        let Some(batch) = self.serving.batch(&entry.root).cloned() else {
            return broken(
                "records",
                format!("nobody sent the batch of settlement {id}"),
            );
        };
        let price = state.terms.price;
        if batch_cost(&batch.claims, &price) != Some(entry.amount)
            || entry.leaves as usize != batch.claims.len()
        {
            return broken(
                "leaves",
                format!("settlement {id} costs {}, its claims do not", entry.amount),
            );
        }
        for leaf in &batch.claims {
            if !state.terms.limits.allow(&leaf.exchange) {
                return broken(
                    "leaves",
                    format!(
                        "request {} of channel {channel} is above the limits",
                        leaf.number
                    ),
                );
            }
            if leaf.number > number {
                return broken(
                    "vouchers",
                    format!(
                        "nobody signed for request {} of channel {channel}",
                        leaf.number
                    ),
                );
            }
            if !ledger.settled.insert((channel, leaf.number)) {
                return broken(
                    "leaves",
                    format!(
                        "request {} of channel {channel} was settled twice",
                        leaf.number
                    ),
                );
            }
        }
        let (claim, drawn, silence) = (0, BTreeSet::new(), false);
        ledger.open.insert(
            id,
            Open {
                channel,
                entry,
                claim,
                drawn,
                silence,
            },
        );
        Ok(())
    }

    /// Takes what a batch costs out of its channel. Gives the number of the last request that was signed for.
    fn draw(
        &mut self,
        ledger: &mut Ledger,
        channel: ChannelId,
        amount: u128,
    ) -> Result<u64, (&'static str, String)> {
        let account = ledger.account(channel)?;
        account.drawn += amount;
        let (allowed, number) = self.serving.allowed(channel, &account.client);
        match account.drawn <= allowed.min(account.deposited) {
            true => Ok(number),
            false => broken(
                "vouchers",
                format!(
                    "channel {channel}: {} drawn, {allowed} signed for, {} deposited",
                    account.drawn, account.deposited
                ),
            ),
        }
    }

    fn drawn(&mut self, ledger: &mut Ledger, id: SettlementId, verifiers: &[AccountId]) -> Judged {
        let channel = ledger.open(id)?.channel;
        let (client, payee) = {
            let account = ledger.account(channel)?;
            (account.client.clone(), account.payee.clone())
        };
        self.report.inference.draws += 1;
        let open = ledger.open(id)?;
        for verifier in verifiers {
            if *verifier == client || *verifier == payee {
                return broken(
                    "judges",
                    format!("settlement {id} is checked by its own party {verifier}"),
                );
            }
            if !open.drawn.insert(verifier.clone()) {
                return broken(
                    "judges",
                    format!("{verifier} was drawn twice for settlement {id}"),
                );
            }
        }
        Ok(())
    }

    fn sentence_is_right(&self, open: &Open, id: SettlementId, worker: &AccountId) -> Judged {
        match self.is_right(open) {
            true => broken(
                "verdicts",
                format!("{worker} was sentenced for settlement {id}, which was right"),
            ),
            false => Ok(()),
        }
    }

    fn passed(&mut self, ledger: &mut Ledger, id: SettlementId) -> Judged {
        self.report.inference.passed += 1;
        // What was due meanwhile is paid in the same breath, and is closed by then or later; both orders occur.
        let Some(open) = ledger.open.get(&id) else {
            return Ok(());
        };
        let is_honest = |account: &AccountId| {
            let index = self.worker_index(account);
            index.is_some_and(|index| {
                matches!(self.serving.kinds[index], Kind::Honest | Kind::Cheating)
            })
        };
        let is_false = !self.is_right(open);
        match is_false && !open.silence && open.drawn.iter().all(is_honest) {
            true => broken(
                "verdicts",
                format!(
                    "the false batch of settlement {id} passed, and all who looked were honest"
                ),
            ),
            false => {
                self.report.inference.false_passed += u64::from(is_false);
                Ok(())
            }
        }
    }

    /// Whether the claim that is run again is what was served.
    fn is_right(&self, open: &Open) -> bool {
        let batch = self.serving.batch(&open.entry.root);
        batch.is_none_or(|batch| batch.is_right(open.claim))
    }
}

impl Ledger {
    fn account(&mut self, channel: ChannelId) -> Result<&mut Account, (&'static str, String)> {
        match self.channels.get_mut(&channel) {
            Some(account) => Ok(account),
            None => broken(
                "channel money",
                format!("channel {channel} was never opened"),
            ),
        }
    }

    fn open(&mut self, id: SettlementId) -> Result<&mut Open, (&'static str, String)> {
        match self.open.get_mut(&id) {
            Some(open) => Ok(open),
            None => broken("records", format!("settlement {id} is over, or never was")),
        }
    }

    /// A settlement is paid or reversed, once.
    fn close(&mut self, id: SettlementId) -> Result<Open, (&'static str, String)> {
        match self.open.remove(&id) {
            Some(open) => {
                self.gone += open.entry.amount;
                Ok(open)
            }
            None => broken(
                "records",
                format!("settlement {id} is paid or reversed twice"),
            ),
        }
    }
}
