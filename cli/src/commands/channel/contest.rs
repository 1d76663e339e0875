//! `channel check` and `channel contest`: what the worker claimed, held against what it signed.

use crate::{
    amount::Amount,
    context::{ensure_funds, Context},
    error::CliError,
    files,
    output::{fields, Answer, Report},
};
use ballast_chain::{calls::inference as calls, verify, Call, Inference};
use ballast_core::{
    answer::SignedAnswer as ShownAnswer,
    claim::{BatchScope, ClaimLeaf},
    merkle,
    view::{ChannelInfo, SettlementInfo},
    ChannelId, WorkerId,
};
use ballast_inference::{journal, keys::tier, wire::SignedAnswer, PayChain};
use serde::Serialize;
use std::{collections::BTreeSet, path::Path};

/// What a batch claims, by the answers that are known here.
#[derive(Debug, Serialize)]
struct BatchReport {
    settlement: u64,
    claims: usize,
    /// Claims that say what the worker signed.
    agree: usize,
    /// Claims whose answer is not known here.
    unknown: usize,
    /// Numbers of claims that say something else than the worker signed.
    contradicted: Vec<u64>,
    contested: bool,
}

#[derive(Debug, Serialize)]
struct CheckReport {
    channel: u64,
    batches: Vec<BatchReport>,
}

/// A claim that contradicts a signed answer, with what shows it.
struct Contradiction {
    index: u32,
    leaf: ClaimLeaf,
    path: Vec<[u8; 32]>,
    answer: ShownAnswer,
}

/// Compares, and contests what is contradicted if `contest` is set. `answers` is a file of signed answers, one a line;
/// without it those are taken that were kept when they came.
pub async fn run(
    channel: ChannelId,
    answers: Option<&Path>,
    contest: bool,
    context: &Context,
) -> Result<Answer, CliError> {
    let chain = context.paying().await?;
    let info = chain.channel(channel).await?.ok_or_else(|| {
        CliError::usage(format!(
            "there is no channel {channel}, or it is over; its check windows have closed"
        ))
    })?;
    let known = match answers {
        Some(file) => parse(&files::read_text(file, "the signed answers")?)?,
        None => journal::kept_answers(&folder()?, chain.genesis_hash(), channel)
            .map_err(|error| CliError::usage(error.to_string()))?,
    };
    let keys = keys_of(chain.as_ref(), info.payee, &known).await?;
    let mut batches = Vec::new();
    for settlement in chain.settlements_of(channel).await? {
        let claims = chain.claims(&settlement, info.model).await?;
        let claims = claims.ok_or_else(|| {
            CliError::retryable(format!(
                "the node has not the claims of settlement {}; ask one that keeps block {}",
                settlement.settlement.0, settlement.settled_at
            ))
        })?;
        let scope = scope(chain.as_ref(), &info);
        let (mut report, contradiction) = compare(&settlement, &claims, &known, &keys, &scope);
        if let (true, Some(contradiction)) = (contest, contradiction) {
            let call = call(&settlement, &contradiction);
            send(chain.as_ref(), call, context).await?;
            report.contested = true;
        }
        batches.push(report);
    }
    Ok(Answer::new(&CheckReport {
        channel: channel.0,
        batches,
    }))
}

/// Those keys of answers that are the worker's.
async fn keys_of(
    chain: &dyn PayChain,
    worker: WorkerId,
    known: &[SignedAnswer],
) -> Result<BTreeSet<[u8; 32]>, CliError> {
    let signed = known
        .iter()
        .filter_map(|answer| answer.key_and_signature().ok());
    let mut keys = BTreeSet::new();
    for key in signed.map(|(key, _)| key).collect::<BTreeSet<_>>() {
        if tier(chain, worker, key).await?.is_some() {
            keys.insert(key);
        }
    }
    Ok(keys)
}

