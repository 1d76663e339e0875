//! What the blocks of a loaded network hold, and whether they are on time.

use subxt::{
    config::substrate::H256,
    dynamic::{storage, At, Value},
};

use crate::{Api, Node, Outcome};

/// Every so many blocks the events are read, for calls that failed.
const CHECKED_EVERY: u64 = 20;
const SLOT_S: f64 = 3.0;
/// A block with more than this share of its limit is full.
const FULL: f64 = 0.95;

struct Block {
    hash: H256,
    /// Without the inherent.
    transactions: u64,
    time_ms: u64,
    /// Share of the weight that a block has for transactions of the normal class.
    fullness: f64,
    /// Calls that failed, where it was looked at.
    failed: Option<u64>,
}

/// The blocks from `first` on.
pub struct Seen {
    api: Api,
    node: Node,
    first: u64,
    most_weight: f64,
    blocks: Vec<Block>,
}

impl Seen {
    /// Begins with the best block.
    pub async fn new(api: &Api, node: &Node) -> Outcome<Self> {
        let at = api.at_current_block().await?;
        let limits = subxt::dynamic::constant::<Value>("System", "BlockWeights");
        let limits = at.constants().entry(limits)?;
        let most = limits
            .at("per_class")
            .at("normal")
            .at("max_total")
            .at(0)
            .at("ref_time")
            .and_then(Value::as_u128);
        Ok(Self {
            api: api.clone(),
            node: node.clone(),
            first: at.block_number(),
            most_weight: most.ok_or("the runtime has no limit of weight for transactions")? as f64,
            blocks: Vec::new(),
        })
    }

    /// Reads what is new. Blocks that a better fork replaced are read again.
    pub async fn look(&mut self) -> Outcome<()> {
        while let Some(last) = self.blocks.last() {
            let height = self.first + self.blocks.len() as u64 - 1;
            let params = subxt::rpcs::rpc_params![height];
            let now: Option<H256> = self.node.rpc.request("chain_getBlockHash", params).await?;
            if now == Some(last.hash) {
                break;
            }
            self.blocks.pop();
        }
        let best = self.best().await?;
        while self.first + (self.blocks.len() as u64) <= best {
            let block = self.read(self.first + self.blocks.len() as u64).await?;
            self.blocks.push(block);
        }
        Ok(())
    }

    /// The best block, which is ahead of what `at_current_block` gives.
    async fn best(&self) -> Outcome<u64> {
        #[derive(serde::Deserialize)]
        struct Header {
            number: String,
        }
        let params = subxt::rpcs::rpc_params![];
        let header: Header = self.node.rpc.request("chain_getHeader", params).await?;
        Ok(u64::from_str_radix(
            header.number.trim_start_matches("0x"),
            16,
        )?)
    }

    async fn read(&self, height: u64) -> Outcome<Block> {
        let at = self.api.at_block(height).await?;
        let weight = at
            .storage()
            .fetch(storage::<(), Value>("System", "BlockWeight"), ())
            .await?
            .decode()?;
        let used = weight.at("normal").at("ref_time").and_then(Value::as_u128);
        let time_ms = at
            .storage()
            .fetch(storage::<(), u64>("Timestamp", "Now"), ())
            .await?
            .decode()?;
        let failed = match height % CHECKED_EVERY {
            0 => Some(self.failed(height).await?),
            _ => None,
        };
        Ok(Block {
            hash: at.block_hash(),
            transactions: (at.extrinsics().fetch().await?.len() as u64).saturating_sub(1),
            time_ms,
            fullness: used.unwrap_or(0) as f64 / self.most_weight,
            failed,
        })
    }

    async fn failed(&self, height: u64) -> Outcome<u64> {
        let events = self.api.at_block(height).await?.events().fetch().await?;
        let mut failed = 0;
        for event in events.iter() {
            let event = event?;
            failed += u64::from(
                (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed"),
            );
        }
        Ok(failed)
    }

    /// Transactions in the blocks; the first one is only where the clock starts.
    pub fn included(&self) -> u64 {
        self.blocks
            .iter()
            .skip(1)
            .map(|block| block.transactions)
            .sum()
    }

    pub fn report(&self) -> serde_json::Value {
        let blocks = self.blocks.get(1..).unwrap_or_default();
        let mut gaps: Vec<f64> = self
            .blocks
            .windows(2)
            .map(|pair| (pair[1].time_ms - pair[0].time_ms) as f64 / 1000.0)
            .collect();
        gaps.sort_by(f64::total_cmp);
        let span: f64 = gaps.iter().sum();
        let count = blocks.len().max(1) as f64;
        let checked: Vec<u64> = blocks.iter().filter_map(|block| block.failed).collect();
        serde_json::json!({
            "blocks": blocks.len(),
            "included": self.included(),
            "per_second": format!("{:.1}", self.included() as f64 / span),
            "most_in_a_block": blocks.iter().map(|block| block.transactions).max(),
            "mean_fullness": format!("{:.2}", blocks.iter().map(|block| block.fullness).sum::<f64>() / count),
            "full_blocks": blocks.iter().filter(|block| block.fullness > FULL).count(),
            "mean_block_s": format!("{:.2}", span / count),
            "greatest_gap_s": format!("{:.1}", gaps.last().copied().unwrap_or(0.0)),
            "slots_without_block": gaps.iter().filter(|gap| **gap > SLOT_S * 1.5).count(),
            "failed": checked.iter().sum::<u64>(),
            "blocks_checked_for_failures": checked.len(),
        })
    }
}
