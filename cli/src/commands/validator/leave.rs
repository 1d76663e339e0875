//! The way out: what is due next until an account validates no longer and has all its money back.
//!
//! Goals: one step a call, so it can be run again at any time; nothing is lost on the way: pay that nobody asked for comes
//! before the stake, and the keys stay for as long as the node may be elected.
//! Non-goals: nominators and members of pools, whom wallets serve.

use super::plan::Step;
use crate::amount::Amount;
use ballast_core::view::ValidatorInfo;

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    /// Past eras are to be paid out: that is possible only while there is a stake.
    PayOut,
    /// Steps that belong in one transaction; none if it is time to wait, or all is done.
    Steps(Vec<Step>),
}

/// What is due for who wants to leave.
pub fn due(info: &ValidatorInfo) -> Due {
    if info.offers || info.stake > 0 {
        return Due::Steps(stop(info));
    }
    let free = free(info);
    let is_last = waiting(info).next().is_none() && !serves(info);
    if is_last && free.0 > 0 && !info.unpaid_eras.is_empty() {
        return Due::PayOut;
    }
    let mut steps = Vec::new();
    if free.0 > 0 && (is_last || waiting(info).next().is_some()) {
        steps.push(Step::Withdraw(free));
    }
    if is_last && info.session_keys.is_some() {
        steps.push(Step::PurgeKeys(Amount(info.key_deposit)));
    }
    Due::Steps(steps)
}

/// What is left to do or to wait for, in words.
pub fn left(info: &ValidatorInfo) -> Vec<String> {
    let mut left = Vec::new();
    if serves(info) {
        left.push(
            "keep the node running until `ballast validator status` says that it is not elected any more"
                .into(),
        );
    }
    if !info.slashes.is_empty() {
        left.push("a slash is coming, which takes part of the stake unless governance cancels it before its era".into());
    }
    left.extend(waiting(info).map(|(amount, era)| {
        format!(
            "{} are free from era {era} on, and it is era {}; run `ballast validator leave` again then",
            Amount(*amount),
            info.era
        )
    }));
    if due(info) != Due::Steps(Vec::new()) {
        left.push("run `ballast validator leave` again: there is more to do now".into());
    }
    left
}

fn stop(info: &ValidatorInfo) -> Vec<Step> {
    let chill = info.offers.then_some(Step::Chill);
    let unbond = [Step::PayToAccount, Step::Unbond(Amount(info.stake))];
    let unbond = unbond.into_iter().filter(|_| info.stake > 0);
    chill.into_iter().chain(unbond).collect()
}

fn serves(info: &ValidatorInfo) -> bool {
    info.elected || info.elected_next
}

/// What was asked back and can be withdrawn.
fn free(info: &ValidatorInfo) -> Amount {
    let free = info.unbonding.iter().filter(|(_, era)| *era <= info.era);
    Amount(free.fold(0u128, |sum, (amount, _)| sum.saturating_add(*amount)))
}

/// What was asked back and cannot be withdrawn yet.
fn waiting(info: &ValidatorInfo) -> impl Iterator<Item = &(u128, u32)> {
    info.unbonding.iter().filter(|(_, era)| *era > info.era)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::price::BAL;

    fn validating() -> ValidatorInfo {
        ValidatorInfo {
            stake: 5_000 * BAL,
            key_deposit: 10 * BAL,
            offers: true,
            elected: true,
            elected_next: true,
            session_keys: Some(vec![1]),
            era: 7,
            ..Default::default()
        }
    }

    /// As the chain has it after the first step.
    fn stopped() -> ValidatorInfo {
        ValidatorInfo {
            stake: 0,
            offers: false,
            unbonding: vec![(5_000 * BAL, 35)],
            ..validating()
        }
    }

    fn free() -> ValidatorInfo {
        ValidatorInfo {
            elected: false,
            elected_next: false,
            era: 35,
            ..stopped()
        }
    }

    #[test]
    fn the_first_step_stops_and_asks_all_stake_back() {
        let all = Step::Unbond(Amount(5_000 * BAL));
        let expected = vec![Step::Chill, Step::PayToAccount, all];
        assert_eq!(due(&validating()), Due::Steps(expected));
        let chilled = ValidatorInfo {
            offers: false,
            ..validating()
        };
        let expected = vec![Step::PayToAccount, all];
        assert_eq!(due(&chilled), Due::Steps(expected));
    }

    #[test]
    fn a_second_call_waits_and_says_how_long() {
        assert_eq!(due(&stopped()), Due::Steps(vec![]));
        let left = left(&stopped());
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(left[0].contains("keep the node running"));
        assert!(left[1].starts_with("5000 BAL are free from era 35 on, and it is era 7"));
    }

    #[test]
    fn the_last_step_takes_the_stake_and_the_keys_deposit_back() {
        let expected = vec![
            Step::Withdraw(Amount(5_000 * BAL)),
            Step::PurgeKeys(Amount(10 * BAL)),
        ];
        assert_eq!(due(&free()), Due::Steps(expected));
        assert_eq!(left(&free()).len(), 1);
    }

    #[test]
    fn pay_comes_before_the_stake() {
        let unpaid = ValidatorInfo {
            unpaid_eras: vec![33],
            ..free()
        };
        assert_eq!(due(&unpaid), Due::PayOut);
        // As long as the stake is bound there is time.
        let early = ValidatorInfo { era: 34, ..unpaid };
        assert_eq!(due(&early), Due::Steps(vec![]));
    }

    #[test]
    fn who_has_left_has_nothing_to_do() {
        let gone = ValidatorInfo {
            unbonding: vec![],
            session_keys: None,
            ..free()
        };
        for info in [gone, ValidatorInfo::default()] {
            assert_eq!(due(&info), Due::Steps(vec![]));
            assert_eq!(left(&info), Vec::<String>::new());
        }
    }

    #[test]
    fn keys_stay_while_the_node_is_elected() {
        let elected = ValidatorInfo {
            elected_next: true,
            ..free()
        };
        assert_eq!(due(&elected), Due::Steps(vec![]));
        assert!(left(&elected)[0].contains("keep the node running"));
    }

    #[test]
    fn a_part_that_is_free_is_withdrawn_while_the_rest_waits() {
        let parts = ValidatorInfo {
            unbonding: vec![(BAL, 34), (2 * BAL, 40)],
            ..free()
        };
        assert_eq!(due(&parts), Due::Steps(vec![Step::Withdraw(Amount(BAL))]));
    }

    #[test]
    fn stake_that_pay_has_added_is_asked_back_too() {
        let more = ValidatorInfo {
            stake: BAL,
            ..free()
        };
        let expected = vec![Step::PayToAccount, Step::Unbond(Amount(BAL))];
        assert_eq!(due(&more), Due::Steps(expected));
    }
}
