//! `status`: how blobs are stored, and how safe they are.

mod dispute;

use super::blobs::{blobs_of, NamedBlob};
use crate::{
    args::StatusArgs,
    context::{resolve, Context},
    durability::loss_probability,
    error::CliError,
    output::{printable, Answer, Report},
    target::Target,
};
use ballast_chain::{ss58, Chain, ChainError};
use ballast_core::{
    epoch::EpochSchedule,
    view::{AssignmentInfo, BlobInfo, ChainParams, DisputeInfo, EncodingInfo, EncodingStatus},
    Address, BlockNumber, Code, Layout,
};
use dispute::DisputeReport;
use serde::Serialize;
use std::{sync::Arc, time::Duration};

/// Share of all stake whose loss or collusion the printed probability is about.
const COLLUDING_SHARE: f64 = 1.0 / 3.0;
/// Length of a block's slot.
const SLOT: Duration = Duration::from_secs(3);

/// Versions that the text of a report lists.
const LISTED_VERSIONS: usize = 8;

#[derive(Debug, Serialize)]
struct StatusReport {
    target: String,
    available: bool,
    /// Versions that an address is the manifest of, as namespace/name@number.
    published_as: Vec<String>,
    /// Why the blobs of a model's files are not listed: its manifest cannot be read.
    unlisted: Option<String>,
    blobs: Vec<BlobReport>,
}

