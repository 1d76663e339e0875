//! `attest submit`.

use super::{inspect::read_chain, quote::read_collateral, read_bytes, status};
use crate::{args::SubmitArgs, context::Context, error::CliError, output::Answer};
use ballast_chain::{
    calls::attestation::{Gpu, Guest},
    EvidenceBundle,
};
use codec::Encode;
use std::path::Path;

/// Submits evidence from files, and tells what it is worth.
pub async fn run(args: &SubmitArgs, context: &Context) -> Result<Answer, CliError> {
    let bundle = bundle(args)?;
    let signer = context.signer()?;
    let chain = context.attestations().await?;
    let calls = bundle.calls(args.key, args.block, &chain.trust().await?);
    {
        let _step = context
            .screen
            .step("waiting until the transaction is final");
        chain.submit(&calls, &signer).await?;
    }
    let report = status::worker_report(chain.as_ref(), signer.account(), Some(args.key)).await?;
    Ok(Answer::new(&report))
}

fn bundle(args: &SubmitArgs) -> Result<EvidenceBundle, CliError> {
    if args.report.len() != args.chain.len() {
        return Err(CliError::usage(format!(
            "{} reports and {} chains; give a chain for each report, in the same order",
            args.report.len(),
            args.chain.len()
        )));
    }
    let gpus = args.report.iter().zip(&args.chain);
    let gpus = gpus.map(|(report, chain)| Ok((read_bytes(report)?, read_chain(chain)?)));
    let guest = match (&args.quote, &args.collateral) {
        (Some(quote), Some(collateral)) => Some(guest(quote, collateral)?),
        _ => None,
    };
    Ok(EvidenceBundle {
        gpus: gpus.collect::<Result<Vec<Gpu>, CliError>>()?,
        guest,
    })
}

fn guest(quote: &Path, collateral: &Path) -> Result<Guest, CliError> {
    Ok((read_bytes(quote)?, read_collateral(collateral)?.encode()))
}
