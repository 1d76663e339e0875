//! `attest status` and `attest device`.

use super::hex;
use crate::{
    args::KeyStatusArgs,
    context::Context,
    error::CliError,
    output::{fields, Answer, Report},
};
use ballast_attestation::view::{DeviceInfo, KeyInfo};
use ballast_chain::{ss58, Attestations};
use serde::Serialize;

/// A session key as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct KeyReport {
    session_key: String,
    tier: Option<String>,
    reasons: Vec<String>,
    challenge_block: u32,
    expires: u32,
    devices: Vec<String>,
    guest_policy: Option<String>,
}

/// A worker with its session keys.
#[derive(Debug, Serialize)]
pub(super) struct WorkerReport {
    worker: String,
    keys: Vec<KeyReport>,
}

#[derive(Debug, Serialize)]
struct DeviceReport {
    device: String,
    worker: String,
    session_key: String,
    bound_until: u32,
    released: bool,
    blocked: bool,
}

/// The session keys of a worker, or one of them.
pub async fn keys(args: &KeyStatusArgs, context: &Context) -> Result<Answer, CliError> {
    let worker = context.account(args.account.as_deref())?;
    let chain = context.attestations().await?;
    let report = worker_report(chain.as_ref(), worker, args.key).await?;
    Ok(Answer::new(&report))
}

/// What the chain says of a worker's session keys.
pub(super) async fn worker_report(
    chain: &dyn Attestations,
    worker: [u8; 32],
    key: Option<[u8; 32]>,
) -> Result<WorkerReport, CliError> {
    let account = ss58::encode(&worker);
    let keys = match key {
        Some(key) => {
            let found = chain.session_key(worker, key).await?;
            let unknown = || CliError::usage(format!("{account} has no session key {}", hex(&key)));
            vec![found.ok_or_else(unknown)?]
        }
        None => chain.session_keys(worker).await?,
    };
    Ok(WorkerReport {
        worker: account,
        keys: keys.iter().map(KeyReport::from).collect(),
    })
}

/// A GPU.
pub async fn device(device: &[u8; 32], context: &Context) -> Result<Answer, CliError> {
    let chain = context.attestations().await?;
    let found = chain.gpu(*device).await?;
    let info = found
        .ok_or_else(|| CliError::usage(format!("no evidence of GPU {} is known", hex(device))))?;
    Ok(Answer::new(&device_report(device, &info)))
}

fn device_report(device: &[u8; 32], info: &DeviceInfo) -> DeviceReport {
    DeviceReport {
        device: hex(device),
        worker: ss58::encode(&info.worker),
        session_key: hex(&info.session_key),
        bound_until: info.bound_until,
        released: info.released,
        blocked: info.blocked,
    }
}

impl From<&KeyInfo> for KeyReport {
    fn from(info: &KeyInfo) -> Self {
        Self {
            session_key: hex(&info.session_key),
            tier: info.tier.map(|tier| tier.to_string()),
            reasons: info.reasons.iter().map(ToString::to_string).collect(),
            challenge_block: info.challenge_block,
            expires: info.expires,
            devices: info.devices.iter().map(|device| hex(device)).collect(),
            guest_policy: info.guest_policy.map(|policy| hex(&policy)),
        }
    }
}

impl Report for WorkerReport {
    fn text(&self) -> String {
        if self.keys.is_empty() {
            return format!("{} has no session keys", self.worker);
        }
        let keys: Vec<String> = self.keys.iter().map(KeyReport::text).collect();
        keys.join("\n\n")
    }
}

impl Report for KeyReport {
    fn text(&self) -> String {
        let tier = self.tier.clone().unwrap_or_else(|| "none".into());
        let mut rows = vec![("session key", self.session_key.clone()), ("tier", tier)];
        rows.extend(
            self.reasons
                .iter()
                .map(|reason| ("no higher, for", reason.clone())),
        );
        rows.push(("evidence", format!("of block {}", self.challenge_block)));
        rows.push(("expires", format!("block {}", self.expires)));
        rows.extend(self.devices.iter().map(|device| ("GPU", device.clone())));
        rows.extend(
            self.guest_policy
                .iter()
                .map(|policy| ("guest policy", policy.clone())),
        );
        fields(&rows)
    }
}

impl Report for DeviceReport {
    fn text(&self) -> String {
        let yes_no = |yes: bool| String::from(if yes { "yes" } else { "no" });
        fields(&[
            ("GPU", self.device.clone()),
            ("worker", self.worker.clone()),
            ("session key", self.session_key.clone()),
            ("bound until", format!("block {}", self.bound_until)),
            ("released", yes_no(self.released)),
            ("blocked", yes_no(self.blocked)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_attestation::view::{Reason, Tier};

    #[test]
    fn a_key_is_told_with_the_reasons_against_it() {
        let info = KeyInfo {
            session_key: [1; 32],
            tier: Some(Tier::T0),
            reasons: vec![
                Reason::Expired { at: 9 },
                Reason::DeviceGone { device: [2; 32] },
            ],
            challenge_block: 3,
            expires: 9,
            devices: vec![[2; 32]],
            guest_policy: None,
        };
        let report = WorkerReport {
            worker: "5x".into(),
            keys: vec![KeyReport::from(&info)],
        };
        let json = serde_json::to_value(&report).unwrap_or_default();
        assert_eq!(json["keys"][0]["tier"], "T0");
        assert_eq!(
            json["keys"][0]["reasons"][0],
            "its evidence expired at block 9; attest again"
        );
        let text = report.text();
        assert!(
            text.contains("T0") && text.contains("bound to another key"),
            "{text}"
        );
    }
}
