//! Sampling: whether a blob is there, without fetching it.
//!
//! Goals: random chunks of random shards, each proven against the shard roots on chain, until the wanted confidence that
//! the blob can be rebuilt is reached, or a bound on the samples; who did not answer is named. A few KiB for any blob.
//! Limits: those of [`confidence`]; and a chain that lies about roots or workers is believed, so use a light client
//! ([`ballast_chain::RpcChain::light`]) where no node is trusted.

mod confidence;

use super::{
    blob::checked_layout,
    blob::Place,
    holders::{Holders, Line},
    FetchError, ShardFailure,
};
use crate::{
    limits::{SAMPLES_AT_ONCE, SAMPLE_ATTEMPTS, SAMPLE_TIMEOUT},
    Client,
};
use ballast_core::{
    limits::CHUNK_LEN, tree::verify_group, view::EncodingInfo, Address, ChainingValue, ChunkIndex,
    Code, EncodingId, Group, Layout, ShardIndex,
};
use confidence::Confidence;
use futures::StreamExt;
use rand::Rng;
use std::time::Instant;

/// How sure to be, and how much to ask for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleOptions {
    /// Confidence that is wanted, above 0 and below 1.
    pub confidence: f64,
    /// Samples of one encoding after which it is given up.
    pub max_samples: u32,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            confidence: 0.999_999,
            max_samples: 1000,
        }
    }
}

/// What samples of a blob showed.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The blob.
    pub address: Address,
    /// Its length, as the chain says.
    pub len: u64,
    /// Its certified encodings, the one with most to spare first; those after the first that reached the confidence
    /// are not sampled. Empty for a blob that is in chain state or has no bytes.
    pub encodings: Vec<SampledEncoding>,
}

/// What samples of an encoding showed.
#[derive(Clone, Debug)]
pub struct SampledEncoding {
    /// The encoding.
    pub encoding: EncodingId,
    /// Its code.
    pub code: Code,
    /// Chunks asked for.
    pub samples: u32,
    /// Chunks that came and were right.
    pub answered: u32,
    /// Confidence that the blob can be rebuilt from it, from 0 to 1.
    pub confidence: f64,
    /// With the confidence asked for, less than this part of its bytes is missing; `None` if a sample failed.
    pub missing_below: Option<f64>,
    /// Shards whose last sample failed, and why.
    pub failures: Vec<ShardFailure>,
}

/// One sample to take.
#[derive(Clone, Copy)]
struct Pick {
    shard: ShardIndex,
    chunk: ChunkIndex,
    root: ChainingValue,
}

/// An encoding that is sampled.
struct Sampler<'a> {
    client: &'a Client,
    info: &'a EncodingInfo,
    layout: Layout,
    holders: Holders,
    /// Shards that have bytes.
    shards: Vec<(ShardIndex, ChainingValue)>,
}

impl Sampled {
    /// Confidence that the blob can be read, from 0 to 1.
    pub fn confidence(&self) -> f64 {
        match self.encodings.is_empty() {
            true => 1.0,
            false => self
                .encodings
                .iter()
                .map(|encoding| encoding.confidence)
                .fold(0.0, f64::max),
        }
    }
}

impl Client {
    /// Samples a blob's encodings, until one of them reaches the confidence.
    pub async fn sample(
        &self,
        address: Address,
        options: &SampleOptions,
    ) -> Result<Sampled, FetchError> {
        let located = self.locate(address).await?;
        let mut sampled = Sampled {
            address,
            len: located.len(),
            encodings: Vec::new(),
        };
        let Place::Encoded { first, others } = located.place else {
            return Ok(sampled);
        };
        for info in std::iter::once(*first).chain(others) {
            let encoding = self.sample_encoding(&info, options).await?;
            sampled.encodings.push(encoding);
            if sampled.confidence() >= options.confidence {
                break;
            }
        }
        Ok(sampled)
    }