/// A blob as it is stored.
#[derive(Debug, Serialize)]
struct BlobReport {
    address: Address,
    name: Option<String>,
    stored: Stored,
    length: Option<u64>,
    encodings: Vec<EncodingReport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Stored {
    /// It has no bytes.
    Empty,
    /// In chain state.
    Inline,
    /// By workers, certified.
    Certified,
    /// Registered, not certified yet.
    Pending,
    /// Not on this chain.
    Nowhere,
}

#[derive(Debug, Serialize)]
struct EncodingReport {
    encoding: u64,
    code: Code,
    status: &'static str,
    publisher: String,
    stored_bytes: u64,
    /// Shards that hold bytes; the others count as held.
    shards: u32,
    receipts: u32,
    /// Shards that nobody holds and no worker is drawn for yet.
    lost: u32,
    /// Shards that have a new worker, which has not brought its receipt yet.
    moving: u32,
    quorum: u32,
    /// Receipted shards that may be lost; negative while shards for reading are missing.
    margin: i64,
    /// Probability of loss if a third of all stake colluded.
    loss_probability: f64,
    registered_at: BlockNumber,
    lapses_at: Option<BlockNumber>,
    expires_epoch: u32,
    expires_in_blocks: BlockNumber,
    reassigned: u8,
    /// A dispute about a shard that nobody shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute: Option<DisputeReport>,
    /// Who holds, or is to hold, each shard; empty until workers are drawn.
    assignments: Vec<AssignmentReport>,
}

#[derive(Debug, Serialize)]
struct AssignmentReport {
    shard: u8,
    worker: String,
    generation: u32,
    receipted: bool,
    /// Whether nobody holds it; the worker is the one that had it last.
    lost: bool,
    /// The worker that is to take it over from one that leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    successor: Option<String>,
}

/// Shows how a blob or all blobs of a model are stored.
pub async fn run(args: &StatusArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.chain().await?;
    let (params, now) = (chain.params().await?, chain.finalized().await?.number);
    let (named, unlisted) = listed(context, &chain, &args.target).await?;
    let disputes = match chain.disputes().await {
        Ok(disputes) => disputes,
        // A runtime without disputes has none.
        Err(ChainError::Incompatible { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let mut blobs = Vec::new();
    for named in named {
        let info = chain.blob(named.address).await?;
        blobs.push(BlobReport::new(named, info, &params, now, &disputes));
    }
    let available = unlisted.is_none() && blobs.iter().all(BlobReport::is_available);
    Ok(Answer::new(&StatusReport {
        target: args.target.to_string(),
        available,
        published_as: published_as(chain.as_ref(), &args.target).await?,
        unlisted,
        blobs,
    }))
}

/// The blobs of a target; of a model whose manifest cannot be read that alone, and why.
async fn listed(
    context: &Context,
    chain: &Arc<dyn Chain>,
    target: &Target,
) -> Result<(Vec<NamedBlob>, Option<String>), CliError> {
    match (blobs_of(context, chain, target).await, target) {
        (Err(error), Target::Model(model)) => {
            let address = resolve(chain.as_ref(), model).await?.manifest;
            Ok((vec![NamedBlob::manifest(address)], Some(error.to_string())))
        }
        (blobs, _) => Ok((blobs?, None)),
    }
}

async fn published_as(chain: &dyn Chain, target: &Target) -> Result<Vec<String>, CliError> {
    let Target::Address(address) = target else {
        return Ok(Vec::new());
    };
    let versions = chain.versions_of_manifest(*address).await?;
    let text = |(namespace, name, number): &(String, String, u32)| {
        printable(format!("{namespace}/{name}@{number}").as_bytes())
    };
    Ok(versions.iter().map(text).collect())
}

impl BlobReport {
    fn new(
        named: NamedBlob,
        info: Option<BlobInfo>,
        params: &ChainParams,
        now: BlockNumber,
        disputes: &[DisputeInfo],
    ) -> Self {
        let NamedBlob { address, name } = named;
        let report = |stored, length, encodings| Self {
            address,
            name,
            stored,
            length,
            encodings,
        };
        match info {
            _ if address.0 == *blake3::hash(b"").as_bytes() => {
                report(Stored::Empty, Some(0), vec![])
            }
            None => report(Stored::Nowhere, None, vec![]),
            Some(BlobInfo::Inline { bytes }) => {
                report(Stored::Inline, u64::try_from(bytes.len()).ok(), vec![])
            }
            Some(BlobInfo::Encoded { encodings }) => {
                let length = encodings.first().map(|encoding| encoding.len);
                let reports = encodings
                    .iter()
                    .map(|info| EncodingReport::new(info, params, now, disputes))
                    .collect();
                report(stored(&encodings), length, reports)
            }
        }
    }

    fn is_available(&self) -> bool {
        matches!(
            self.stored,
            Stored::Empty | Stored::Inline | Stored::Certified
        )
    }
}

fn stored(encodings: &[EncodingInfo]) -> Stored {
    let is_certified =
        |info: &EncodingInfo| matches!(info.status, EncodingStatus::Certified { .. });
    match encodings {
        [] => Stored::Nowhere,
        encodings if encodings.iter().any(is_certified) => Stored::Certified,
        _ => Stored::Pending,
    }
}

impl EncodingReport {
    fn new(
        info: &EncodingInfo,
        params: &ChainParams,
        now: BlockNumber,
        disputes: &[DisputeInfo],
    ) -> Self {
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        let held: Vec<u8> = (0u8..)
            .zip(&info.roots)
            .filter(|(_, root)| root.is_some())
            .map(|(shard, _)| shard)
            .collect();
        let count_of = |is: &dyn Fn(&AssignmentInfo) -> bool| {
            let those = info.assignments.iter().filter(|assignment| is(assignment));
            count(those.count())
        };
        let receipts = count_of(&|assignment| assignment.receipted);
        // Empty shards are zeros that every reader has.
        let empty = count(info.roots.len().saturating_sub(held.len()));
        let needed = u32::from(info.code.data_shards()).saturating_sub(empty);
        let schedule = EpochSchedule::new(params.epoch_blocks);
        Self {
            encoding: info.id.0,
            code: info.code,
            status: match info.status {
                EncodingStatus::AwaitingPlacement => "awaiting placement",
                EncodingStatus::Placed { .. } => "placed",
                EncodingStatus::Certified { .. } => "certified",
            },
            publisher: ss58::encode(&info.publisher),
            stored_bytes: Layout::new(info.len, info.code).map_or(0, |layout| layout.stored_len()),
            shards: count(held.len()),
            receipts,
            lost: count_of(&|assignment| assignment.lost),
            moving: count_of(&|assignment| is_moving(info, assignment)),
            quorum: u32::from(info.code.quorum()).saturating_sub(empty),
            margin: i64::from(receipts) - i64::from(needed),
            loss_probability: loss_probability(receipts, needed, COLLUDING_SHARE),
            registered_at: info.registered_at,
            lapses_at: info.lapses_at,
            expires_epoch: info.expires.0,
            expires_in_blocks: schedule.blocks_until(info.expires, now),
            reassigned: info.reassigned,
            dispute: disputes
                .iter()
                .find(|dispute| dispute.encoding == info.id)
                .map(|dispute| DisputeReport::new(dispute, info)),
            assignments: held
                .iter()
                .zip(&info.assignments)
                .map(AssignmentReport::from)
                .collect(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "    encoding {} {}, {}: {} of {} shards receipted, {}\n",
            self.encoding,
            self.code,
            self.status,
            self.receipts,
            self.shards,
            self.margin_text(),
        );
        text += &format!(
            "      loses its bytes with probability {:.1e} if a third of all stake colluded\n      leased until epoch {} (about {})\n",
            self.loss_probability, self.expires_epoch, time_text(self.expires_in_blocks),
        );
        if self.lost > 0 || self.moving > 0 {
            let (lost, moving) = (self.lost, self.moving);
            text += &format!(
                "      {lost} shards lost{}, {moving} on their way to new workers\n",
                self.lost_text()
            );
        }
        if let Some(dispute) = &self.dispute {
            text += &dispute.text();
        }
        if let Some(block) = self.lapses_at {
            text += &format!("      lapses at block {block} unless it is certified\n");
        }
        text
    }

    fn lost_text(&self) -> String {
        let lost = self.assignments.iter().filter(|assignment| assignment.lost);
        let lost: Vec<String> = lost
            .map(|assignment| assignment.shard.to_string())
            .collect();
        match lost.is_empty() {
            true => String::new(),
            false => format!(" ({})", lost.join(", ")),
        }
    }

    fn margin_text(&self) -> String {
        match self.margin {
            margin if margin < 0 => format!("{} more needed to read it", -margin),
            margin => format!("{margin} may be lost"),
        }
    }
}

/// Whether a shard of a certified encoding waits for a new worker's receipt.
fn is_moving(info: &EncodingInfo, assignment: &AssignmentInfo) -> bool {
    let is_certified = matches!(info.status, EncodingStatus::Certified { .. });
    let is_drawn = !assignment.receipted && !assignment.lost && assignment.generation > 0;
    is_certified && (is_drawn || assignment.successor.is_some())
}

impl From<(&u8, &AssignmentInfo)> for AssignmentReport {
    fn from((shard, info): (&u8, &AssignmentInfo)) -> Self {
        let worker = ss58::encode(&info.worker.0);
        Self {
            shard: *shard,
            worker,
            generation: info.generation,
            receipted: info.receipted,
            lost: info.lost,
            successor: info.successor.map(|next| ss58::encode(&next.worker.0)),
        }
    }
}

fn time_text(blocks: BlockNumber) -> String {
    indicatif::HumanDuration(SLOT.saturating_mul(blocks)).to_string()
}

impl Report for StatusReport {
    fn text(&self) -> String {
        let blobs: Vec<String> = self.blobs.iter().map(BlobReport::text).collect();
        let verdict = match self.available {
            true => "available",
            false => "not available as a whole",
        };
        let mut lines = format!("{}: {verdict}\n", self.target);
        lines += &self.versions_text();
        if let Some(reason) = &self.unlisted {
            lines += &format!("  its files cannot be listed: {reason}\n");
        }
        lines + &blobs.concat()
    }
}

impl StatusReport {
    fn versions_text(&self) -> String {
        let more = self.published_as.len().saturating_sub(LISTED_VERSIONS);
        let listed = self.published_as.iter().take(LISTED_VERSIONS).cloned();
        let listed: Vec<String> = listed.collect();
        match (listed.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!("  published as {}\n", listed.join(", ")),
            (false, more) => format!("  published as {} and {more} more\n", listed.join(", ")),
        }
    }
}

impl BlobReport {
    fn text(&self) -> String {
        let name = self
            .name
            .as_ref()
            .map(|name| format!(" ({name})"))
            .unwrap_or_default();
        let length = self
            .length
            .map(|length| format!(", {length} bytes"))
            .unwrap_or_default();
        let stored = match self.stored {
            Stored::Empty => "empty, needs no storage",
            Stored::Inline => "in chain state",
            Stored::Certified => "stored by workers",
            Stored::Pending => "registered, not certified yet",
            Stored::Nowhere => "not on this chain",
        };
        let encodings: Vec<String> = self.encodings.iter().map(EncodingReport::text).collect();
        format!(
            "  {}{name}{length}: {stored}\n{}",
            self.address,
            encodings.concat()
        )
    }
}

#[cfg(test)]
pub mod tests;
