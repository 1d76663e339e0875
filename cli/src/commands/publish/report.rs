//! What `publish` answers.

use crate::{
    amount::{bytes_text, count_text, Amount},
    error::CliError,
    output::{fields, Report},
};
use ballast_blobs::{BlobKind, BlobStep, NameDeposits, PlannedBlob, PublishPlan, PublishedBlob};
use ballast_core::{Address, Balance, Code, EncodingId};
use serde::Serialize;

/// What was published.
#[derive(Debug, Serialize)]
pub struct PublishReport {
    pub model: String,
    pub manifest: Address,
    pub version: u32,
    /// Whether this version was published before.
    pub known: bool,
    pub created_model: bool,
    pub took_namespace: bool,
    pub tags: Vec<String>,
    #[serde(flatten)]
    pub sizes: Sizes,
    pub encodings: Vec<EncodedReport>,
    pub seconds: f64,
}

/// A blob that was uploaded.
#[derive(Debug, Serialize)]
pub struct EncodedReport {
    pub address: Address,
    pub encoding: EncodingId,
    pub held_shards: u8,
    /// Shards without a receipt so far, and why.
    pub missing: Vec<MissingShard>,
}

/// A shard that is not held yet.
#[derive(Debug, Serialize)]
pub struct MissingShard {
    pub shard: u8,
    pub reason: String,
}

/// What publishing would do.
#[derive(Debug, Serialize)]
pub struct DryRunReport {
    pub dry_run: bool,
    pub model: String,
    pub manifest: Address,
    pub publisher: Option<String>,
    pub free: Option<Amount>,
    #[serde(flatten)]
    pub sizes: Sizes,
    pub blobs: Vec<PlannedReport>,
}

/// What publishing moves and costs.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    pub files: usize,
    pub total_bytes: u64,
    /// Bytes of blobs that are not stored yet.
    pub new_bytes: u64,
    /// Bytes that workers are to hold for them.
    pub stored_bytes: u64,
    pub lease: Amount,
    /// Against the state that blobs take.
    pub deposit: Amount,
    /// Against the state that the name takes.
    pub name_deposits: NameCosts,
    /// Lease and deposits together, held.
    pub cost: Amount,
    /// What the transactions cost on top at present, at most.
    pub fees: Amount,
}

/// What the model's name takes.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct NameCosts {
    pub namespace: Amount,
    pub model: Amount,
    pub version: Amount,
    pub tags: Amount,
    /// Held from the commitment to a namespace until it is taken, then returned; not part of the cost.
    pub commitment: Amount,
}

/// What it would do with one blob.
#[derive(Debug, Serialize)]
pub struct PlannedReport {
    pub address: Address,
    pub kind: BlobKind,
    pub bytes: u64,
    pub files: Vec<String>,
    /// `stored`, `inline` or `encode`.
    pub step: &'static str,
    pub code: Option<Code>,
    pub stored_bytes: u64,
    pub cost: Amount,
}

/// Sizes and costs of a plan that is published under a name.
pub fn sizes(plan: &PublishPlan, name: &NameDeposits, fees: Balance) -> Result<Sizes, CliError> {
    let sum = |part: fn(&BlobStep) -> u128| {
        plan.blobs
            .iter()
            .fold(0u128, |sum, blob| sum.saturating_add(part(&blob.step)))
    };
    Ok(Sizes {
        files: plan.files,
        total_bytes: plan.total_len,
        new_bytes: plan.new_len(),
        stored_bytes: plan.stored_len(),
        lease: Amount(sum(lease_of)),
        deposit: Amount(sum(deposit_of)),
        name_deposits: NameCosts {
            namespace: Amount(name.namespace),
            model: Amount(name.model),
            version: Amount(name.version),
            tags: Amount(name.tags),
            commitment: Amount(name.commitment),
        },
        cost: Amount(plan.cost()?.saturating_add(name.total())),
        fees: Amount(fees),
    })
}

/// What is held for leases now. An encoding that is taken up again was paid for when it was registered.
fn lease_of(step: &BlobStep) -> u128 {
    match step {
        BlobStep::Stored { extend } => extend.map_or(0, |extension| extension.cost),
        BlobStep::Encode { lease, resume, .. } if resume.is_empty() => *lease,
        BlobStep::Encode { .. } | BlobStep::Inline { .. } => 0,
    }
}

fn deposit_of(step: &BlobStep) -> u128 {
    match step {
        BlobStep::Inline { deposit } => *deposit,
        BlobStep::Encode {
            deposit, resume, ..
        } if resume.is_empty() => *deposit,
        BlobStep::Encode { .. } | BlobStep::Stored { .. } => 0,
    }
}