    async fn sample_encoding(
        &self,
        info: &EncodingInfo,
        options: &SampleOptions,
    ) -> Result<SampledEncoding, FetchError> {
        let sampler = Sampler::new(self, info).await?;
        let confidence = sampler.run(options).await;
        Ok(SampledEncoding {
            encoding: info.id,
            code: info.code,
            samples: confidence.samples(),
            answered: confidence.answered(),
            confidence: confidence.reached(),
            missing_below: confidence.missing_below(options.confidence),
            failures: sampler.holders.failures(),
        })
    }
}

impl<'a> Sampler<'a> {
    async fn new(client: &'a Client, info: &'a EncodingInfo) -> Result<Self, FetchError> {
        let layout = checked_layout(info)?;
        let roots = (0..=u8::MAX).map(ShardIndex).zip(&info.roots);
        let shards = roots.filter_map(|(shard, root)| Some((shard, (*root)?)));
        let at_once = SAMPLES_AT_ONCE as usize;
        let holders = Holders::find(client, info, || Line::new(at_once, at_once)).await?;
        Ok(Self {
            client,
            info,
            layout,
            holders,
            shards: shards.collect(),
        })
    }

    async fn run(&self, options: &SampleOptions) -> Confidence {
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        // Empty shards are zeros that every reader has.
        let empty = count(self.info.roots.len().saturating_sub(self.shards.len()));
        let needed = u32::from(self.info.code.data_shards()).saturating_sub(empty);
        let mut confidence = Confidence::new(needed, count(self.shards.len()));
        while confidence.samples() < options.max_samples
            && confidence.reached() < options.confidence
        {
            let left = options.max_samples.saturating_sub(confidence.samples());
            let picks: Vec<Pick> = (0..left.min(SAMPLES_AT_ONCE))
                .filter_map(|_| self.draw(&mut rand::rng()))
                .collect();
            if picks.is_empty() {
                break;
            }
            let answers = futures::stream::iter(picks)
                .map(|pick| self.take(pick))
                .buffered(SAMPLES_AT_ONCE as usize);
            answers
                .for_each(|answered| {
                    confidence.add(answered);
                    std::future::ready(())
                })
                .await;
        }
        confidence
    }

    /// A chunk, uniformly of a shard, which is drawn uniformly: shards are what workers hold or do not hold.
    fn draw(&self, random: &mut impl Rng) -> Option<Pick> {
        let at = random.random_range(0..self.shards.len().max(1));
        let (shard, root) = *self.shards.get(at)?;
        let chunks = self.layout.shard_len(shard).div_ceil(CHUNK_LEN);
        let chunk = ChunkIndex(random.random_range(0..chunks.max(1)));
        Some(Pick { shard, chunk, root })
    }

    /// Whether the chunk came and is right.
    async fn take(&self, pick: Pick) -> bool {
        for attempt in 1..=SAMPLE_ATTEMPTS {
            let start = Instant::now();
            match self.ask(&pick).await {
                Ok(()) => {
                    self.holders.answered(pick.shard, start.elapsed());
                    return true;
                }
                Err(reason) => self.holders.failed(pick.shard, reason),
            }
            if attempt < SAMPLE_ATTEMPTS {
                tokio::time::sleep(self.client.limits.retry_pause).await;
            }
        }
        false
    }

    async fn ask(&self, pick: &Pick) -> Result<(), String> {
        let Pick { shard, chunk, root } = *pick;
        let worker = self.holders.client(shard)?;
        let _turn = self.holders.turn(shard).await;
        let group = Group::chunk(chunk);
        let answer = tokio::time::timeout(SAMPLE_TIMEOUT, worker.group(self.info.id, shard, group));
        let (proof, bytes) = answer
            .await
            .map_err(|_| format!("no answer within {} s", SAMPLE_TIMEOUT.as_secs()))?
            .map_err(|error| error.to_string())?;
        verify_group(&self.layout, shard, group, &bytes, &proof, &root)
            .map_err(|error| error.to_string())
    }
}
