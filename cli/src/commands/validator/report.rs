//! Where a validator stands, and what is wrong.

use crate::{
    amount::Amount,
    args::Commission,
    output::{fields, Report},
};
use ballast_chain::{ss58, NodeState};
use ballast_core::view::ValidatorInfo;
use serde::Serialize;

/// What `validator status` prints.
#[derive(Debug, Serialize)]
pub struct StatusReport {
    validator: String,
    status: &'static str,
    stake: Amount,
    commission: String,
    session_keys: Option<String>,
    /// Unknown where the node does not say.
    node_has_keys: Option<bool>,
    era: u32,
    session: u32,
    elected: bool,
    elected_next: bool,
    points: u32,
    all_points: u32,
    unpaid_eras: Vec<u32>,
    unbonding: Vec<Later>,
    slashes: Vec<Later>,
    peers: u64,
    /// What to do, if something is wrong.
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Later {
    era: u32,
    amount: Amount,
}

impl StatusReport {
    /// Of an account and the node that was asked.
    pub fn new(
        account: [u8; 32],
        info: &ValidatorInfo,
        node: NodeState,
        node_has_keys: Option<bool>,
    ) -> Self {
        Self {
            validator: ss58::encode(&account),
            status: status(info),
            stake: Amount(info.stake),
            commission: Commission(info.commission_ppb).to_string(),
            session_keys: info.session_keys.as_deref().map(hex),
            node_has_keys,
            era: info.era,
            session: info.session,
            elected: info.elected,
            elected_next: info.elected_next,
            points: info.points,
            all_points: info.all_points,
            unpaid_eras: info.unpaid_eras.clone(),
            unbonding: info
                .unbonding
                .iter()
                .map(|(amount, era)| later(*era, *amount))
                .collect(),
            slashes: info
                .slashes
                .iter()
                .map(|(era, amount)| later(*era, *amount))
                .collect(),
            peers: node.peers,
            problems: problems(info, node, node_has_keys),
        }
    }
}

fn later(era: u32, amount: u128) -> Later {
    Later {
        era,
        amount: Amount(amount),
    }
}

fn status(info: &ValidatorInfo) -> &'static str {
    match (info.elected, info.offers) {
        _ if info.disabled => "disabled for an offence",
        (true, true) => "validating",
        (true, false) => "validating until the next election",
        (false, true) if info.elected_next => "elected, begins with the next session",
        (false, true) => "waiting to be elected",
        (false, false) if info.stake > 0 => "staked, offers nothing",
        (false, false) => "no validator",
    }
}

fn problems(info: &ValidatorInfo, node: NodeState, node_has_keys: Option<bool>) -> Vec<String> {
    let active = info.offers || info.elected || info.elected_next;
    let found = [
        (
            active && info.session_keys.is_none(),
            "no session keys are set, so it makes no blocks: `ballast validator setup`",
        ),
        (
            active && node_has_keys == Some(false),
            "this node has not the session keys that are set: `ballast validator rotate-keys` makes new ones on it; never \
             copy a keystore, since two nodes with the same keys are slashed",
        ),
        (
            active && !node.validator,
            "this node was not started with --validator; ask the validator's own with --url, or start it so",
        ),
        (
            active && node.syncing,
            "this node is still catching up with the chain; wait before more is staked",
        ),
        (
            info.offers && info.stake < info.min_stake,
            "the stake is below what a validator stakes: `ballast validator setup --stake`",
        ),
        (
            info.disabled,
            "it made an offence and may make no blocks in this era; docs/slashing.md, \"How it happens\", tells what to look for",
        ),
        (
            !info.slashes.is_empty(),
            "a slash is coming; governance may cancel it before its era",
        ),
    ];
    found
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, problem)| problem.to_string())
        .collect()
}

impl Report for StatusReport {
    fn text(&self) -> String {
        let mut lines = vec![
            ("validator", self.validator.clone()),
            ("status", self.status.into()),
            ("stake", self.stake.to_string()),
            ("commission", self.commission.clone()),
            ("session keys", self.keys_text()),
            (
                "time",
                format!("era {}, session {}", self.era, self.session),
            ),
            (
                "points",
                format!("{} of {} in this era", self.points, self.all_points),
            ),
        ];
        if !self.unpaid_eras.is_empty() {
            let eras: Vec<String> = self.unpaid_eras.iter().map(u32::to_string).collect();
            let eras = eras.join(", ");
            lines.push((
                "not paid out",
                format!("eras {eras}: `ballast validator payout`"),
            ));
        }
        for slash in &self.slashes {
            lines.push(("slash", format!("{} in era {}", slash.amount, slash.era)));
        }
        for part in &self.unbonding {
            lines.push((
                "unbonding",
                format!("{} until era {}", part.amount, part.era),
            ));
        }
        lines.extend(
            self.problems
                .iter()
                .map(|problem| ("problem", problem.clone())),
        );
        fields(&lines)
    }
}

impl StatusReport {
    fn keys_text(&self) -> String {
        let whose = match self.node_has_keys {
            Some(true) => ", on this node",
            Some(false) => ", not on this node",
            None => "",
        };
        match &self.session_keys {
            None => "none".into(),
            Some(keys) => format!("{keys}{whose}"),
        }
    }
}

/// Bytes as text.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeState = NodeState {
        validator: true,
        syncing: false,
        peers: 3,
    };

    #[test]
    fn a_sound_validator_has_no_problems() {
        let info = ValidatorInfo {
            stake: 5,
            offers: true,
            elected: true,
            elected_next: true,
            session_keys: Some(vec![1]),
            ..Default::default()
        };
        assert_eq!(problems(&info, NODE, Some(true)), Vec::<String>::new());
        assert_eq!(problems(&info, NODE, None), Vec::<String>::new());
        assert_eq!(status(&info), "validating");
    }

    #[test]
    fn every_problem_says_what_to_do() {
        let info = ValidatorInfo {
            offers: true,
            min_stake: 1,
            disabled: true,
            slashes: vec![(1, 1)],
            ..Default::default()
        };
        let node = NodeState {
            validator: false,
            syncing: true,
            peers: 0,
        };
        assert_eq!(problems(&info, node, Some(false)).len(), 7);
        assert!(StatusReport::new([1; 32], &info, node, None)
            .text()
            .contains("ballast validator setup"));
    }

    #[test]
    fn keys_that_the_node_lacks_are_made_anew_and_never_copied() {
        let info = ValidatorInfo {
            offers: true,
            session_keys: Some(vec![1]),
            ..Default::default()
        };
        let found = problems(&info, NODE, Some(false));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("ballast validator rotate-keys"));
        assert!(found[0].contains("never copy a keystore"));
        assert!(!found[0].contains("restore"));
    }

    #[test]
    fn a_disabled_validator_is_told_where_it_is_written_how_that_happens() {
        let (file, heading) = ("docs/slashing.md", "How it happens");
        let info = ValidatorInfo {
            disabled: true,
            ..Default::default()
        };
        let found = problems(&info, NODE, None);
        assert!(
            found[0].contains(file) && found[0].contains(heading),
            "{found:?}"
        );
        let text = include_str!("../../../../docs/slashing.md");
        assert!(text.lines().any(|line| line == format!("### {heading}")));
    }

    #[test]
    fn nobody_has_no_problems_either() {
        let info = ValidatorInfo::default();
        let node = NodeState {
            validator: false,
            ..NODE
        };
        assert_eq!(problems(&info, node, None), Vec::<String>::new());
        assert_eq!(status(&info), "no validator");
    }
}
