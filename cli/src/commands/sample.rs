//! `sample`: whether a blob or a model is there, from random chunks of it.

use super::blobs::{blobs_of, client, within_limits, NamedBlob};
use crate::{
    args::SampleArgs,
    context::Context,
    error::CliError,
    files::read_text,
    output::{Answer, Report},
};
use ballast_blobs::{SampleOptions, Sampled, SampledEncoding, ShardFailure};
use ballast_chain::{ss58, Chain, ConnectOptions, RpcChain};
use ballast_core::{Address, BlockNumber, Code};
use serde::Serialize;
use std::sync::Arc;

/// Exit code when the confidence was not reached: workers may be back later.
const NOT_REACHED: u8 = 3;

#[derive(Debug, Serialize)]
struct SampleReport {
    target: String,
    chain: Source,
    /// Block that was read.
    finalized: BlockNumber,
    wanted: f64,
    /// Of the blob that is least sure.
    confidence: f64,
    reached: bool,
    blobs: Vec<BlobReport>,
}

/// Where the chain was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Source {
    /// By a light client: proven.
    LightClient,
    /// From a node, whose word was taken.
    Node,
}

#[derive(Debug, Serialize)]
struct BlobReport {
    address: Address,
    name: Option<String>,
    length: u64,
    confidence: f64,
    encodings: Vec<EncodingReport>,
}

#[derive(Debug, Serialize)]
struct EncodingReport {
    encoding: u64,
    code: Code,
    samples: u32,
    answered: u32,
    confidence: f64,
    /// With the confidence asked for, less than this part of its bytes is missing.
    missing_below: Option<f64>,
    failures: Vec<FailureReport>,
}

/// A shard whose last sample failed.
#[derive(Debug, Serialize)]
struct FailureReport {
    shard: u8,
    worker: String,
    endpoint: String,
    reason: String,
}

/// Samples a blob, or all blobs of a model.
pub async fn run(args: &SampleArgs, context: &Context) -> Result<Answer, CliError> {
    let (chain, source) = chain(args, context).await?;
    let client = within_limits(client(context, &chain)?, &args.limits);
    let options = SampleOptions {
        confidence: args.confidence,
        max_samples: args.max_samples,
    };
    let mut blobs = Vec::new();
    for named in blobs_of(context, &chain, &args.target).await? {
        let sampled = client.sample(named.address, &options).await?;
        blobs.push(BlobReport::new(named, sampled));
    }
    let finalized = chain.finalized().await?.number;
    let report = SampleReport::new(args, source, finalized, blobs);
    let answer = Answer::new(&report);
    Ok(match report.reached {
        true => answer,
        false => answer.with_code(NOT_REACHED),
    })
}

/// The chain by way of a light client, if there is a specification to begin with.
async fn chain(args: &SampleArgs, context: &Context) -> Result<(Arc<dyn Chain>, Source), CliError> {
    let Some(path) = &args.chain_spec else {
        tracing::warn!(
            node = %context.settings()?.url,
            "this node's word on the chain is taken; --chain-spec reads it as a light client"
        );
        return Ok((context.chain().await?, Source::Node));
    };
    let specification = read_text(path, "the chain specification")?;
    let _step = context
        .screen
        .step("following the chain's finality as a light client");
    let light = RpcChain::light(&specification, &args.bootnode, ConnectOptions::default()).await?;
    Ok((Arc::new(light), Source::LightClient))
}

impl SampleReport {
    fn new(
        args: &SampleArgs,
        chain: Source,
        finalized: BlockNumber,
        blobs: Vec<BlobReport>,
    ) -> Self {
        let confidence = blobs.iter().map(|blob| blob.confidence).fold(1.0, f64::min);
        Self {
            target: args.target.to_string(),
            chain,
            finalized,
            wanted: args.confidence,
            confidence,
            reached: confidence >= args.confidence,
            blobs,
        }
    }
}

impl BlobReport {
    fn new(named: NamedBlob, sampled: Sampled) -> Self {
        let NamedBlob { address, name } = named;
        Self {
            address,
            name,
            length: sampled.len,
            confidence: sampled.confidence(),
            encodings: sampled
                .encodings
                .into_iter()
                .map(EncodingReport::from)
                .collect(),
        }
    }

    fn text(&self) -> String {
        let name = self
            .name
            .as_ref()
            .map(|name| format!(" ({name})"))
            .unwrap_or_default();
        let head = format!("  {}{name}, {} bytes: ", self.address, self.length);
        if self.encodings.is_empty() {
            return head + "in chain state, nothing to sample\n";
        }
        let encodings: Vec<String> = self.encodings.iter().map(EncodingReport::text).collect();
        format!(
            "{head}{}\n{}",
            confidence_text(self.confidence),
            encodings.concat()
        )
    }
}

impl From<SampledEncoding> for EncodingReport {
    fn from(sampled: SampledEncoding) -> Self {
        Self {
            encoding: sampled.encoding.0,
            code: sampled.code,
            samples: sampled.samples,
            answered: sampled.answered,
            confidence: sampled.confidence,
            missing_below: sampled.missing_below,
            failures: sampled
                .failures
                .into_iter()
                .map(FailureReport::from)
                .collect(),
        }
    }
}

