//! What is left to do until an account validates.

use crate::{
    amount::Amount,
    args::{Commission, SetupArgs},
    error::CliError,
};
use ballast_core::view::ValidatorInfo;

/// A thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Stake.
    Bond(Amount),
    /// Stake more.
    BondExtra(Amount),
    /// Have the node make session keys, and set them.
    SetKeys,
    /// Offer to validate.
    Validate(Commission),
    /// Offer it no longer.
    Chill,
    /// Have pay go to what the account can spend.
    PayToAccount,
    /// Ask stake back.
    Unbond(Amount),
    /// Take back what was asked back and is free.
    Withdraw(Amount),
    /// Remove the session keys, for which this is held.
    PurgeKeys(Amount),
}

impl Step {
    /// What is taken out of the account's free balance.
    pub fn cost(self) -> Amount {
        match self {
            Self::Bond(amount) | Self::BondExtra(amount) => amount,
            Self::SetKeys
            | Self::Validate(_)
            | Self::Chill
            | Self::PayToAccount
            | Self::Unbond(_)
            | Self::Withdraw(_)
            | Self::PurgeKeys(_) => Amount(0),
        }
    }

    /// What it means; `deposit` is what keys would hold now.
    pub fn explain(self, deposit: u128) -> String {
        match self {
            Self::Bond(amount) => format!(
                "stake {amount}: it stays yours, but is free only after the bonding period, and offences cost part or all of it"
            ),
            Self::BondExtra(amount) => format!("stake {amount} more"),
            Self::SetKeys => match Amount(deposit) {
                Amount(0) => "make session keys on the node and set them: they are used from the next session but one on, so \
                              keep the node running with the old ones until then"
                    .into(),
                held => format!(
                    "make session keys on the node and set them, with its proof that they are yours: {held} are held for \
                     as long as they are set"
                ),
            },
            Self::Validate(commission) => format!(
                "offer to validate for a commission of {commission}: the next elections may choose you, so the node has to \
                 stay online"
            ),
            Self::Chill => "offer to validate no longer: keep the node running until `ballast validator status` says that \
                            it is not elected any more"
                .into(),
            Self::PayToAccount => "have pay that is still to come go to what the account can spend: added to the stake, it \
                                   would have to be asked back, too"
                .into(),
            Self::Unbond(amount) => format!(
                "ask {amount} back: free after the bonding period, in which offences still cost part or all of it"
            ),
            Self::Withdraw(amount) => format!("take {amount} back, which are free now"),
            Self::PurgeKeys(deposit) => format!(
                "remove the session keys: what is held for them, {deposit} as a rule, is free again; the node may be stopped"
            ),
        }
    }
}

/// What `setup` has to do. Running it twice does nothing the second time.
pub fn plan(
    info: &ValidatorInfo,
    node_has_keys: bool,
    args: &SetupArgs,
) -> Result<Vec<Step>, CliError> {
    let mut steps: Vec<Step> = stake(info, args.stake)?.into_iter().collect();
    if !node_has_keys {
        steps.push(Step::SetKeys);
    }
    let present = Commission(info.commission_ppb);
    let wanted = args.commission.unwrap_or(present);
    if !info.offers || wanted != present {
        steps.push(Step::Validate(wanted));
    }
    Ok(steps)
}

fn stake(info: &ValidatorInfo, wanted: Option<Amount>) -> Result<Option<Step>, CliError> {
    let (present, least) = (Amount(info.stake), Amount(info.min_stake));
    let wanted = match wanted {
        Some(wanted) => wanted,
        None if info.stake == 0 => {
            return Err(CliError::usage(format!(
                "nothing is at stake yet; pass --stake with {least} or more"
            )))
        }
        None => present,
    };
    if wanted < least {
        return Err(CliError::usage(format!(
            "a validator stakes {least} or more, not {wanted}"
        )));
    }
    if wanted < present {
        return Err(CliError::usage(format!(
            "{present} are at stake already, and --stake asks for {wanted}; setup takes no stake back"
        )));
    }
    let more = Amount(wanted.0 - present.0);
    Ok(match (info.stake, more.0) {
        (_, 0) => None,
        // Who asked all of it back and withdrew nothing has a ledger still.
        (0, _) if info.unbonding.is_empty() => Some(Step::Bond(more)),
        _ => Some(Step::BondExtra(more)),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::price::BAL;

    fn info() -> ValidatorInfo {
        ValidatorInfo {
            min_stake: 1_000 * BAL,
            ..Default::default()
        }
    }

    fn args(stake: Option<u128>, commission: Option<u32>) -> SetupArgs {
        SetupArgs {
            stake: stake.map(|bal| Amount(bal * BAL)),
            commission: commission.map(Commission),
            dry_run: false,
        }
    }

    #[test]
    fn a_new_validator_stakes_sets_keys_and_offers() {
        let steps = plan(&info(), false, &args(Some(5_000), Some(7))).unwrap();
        assert_eq!(
            steps,
            [
                Step::Bond(Amount(5_000 * BAL)),
                Step::SetKeys,
                Step::Validate(Commission(7))
            ]
        );
    }

    #[test]
    fn a_second_setup_has_nothing_to_do() {
        let done = ValidatorInfo {
            stake: 5_000 * BAL,
            offers: true,
            commission_ppb: 7,
            session_keys: Some(vec![1]),
            ..info()
        };
        assert_eq!(plan(&done, true, &args(Some(5_000), Some(7))).unwrap(), []);
        assert_eq!(plan(&done, true, &args(None, None)).unwrap(), []);
        assert_eq!(
            plan(&done, false, &args(None, None)).unwrap(),
            [Step::SetKeys]
        );
        assert_eq!(
            plan(&done, true, &args(Some(6_000), Some(8))).unwrap(),
            [
                Step::BondExtra(Amount(1_000 * BAL)),
                Step::Validate(Commission(8))
            ]
        );
    }

    #[test]
    fn a_stake_that_cannot_be_is_refused_with_what_could() {
        let refused = |info: &ValidatorInfo, stake| {
            plan(info, false, &args(stake, None))
                .unwrap_err()
                .to_string()
        };
        assert!(refused(&info(), None).contains("--stake with 1000 BAL"));
        assert!(refused(&info(), Some(999)).contains("1000 BAL or more"));
        let rich = ValidatorInfo {
            stake: 5_000 * BAL,
            ..info()
        };
        assert!(refused(&rich, Some(4_000)).contains("takes no stake back"));
    }

    #[test]
    fn who_asked_everything_back_stakes_more_and_bonds_not_anew() {
        let leaving = ValidatorInfo {
            unbonding: vec![(BAL, 9)],
            ..info()
        };
        let steps = plan(&leaving, true, &args(Some(1_000), None)).unwrap();
        assert_eq!(steps[0], Step::BondExtra(Amount(1_000 * BAL)));
    }
}