async fn send(chain: &dyn Inference, call: Call, context: &Context) -> Result<(), CliError> {
    let signer = context.signer()?;
    let calls = [call];
    let fees = Amount(chain.fee(&calls).await?);
    ensure_funds(chain, signer.account(), Amount(0), fees).await?;
    context.submit(chain, &signer, &calls).await.map(drop)
}

fn call(settlement: &SettlementInfo, found: &Contradiction) -> Call {
    calls::contest(
        settlement.settlement,
        found.index,
        &found.leaf,
        &found.path,
        &found.answer,
    )
}

/// Where `infer`, `embed` and `infer-proxy` keep channels.
pub fn folder() -> Result<std::path::PathBuf, CliError> {
    Ok(files::data_dir()?.join("channels"))
}

fn scope(chain: &dyn Inference, info: &ChannelInfo) -> BatchScope {
    BatchScope {
        genesis_hash: chain.genesis_hash(),
        channel: info.channel,
        model: info.model,
    }
}

fn parse(text: &str) -> Result<Vec<SignedAnswer>, CliError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            serde_json::from_str(line).map_err(|error| {
                CliError::usage(format!(
                    "a line is no signed answer, as the header x-ballast-answer has it: {error}"
                ))
            })
        })
        .collect()
}

fn compare(
    settlement: &SettlementInfo,
    claims: &[ClaimLeaf],
    known: &[SignedAnswer],
    keys: &BTreeSet<[u8; 32]>,
    scope: &BatchScope,
) -> (BatchReport, Option<Contradiction>) {
    let mut report = BatchReport {
        settlement: settlement.settlement.0,
        claims: claims.len(),
        agree: 0,
        unknown: 0,
        contradicted: Vec::new(),
        contested: false,
    };
    let mut found = None;
    for (index, leaf) in (0..).zip(claims) {
        let signed = known
            .iter()
            .filter_map(|answer| shown(answer, leaf, scope))
            .filter(|answer| {
                let key = answer.session_key;
                key == settlement.session_key || keys.contains(&key)
            });
        let signed: Vec<ShownAnswer> = signed.collect();
        match signed
            .iter()
            .find(|answer| answer.exchange != leaf.exchange)
        {
            Some(answer) => {
                report.contradicted.push(leaf.number);
                let hashes: Vec<_> = claims.iter().map(|leaf| scope.leaf_hash(leaf)).collect();
                let path = merkle::siblings(&hashes, index);
                found = found.or(path.map(|path| Contradiction {
                    index,
                    leaf: leaf.clone(),
                    path,
                    answer: answer.clone(),
                }));
            }
            None if signed.is_empty() => report.unknown = report.unknown.saturating_add(1),
            None => report.agree = report.agree.saturating_add(1),
        }
    }
    (report, found)
}

/// The answer as the chain takes it, if it is for this claim's number and signed by the key that it names.
fn shown(answer: &SignedAnswer, leaf: &ClaimLeaf, scope: &BatchScope) -> Option<ShownAnswer> {
    let body = answer.body().ok()?;
    let (session_key, signature) = answer.key_and_signature().ok()?;
    let same = (body.genesis_hash, body.channel, body.model, body.number)
        == (scope.genesis_hash, scope.channel, scope.model, leaf.number);
    let payload = body.signing_payload();
    (same && verify(&session_key, &payload, &signature)).then_some(ShownAnswer {
        exchange: body.exchange,
        session_key,
        signature,
    })
}

