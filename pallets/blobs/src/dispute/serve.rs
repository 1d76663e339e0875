//! What falls due in disputes: the committee, the chunks to show, the end.

use super::{Committee, Dispute, Showing};
use crate::{
    agenda::Budget,
    placement::{account, DRAW_DELAY_BLOCKS},
    types::Encoding,
    BlockRandomness, Config, CustodyBooks, Disputes, Event, HoldReason, Pallet, Parameters,
    WeightInfo, WorkerSet,
};
use alloc::vec::Vec;
use ballast_core::{
    dispute::seats, view::CommitteeSeat, Balance, BlockNumber, ChainingValue, EncodingId,
};
use frame_support::pallet_prelude::Weight;
use sp_runtime::Percent;

impl<T: Config> Pallet<T> {
    /// Does what is due in open disputes, of which there are few.
    pub(crate) fn serve_disputes(budget: &mut Budget) {
        if Disputes::<T>::count() == 0 {
            return;
        }
        let open: Vec<EncodingId> = Disputes::<T>::iter_keys().collect();
        for id in open {
            if !budget.look(T::WeightInfo::look_at_dispute()) {
                return;
            }
            match Disputes::<T>::get(id) {
                Some(dispute) => Self::serve_dispute(id, dispute, budget),
                None => continue,
            }
        }
    }

    fn serve_dispute(id: EncodingId, dispute: Dispute, budget: &mut Budget) {
        if !Self::is_kept(id) {
            return Disputes::<T>::remove(id);
        }
        let now = Self::now();
        let seed = T::Randomness::of_previous_block();
        let is_due = |since: BlockNumber| now >= since.saturating_add(DRAW_DELAY_BLOCKS);
        if now > dispute.ends_at {
            if budget.grant(T::WeightInfo::end_dispute()) {
                Self::end_dispute(id, dispute);
            }
        } else if let Some(seed) = seed {
            if dispute.committee.is_empty() && is_due(dispute.opened_at) {
                if budget.grant(Self::seating_weight()) {
                    Self::seat_committee(id, dispute, &seed);
                }
            } else if matches!(dispute.showing, Showing::Due { since } if is_due(since)) {
                let showing = Showing::Asked { seed };
                Disputes::<T>::insert(id, Dispute { showing, ..dispute });
            }
        }
    }

    fn seating_weight() -> Weight {
        T::WeightInfo::seat_committee()
            .saturating_add(T::WeightInfo::load_candidates(T::Workers::workers_count()))
    }

    /// Draws the committee among all workers that take new shards, by stake alone.
    fn seat_committee(id: EncodingId, mut dispute: Dispute, seed: &[u8; 32]) {
        let stakes: Vec<_> = T::Workers::candidates()
            .iter()
            .map(|candidate| (candidate.worker, candidate.stake))
            .collect();
        let drawn = seats(seed, id, dispute.shard, dispute.generation, &stakes);
        let members = drawn.into_iter().map(|(worker, seats)| CommitteeSeat {
            worker,
            seats,
            root: None,
        });
        dispute.committee = Committee::truncate_from(members.collect());
        dispute.ends_at = Self::a_deadline_from_now();
        let (shard, ends_at) = (dispute.shard, dispute.ends_at);
        Disputes::<T>::insert(id, dispute);
        Self::deposit_event(Event::CommitteeSeated {
            encoding: id,
            shard,
            ends_at,
        });
    }

    /// Its time is over: the verdict counts, if there is one.
    pub(crate) fn end_dispute(id: EncodingId, dispute: Dispute) {
        Disputes::<T>::remove(id);
        let shard = dispute.shard;
        let Some((encoding, _)) = Self::certified_placement(id) else {
            return;
        };
        match dispute.verdict {
            None => {
                Self::unmark(id, shard);
                Self::deposit_event(Event::DisputeLapsed {
                    encoding: id,
                    shard,
                });
            }
            Some(reached) if Self::root_of(id, shard) == Some(reached) => {
                Self::unmark(id, shard);
                Self::fine_liars(id, &dispute, reached);
            }
            Some(reached) => Self::disprove(id, encoding, &dispute, reached),
        }
    }

    /// The shard is right: whoever said otherwise pays.
    fn fine_liars(id: EncodingId, dispute: &Dispute, reached: ChainingValue) {
        let liars = dispute.words().filter(|(_, root, _)| *root != reached);
        let mut fined: Vec<_> = liars.map(|(worker, ..)| worker).collect();
        fined.sort_unstable();
        fined.dedup();
        let slashed = fined
            .into_iter()
            .map(T::Books::fine)
            .fold(0, Balance::saturating_add);
        Self::deposit_event(Event::DisputeRefuted {
            encoding: id,
            shard: dispute.shard,
            slashed,
        });
    }

    /// The shard is off the code: the encoding ends, and those who said so share the reward, by seats.
    fn disprove(id: EncodingId, encoding: Encoding, dispute: &Dispute, reached: ChainingValue) {
        let agreed = || dispute.words().filter(|(_, root, _)| *root == reached);
        let shares = agreed().fold(0, |sum: Balance, (.., seats)| {
            sum.saturating_add(seats.into())
        });
        let percent = Percent::from_percent(Parameters::<T>::get().wrong_reward_percent);
        let total: Balance = percent.mul_floor(encoding.deposit);
        let share = total.checked_div(shares).unwrap_or(0);
        let mut reward: Balance = 0;
        for (worker, _, seats) in agreed() {
            let part = share.saturating_mul(seats.into());
            let paid = Self::pay_held(
                HoldReason::Deposit,
                &encoding.publisher,
                &account(worker),
                part,
            );
            reward = reward.saturating_add(paid);
        }
        let address = encoding.address;
        let burned = Self::end_without_deposit(id, encoding, reward);
        Self::deposit_event(Event::Disproved {
            encoding: id,
            address,
            shard: dispute.shard,
            root: reached,
            burned,
            reward,
        });
    }
}
