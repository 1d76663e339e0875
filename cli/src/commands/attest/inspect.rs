//! `attest inspect`.

use super::{
    checks::{self, Check},
    read, read_bytes,
};
use crate::{
    args::InspectArgs,
    error::CliError,
    output::{fields, printable, table, Answer, Report as Printed},
};
use ballast_attestation::{
    error::Hex, evidence::device_id, opaque::Opaque, Certificate, Chain, EvidenceError, GoldenId,
    Report,
};
use ballast_rim::Rim;
use serde::Serialize;
use std::path::Path;

/// What the program ends with if a check fails: the bytes are wrong.
const FAILED: u8 = 4;

#[derive(Debug, Serialize)]
struct InspectReport {
    report: Option<ReportFields>,
    certificates: Vec<CertificateFields>,
    device: Option<String>,
    checks: Vec<Check>,
    passed: bool,
}

#[derive(Debug, Serialize)]
struct ReportFields {
    nonce: String,
    slot: u8,
    responder_nonce: String,
    fields: Vec<(String, String)>,
    measurements: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CertificateFields {
    role: String,
    common_name: String,
    serial: String,
    sha256: String,
}

/// Fields and checks of a report; the program ends with 4 if a check fails.
pub fn run(args: &InspectArgs) -> Result<Answer, CliError> {
    let bytes = read_bytes(&args.report)?;
    let chain = args.chain.as_deref().map(read_chain).transpose()?;
    let rims = args
        .rim
        .iter()
        .map(|path| read_rim(path))
        .collect::<Result<Vec<Rim>, _>>()?;
    let inspected = inspect(&bytes, chain.as_deref(), &rims, args);
    let passed = inspected.passed;
    let answer = Answer::new(&inspected);
    Ok(match passed {
        true => answer,
        false => answer.with_code(FAILED),
    })
}

fn inspect(
    bytes: &[u8],
    chain: Option<&[Vec<u8>]>,
    rims: &[Rim],
    args: &InspectArgs,
) -> InspectReport {
    let mut checks = Vec::new();
    let report = keep(&mut checks, "report has the format", Report::parse(bytes));
    let slices: Option<Vec<&[u8]>> = chain.map(|chain| chain.iter().map(Vec::as_slice).collect());
    let chain = match &slices {
        Some(slices) => keep(&mut checks, "chain has the format", Chain::parse(slices)),
        None => {
            checks.push(Check::skipped(
                "chain has the format",
                "give the chain with --chain",
            ));
            None
        }
    };
    if let Some(report) = &report {
        checks.push(checks::nonce(report, args.nonce.as_ref()));
        if let Some(chain) = &chain {
            checks.extend(checks::chain(report, chain, args.root.as_ref()));
        }
        checks.extend(checks::golden(report, rims));
    }
    InspectReport {
        report: report.as_ref().map(report_fields),
        certificates: chain.as_ref().map(certificates).unwrap_or_default(),
        device: chain.map(|chain| Hex(device_id(&chain.device.key)).to_string()),
        passed: checks.iter().all(|check| check.passed != Some(false)),
        checks,
    }
}

/// Notes the result as a check and keeps what was parsed.
fn keep<T>(checks: &mut Vec<Check>, name: &str, result: Result<T, EvidenceError>) -> Option<T> {
    let (kept, result) = match result {
        Ok(parsed) => (Some(parsed), Ok("every field".to_string())),
        Err(error) => (None, Err(error)),
    };
    checks.push(Check::of(name, result));
    kept
}

pub(super) fn read_chain(path: &Path) -> Result<Vec<Vec<u8>>, CliError> {
    let blocks = pem::parse_many(read(path)?).map_err(|error| {
        let path = path.display();
        CliError::usage(format!(
            "{path} is not a list of certificates in PEM: {error}"
        ))
    })?;
    Ok(blocks.into_iter().map(pem::Pem::into_contents).collect())
}

fn read_rim(path: &Path) -> Result<Rim, CliError> {
    Rim::verify(&read(path)?)
        .map_err(|error| CliError::fatal(format!("{}: {error}", path.display())))
}

fn report_fields(report: &Report) -> ReportFields {
    let mut fields = vec![
        (
            "driver".to_string(),
            GoldenId::driver_of(&report.opaque).to_string(),
        ),
        (
            "VBIOS".to_string(),
            GoldenId::vbios_of(&report.opaque).to_string(),
        ),
    ];
    fields.extend(opaque_fields(&report.opaque));
    ReportFields {
        nonce: Hex(report.nonce).to_string(),
        slot: report.slot,
        responder_nonce: Hex(report.responder_nonce).to_string(),
        fields,
        measurements: report.measurements().map(hex::encode).collect(),
    }
}

/// The optional fields, those that are there.
fn opaque_fields(opaque: &Opaque) -> Vec<(String, String)> {
    let optional = [
        (
            "project SKU modifier",
            opaque
                .project_sku_modifier
                .as_ref()
                .map(ToString::to_string),
        ),
        (
            "chip SKU modifier",
            opaque.chip_sku_modifier.as_ref().map(ToString::to_string),
        ),
        ("board id", opaque.board_id.map(|id| format!("{id:#x}"))),
        ("GPU information", opaque.gpu_info.map(hex::encode)),
        (
            "CPR information",
            opaque.cpr_info.map(|info| format!("{info:#x}")),
        ),
        (
            "video decoder 0",
            opaque.nvdec0.map(|switch| format!("{switch:?}")),
        ),
        ("firmware id", opaque.fwid.map(hex::encode)),
        (
            "protected PCIe",
            opaque.protected_pcie.map(|switch| format!("{switch:?}")),
        ),
        (
            "feature",
            opaque.feature.map(|feature| format!("{feature:?}")),
        ),
        (
            "measurement counts",
            opaque
                .measurement_counts
                .map(|counts| format!("{counts:?}")),
        ),
        (
            "unknown fields",
            (!opaque.unknown.is_empty()).then(|| format!("{:?}", opaque.unknown)),
        ),
    ];
    optional
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_string(), value?)))
        .collect()
}