impl Report for CheckReport {
    fn text(&self) -> String {
        let line = |batch: &BatchReport| {
            let told = match (batch.contradicted.as_slice(), batch.contested) {
                ([], _) => "nothing is contradicted".to_string(),
                (numbers, true) => format!("requests {numbers:?} are contradicted by signed answers; the batch is contested"),
                (numbers, false) => format!("requests {numbers:?} are contradicted by signed answers: `ballast channel contest {}`", self.channel),
            };
            let text = format!(
                "{}: {} claims, {} as they were signed, {} not known here; {told}",
                batch.settlement, batch.claims, batch.agree, batch.unknown
            );
            ("settlement", text)
        };
        match self.batches.as_slice() {
            [] => format!(
                "no batch of channel {} is in its check window",
                self.channel
            ),
            batches => fields(&batches.iter().map(line).collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_chain::Signer;
    use ballast_core::{
        answer::{AnswerBody, Exchange},
        Address, SettlementId,
    };

    const SCOPE: BatchScope = BatchScope {
        genesis_hash: [1; 32],
        channel: ChannelId(2),
        model: Address([3; 32]),
    };

    fn leaf(number: u64, tokens_in: u32) -> ClaimLeaf {
        ClaimLeaf {
            number,
            exchange: Exchange {
                request_sha256: [4; 32],
                response_sha256: [5; 32],
                tokens_in,
                tokens_out: 0,
            },
            activation_root: [0; 32],
        }
    }

    fn signed(by: &str, leaf: &ClaimLeaf) -> SignedAnswer {
        let signer = Signer::from_dev(by).unwrap();
        let body = AnswerBody {
            genesis_hash: SCOPE.genesis_hash,
            model: SCOPE.model,
            channel: SCOPE.channel,
            number: leaf.number,
            exchange: leaf.exchange.clone(),
        };
        SignedAnswer::new(
            &body,
            signer.account(),
            signer.sign(&body.signing_payload()),
        )
    }

    fn settlement() -> SettlementInfo {
        SettlementInfo {
            settlement: SettlementId(6),
            channel: SCOPE.channel,
            session_key: Signer::from_dev("Bob").unwrap().account(),
            root: [0; 32],
            leaves: 3,
            amount: 1,
            treasury_permille: 0,
            royalties: vec![],
            verifier_permille: 500,
            verifiers: vec![],
            settled_at: 1,
            pays_at: 2,
        }
    }

    #[test]
    fn a_claim_that_says_more_than_was_signed_is_shown_with_its_path() {
        let claims = [leaf(1, 10), leaf(2, 99), leaf(4, 10)];
        let known = [
            signed("Bob", &leaf(1, 10)),
            signed("Bob", &leaf(2, 10)),
            // A stranger's word counts for nothing.
            signed("Alice", &leaf(4, 1)),
        ];
        let (report, found) = compare(&settlement(), &claims, &known, &BTreeSet::new(), &SCOPE);
        assert_eq!((report.agree, report.unknown), (1, 1));
        assert_eq!(report.contradicted, [2]);
        let found = found.unwrap();
        assert_eq!((found.index, found.leaf.number), (1, 2));
        let hash = SCOPE.leaf_hash(&found.leaf);
        let root = merkle::root_from(hash, found.index, 3, &found.path);
        assert_eq!(root, SCOPE.root(&claims));
        let told = CheckReport {
            channel: 2,
            batches: vec![report],
        };
        assert!(told.text().contains("[2]"), "{}", told.text());
    }

    #[test]
    fn another_key_of_the_worker_contradicts_a_batch_too() {
        let known = [signed("Charlie", &leaf(4, 1))];
        let charlie = Signer::from_dev("Charlie").unwrap().account();
        let keys = BTreeSet::from([charlie]);
        let (report, found) = compare(&settlement(), &[leaf(4, 10)], &known, &keys, &SCOPE);
        assert_eq!(report.contradicted, [4]);
        assert_eq!(found.unwrap().answer.session_key, charlie);
    }

    #[test]
    fn a_file_has_a_signed_answer_on_each_line() {
        let line = serde_json::to_string(&signed("Bob", &leaf(1, 1))).unwrap();
        assert_eq!(parse(&format!("{line}\n\n{line}\n")).unwrap().len(), 2);
        assert_eq!(parse("{}").unwrap_err().code(), 2);
    }
}
