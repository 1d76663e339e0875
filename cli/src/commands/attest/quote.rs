//! `attest quote`.

use super::{now, read, read_bytes};
use crate::{
    args::QuoteArgs,
    error::CliError,
    output::{fields, Answer, Report},
};
use ballast_attestation::tdx::{verify_with, Collateral, VerifiedGuest};
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Serialize)]
struct QuoteReport {
    policy: String,
    mrtd: String,
    rtmr: Vec<String>,
    attributes: String,
    xfam: String,
    report_data: String,
    evaluation_number: u32,
    judged_at: u64,
}

/// What a quote says, if it is genuine and its platform up to date.
pub fn run(args: &QuoteArgs) -> Result<Answer, CliError> {
    let (guest, at) = verified(args)?;
    Ok(Answer::new(&report(&guest, at)))
}

/// The guest of a genuine quote, and the time it was judged at.
pub(super) fn verified(args: &QuoteArgs) -> Result<(VerifiedGuest, u64), CliError> {
    let quote = read_bytes(&args.quote)?;
    let collateral = read_collateral(&args.collateral)?;
    let at = args.at.unwrap_or_else(now);
    let guest = verify_with(None, &quote, collateral, at)
        .map_err(|error| CliError::fatal(format!("{}: {error}", args.quote.display())))?;
    Ok((guest, at))
}

/// Collateral from JSON, as a provisioning certificate cache serves it.
pub(super) fn read_collateral(path: &Path) -> Result<Collateral, CliError> {
    serde_json::from_slice(&read(path)?).map_err(|error| {
        let path = path.display();
        CliError::usage(format!("{path} is not collateral in JSON: {error}"))
    })
}

fn report(guest: &VerifiedGuest, judged_at: u64) -> QuoteReport {
    let measurements = &guest.measurements;
    QuoteReport {
        policy: hex::encode(measurements.policy_id()),
        mrtd: hex::encode(measurements.mr_td),
        rtmr: measurements.rt_mr.iter().map(hex::encode).collect(),
        attributes: hex::encode(measurements.attributes),
        xfam: hex::encode(measurements.xfam),
        report_data: hex::encode(guest.report_data),
        evaluation_number: guest.evaluation_number,
        judged_at,
    }
}

impl Report for QuoteReport {
    fn text(&self) -> String {
        let mut rows = vec![
            ("policy id", self.policy.clone()),
            ("MRTD", self.mrtd.clone()),
        ];
        let names = ["RTMR0", "RTMR1", "RTMR2", "RTMR3"];
        rows.extend(names.into_iter().zip(self.rtmr.iter().cloned()));
        rows.extend([
            ("attributes", self.attributes.clone()),
            ("XFAM", self.xfam.clone()),
            ("report data", self.report_data.clone()),
            ("evaluation number", self.evaluation_number.to_string()),
            ("up to date at", format!("{} s since 1970", self.judged_at)),
        ]);
        fields(&rows)
    }
}