impl From<ShardFailure> for FailureReport {
    fn from(failure: ShardFailure) -> Self {
        Self {
            shard: failure.shard.0,
            worker: ss58::encode(&failure.worker.0),
            endpoint: failure.endpoint,
            reason: failure.reason,
        }
    }
}

impl EncodingReport {
    fn text(&self) -> String {
        let mut text = format!(
            "    encoding {} {}: {} of {} samples answered",
            self.encoding, self.code, self.answered, self.samples
        );
        if let Some(missing) = self.missing_below {
            text += &format!(", less than {:.1} % of its bytes missing", missing * 100.0);
        }
        text.push('\n');
        for failure in &self.failures {
            let FailureReport {
                shard,
                worker,
                endpoint,
                reason,
            } = failure;
            text += &format!("      shard {shard} of worker {worker} at {endpoint}: {reason}\n");
        }
        text
    }
}

impl Report for SampleReport {
    fn text(&self) -> String {
        let blobs: Vec<String> = self.blobs.iter().map(BlobReport::text).collect();
        let verdict = match self.reached {
            true => "available",
            false => "not shown to be available",
        };
        let source = match self.chain {
            Source::LightClient => "proven by a light client",
            Source::Node => "as the node says",
        };
        format!(
            "{}: {verdict}, {} (block {}, {source})\n{}",
            self.target,
            confidence_text(self.confidence),
            self.finalized,
            blobs.concat()
        )
    }
}

/// Nines are told by what they leave.
fn confidence_text(confidence: f64) -> String {
    match confidence {
        all if all >= 1.0 => "certain".into(),
        most if most > 0.99 => format!("confidence 1 - {:.1e}", 1.0 - most),
        some => format!("confidence {some:.2}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::args::{Cli, Verb};
    use ballast_core::{EncodingId, ShardIndex, WorkerId};
    use clap::Parser;

    fn args(line: &str) -> Result<SampleArgs, clap::Error> {
        let cli = Cli::try_parse_from(format!("ballast sample {line}").split_whitespace())?;
        match cli.verb {
            Verb::Sample(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    fn blob(confidence: f64, failures: Vec<ShardFailure>) -> BlobReport {
        let named = NamedBlob {
            address: Address([7; 32]),
            name: Some("a".into()),
        };
        let encoding = SampledEncoding {
            encoding: EncodingId(3),
            code: Code::new(4, 8).unwrap(),
            samples: 40,
            answered: 30,
            confidence,
            missing_below: None,
            failures,
        };
        let sampled = Sampled {
            address: Address([7; 32]),
            len: 5000,
            encodings: vec![encoding],
        };
        BlobReport::new(named, sampled)
    }

    #[test]
    fn a_confidence_lies_between_none_and_all() {
        for bad in ["0", "1", "1.5", "-0.5", "NaN", "sure"] {
            assert!(
                args(&format!("ns/name --confidence={bad}")).is_err(),
                "{bad}"
            );
        }
        assert!((args("ns/name --confidence 0.9").unwrap().confidence - 0.9).abs() < f64::EPSILON);
    }

    #[test]
    fn a_boot_node_needs_a_specification() {
        assert!(args("ns/name --bootnode /ip4/127.0.0.1/tcp/1/p2p/x").is_err());
    }

    #[test]
    fn the_least_sure_blob_decides() {
        let wanted = args("ns/name --confidence 0.99").unwrap();
        let of = |least: f64| {
            let blobs = vec![blob(1.0, vec![]), blob(least, vec![])];
            SampleReport::new(&wanted, Source::LightClient, 5, blobs)
        };
        assert!(of(0.995).reached);
        assert!(!of(0.98).reached);
        assert!((of(0.98).confidence - 0.98).abs() < f64::EPSILON);
    }

    #[test]
    fn text_and_json_name_who_failed() {
        let failure = ShardFailure {
            shard: ShardIndex(6),
            worker: WorkerId([1; 32]),
            endpoint: "http://w".into(),
            reason: "no answer within 10 s".into(),
        };
        let wanted = args("ns/name").unwrap();
        let report = SampleReport::new(&wanted, Source::Node, 5, vec![blob(0.5, vec![failure])]);
        let text = report.text();
        assert!(text.contains("shard 6"), "{text}");
        assert!(
            text.contains("not shown to be available, confidence 0.50"),
            "{text}"
        );
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["blobs"][0]["encodings"][0]["failures"][0]["shard"], 6);
        assert_eq!(json["chain"], "node");
    }

    #[test]
    fn nines_are_told_by_what_they_leave() {
        assert_eq!(confidence_text(1.0), "certain");
        assert_eq!(confidence_text(0.999_999), "confidence 1 - 1.0e-6");
        assert_eq!(confidence_text(0.25), "confidence 0.25");
    }
}
