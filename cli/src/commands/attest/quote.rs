//! `attest quote`.

use super::{now, read, read_bytes};
use crate::{
    args::QuoteArgs,
    error::CliError,
    output::{fields, Answer, Report},
};
use ballast_attestation::tdx::{verify_with, Collateral, VerifiedGuest};
use serde::Serialize;

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
    let quote = read_bytes(&args.quote)?;
    let path = args.collateral.display();
    let collateral: Collateral = serde_json::from_slice(&read(&args.collateral)?)
        .map_err(|error| CliError::usage(format!("{path} is not collateral in JSON: {error}")))?;
    let at = args.at.unwrap_or_else(now);
    let guest = verify_with(&quote, collateral, at)
        .map_err(|error| CliError::fatal(format!("{}: {error}", args.quote.display())))?;
    Ok(Answer::new(&report(&guest, at)))
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