fn certificates(chain: &Chain) -> Vec<CertificateFields> {
    let authorities = &chain.authorities;
    [
        &chain.leaf,
        &chain.device,
        &authorities.provisioner,
        &authorities.identity,
        &authorities.root,
    ]
    .map(certificate)
    .into()
}

fn certificate(certificate: &Certificate) -> CertificateFields {
    CertificateFields {
        role: certificate.role.to_string(),
        common_name: printable(certificate.common_name.as_bytes()),
        serial: hex::encode(&certificate.serial),
        sha256: hex::encode(certificate.id),
    }
}

impl Printed for InspectReport {
    fn text(&self) -> String {
        let mut parts = Vec::new();
        if let Some(report) = &self.report {
            parts.push(report.text());
        }
        if !self.certificates.is_empty() {
            let rows: Vec<Vec<String>> = self
                .certificates
                .iter()
                .map(|found| {
                    vec![
                        found.role.clone(),
                        found.common_name.clone(),
                        found.serial.clone(),
                        found.sha256.clone(),
                    ]
                })
                .collect();
            parts.push(table(
                &["CERTIFICATE", "COMMON NAME", "SERIAL", "SHA-256"],
                &rows,
            ));
        }
        if let Some(device) = &self.device {
            parts.push(fields(&[("device", device.clone())]));
        }
        let rows: Vec<Vec<String>> = self.checks.iter().map(row).collect();
        parts.push(table(&["CHECK", "RESULT", "WHY"], &rows));
        parts.join("\n\n")
    }
}

fn row(check: &Check) -> Vec<String> {
    let result = match check.passed {
        Some(true) => "pass",
        Some(false) => "FAIL",
        None => "skipped",
    };
    vec![check.check.clone(), result.into(), check.detail.clone()]
}

impl Printed for ReportFields {
    fn text(&self) -> String {
        let mut rows = vec![
            ("nonce", self.nonce.clone()),
            ("slot", self.slot.to_string()),
            ("responder nonce", self.responder_nonce.clone()),
        ];
        let more = self.fields.iter();
        rows.extend(more.map(|(name, value)| (name.as_str(), value.clone())));
        let measurements: Vec<Vec<String>> = (1..)
            .zip(&self.measurements)
            .map(|(block, value): (u32, _)| vec![block.to_string(), value.clone()])
            .collect();
        let measurements = table(&["BLOCK", "MEASUREMENT"], &measurements);
        format!("{}\n\n{measurements}", fields(&rows))
    }
}
