//! `attest golden`.

use super::{now, read};
use crate::{
    args::GoldenArgs,
    error::CliError,
    output::{fields, printable, table, Answer, Report},
};
use ballast_attestation::{Component, GoldenId, GoldenSet};
use ballast_rim::{Board, Rim, Signer};
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Serialize)]
struct GoldenReport {
    id: String,
    product: String,
    rim_sha256: String,
    entries: Vec<Entry>,
    signers: Vec<SignerFields>,
    call: &'static str,
    proposal: String,
}

#[derive(Debug, Serialize)]
struct Entry {
    index: u8,
    alternatives: Vec<String>,
}

#[derive(Debug, Serialize)]
struct SignerFields {
    subject: String,
    valid_from: String,
    valid_until: String,
    expired: bool,
}

/// The golden set of a manifest whose signature holds.
pub fn run(args: &GoldenArgs) -> Result<Answer, CliError> {
    let (rim, id) = verified(args)?;
    Ok(Answer::new(&report(&rim, &id, now())))
}

/// A manifest whose signature holds, and what its golden set is for.
pub(super) fn verified(args: &GoldenArgs) -> Result<(Rim, GoldenId), CliError> {
    let rim = Rim::verify(&read(&args.rim)?)
        .map_err(|error| CliError::fatal(format!("{}: {error}", args.rim.display())))?;
    let id = rim
        .golden_id(board(args, &rim)?.as_ref())
        .map_err(|error| CliError::usage(error.to_string()))?;
    Ok((rim, id))
}

/// The board as it was given, or as the file's name has it. A driver needs none.
fn board(args: &GoldenArgs, rim: &Rim) -> Result<Option<Board>, CliError> {
    if rim.component == Component::Driver {
        return Ok(None);
    }
    let name = match &args.board {
        Some(board) => board.clone(),
        None => file_name(&args.rim),
    };
    let board: Board = name
        .parse()
        .map_err(|error: ballast_rim::RimError| CliError::usage(error.to_string()))?;
    Ok(Some(board))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn report(rim: &Rim, id: &GoldenId, now: u64) -> GoldenReport {
    GoldenReport {
        id: id.to_string(),
        product: printable(rim.product.as_bytes()),
        rim_sha256: hex::encode(rim.sha256),
        entries: entries(&rim.golden),
        signers: rim.signers.iter().map(|found| signer(found, now)).collect(),
        call: "Attestation.set_golden(id, set, rim_sha256)",
        proposal: format!("0x{}", hex::encode(rim.proposal(id))),
    }
}

fn entries(golden: &GoldenSet) -> Vec<Entry> {
    let entries = golden.entries.iter().map(|entry| Entry {
        index: entry.index,
        alternatives: entry.alternatives.iter().map(hex::encode).collect(),
    });
    entries.collect()
}

fn signer(signer: &Signer, now: u64) -> SignerFields {
    SignerFields {
        subject: printable(signer.subject.as_bytes()),
        valid_from: signer.valid_from.clone(),
        valid_until: signer.valid_until.clone(),
        expired: signer.expires < now,
    }
}

impl Report for GoldenReport {
    fn text(&self) -> String {
        let head = fields(&[
            ("golden set for", self.id.clone()),
            ("product", self.product.clone()),
            ("manifest SHA-256", self.rim_sha256.clone()),
        ]);
        let values: Vec<Vec<String>> = self
            .entries
            .iter()
            .flat_map(|entry| {
                let row = |value: &String| vec![entry.index.to_string(), value.clone()];
                entry.alternatives.iter().map(row)
            })
            .collect();
        let signers: Vec<Vec<String>> = self.signers.iter().map(SignerFields::row).collect();
        let proposal = fields(&[
            ("call to propose", self.call.into()),
            ("its arguments, SCALE", self.proposal.clone()),
        ]);
        [
            head,
            table(&["INDEX", "VALUE"], &values),
            table(&["SIGNED BY", "UNTIL", ""], &signers),
            proposal,
        ]
        .join("\n\n")
    }
}

impl SignerFields {
    fn row(&self) -> Vec<String> {
        let note = if self.expired {
            "expired since: told, not judged"
        } else {
            ""
        };
        vec![self.subject.clone(), self.valid_until.clone(), note.into()]
    }
}