impl From<&PlannedBlob> for PlannedReport {
    fn from(blob: &PlannedBlob) -> Self {
        let (step, code, stored_bytes) = match &blob.step {
            BlobStep::Stored { .. } => ("stored", None, 0),
            BlobStep::Inline { .. } => ("inline", None, 0),
            BlobStep::Encode {
                code, stored_len, ..
            } => ("encode", Some(*code), *stored_len),
        };
        let cost = Amount(lease_of(&blob.step).saturating_add(deposit_of(&blob.step)));
        let files = blob.paths.clone();
        Self {
            address: blob.address,
            kind: blob.kind,
            bytes: blob.len,
            files,
            step,
            code,
            stored_bytes,
            cost,
        }
    }
}

impl From<&PublishedBlob> for EncodedReport {
    fn from(blob: &PublishedBlob) -> Self {
        let missing = blob.missing.iter();
        Self {
            address: blob.address,
            encoding: blob.encoding,
            held_shards: blob.held,
            missing: missing
                .map(|(shard, reason)| MissingShard {
                    shard: shard.0,
                    reason: reason.clone(),
                })
                .collect(),
        }
    }
}

impl Sizes {
    /// What the cost is made of.
    fn parts(&self) -> Vec<String> {
        let name = &self.name_deposits;
        let lease = format!("{} lease", self.lease);
        let deposits = [
            (&self.deposit, "for blobs"),
            (&name.namespace, "for the namespace"),
            (&name.model, "for the model"),
            (&name.version, "for the version"),
            (&name.tags, "for tags"),
        ];
        let taken = deposits.into_iter().filter(|(amount, _)| amount.0 > 0);
        let deposits = taken.map(|(amount, what)| format!("{amount} deposit {what}"));
        [lease].into_iter().chain(deposits).collect()
    }

    fn text(&self) -> Vec<(&'static str, String)> {
        vec![
            (
                "files",
                format!("{}, {}", self.files, bytes_text(self.total_bytes)),
            ),
            (
                "new",
                format!(
                    "{}, {} at workers",
                    bytes_text(self.new_bytes),
                    bytes_text(self.stored_bytes)
                ),
            ),
            (
                "cost",
                format!("{} ({})", self.cost, self.parts().join(", ")),
            ),
            ("fees", format!("up to {}", self.fees)),
        ]
    }
}

impl Report for DryRunReport {
    fn text(&self) -> String {
        let mut lines = vec![
            ("model", self.model.clone()),
            ("address", self.manifest.to_string()),
        ];
        lines.extend(self.sizes.text());
        lines.extend(self.free.map(|free| ("account has", free.to_string())));
        let blobs: Vec<String> = self.blobs.iter().map(PlannedReport::text).collect();
        format!(
            "{}\n\n{}\nNothing was changed.",
            fields(&lines),
            blobs.join("\n")
        )
    }
}

impl PlannedReport {
    fn text(&self) -> String {
        let step = match (self.step, &self.code) {
            (_, Some(code)) => format!("is encoded {code}"),
            ("inline", _) => "goes into chain state".to_string(),
            _ => "is stored already".to_string(),
        };
        let name = match (self.kind, self.files.as_slice()) {
            (BlobKind::Manifest, _) => "manifest".to_string(),
            (_, [one]) => one.clone(),
            (_, several) => format!("{} files", several.len()),
        };
        format!(
            "{}  {:>11}  {step}: {name}",
            self.address,
            bytes_text(self.bytes)
        )
    }
}

impl Report for PublishReport {
    fn text(&self) -> String {
        let version = match self.known {
            true => format!("{} (published before)", self.version),
            false => self.version.to_string(),
        };
        let mut lines = vec![
            ("model", self.model.clone()),
            ("version", version),
            ("address", self.manifest.to_string()),
        ];
        if !self.tags.is_empty() {
            lines.push(("tags", self.tags.join(" ")));
        }
        lines.extend(self.sizes.text());
        lines.push(("time", format!("{:.1} s", self.seconds)));
        let missing: usize = self
            .encodings
            .iter()
            .map(|encoding| encoding.missing.len())
            .sum();
        if missing > 0 {
            let shards = count_text(missing, "shard");
            lines.push((
                "missing",
                format!("{shards} without a receipt; certified without"),
            ));
        }
        fields(&lines)
    }
}

#[cfg(test)]
mod tests;
