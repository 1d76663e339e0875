//! Arguments of the verbs about GPU evidence.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Verbs about GPU evidence. None of them asks a chain.
#[derive(Debug, Subcommand)]
pub enum AttestVerb {
    /// Print every field of a GPU's report, and each check with pass or fail and why
    Inspect(InspectArgs),
    /// Verify NVIDIA's manifest (RIM) and print its golden set, as people read it and as chains take it
    Golden(GoldenArgs),
    /// Verify the quote of an Intel TDX guest and print what it measures
    Quote(QuoteArgs),
}

/// Arguments of `attest inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The report, as bytes or in hex
    #[arg(value_name = "FILE")]
    pub report: PathBuf,
    /// Its certificate chain in PEM, the signer of the report first
    #[arg(long, value_name = "FILE")]
    pub chain: Option<PathBuf>,
    /// The nonce it should answer, 32 bytes in hex
    #[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
    pub nonce: Option<[u8; 32]>,
    /// Manifest of its driver or VBIOS to compare with; may be given twice
    #[arg(long, value_name = "FILE")]
    pub rim: Vec<PathBuf>,
    /// A root to trust beside NVIDIA's, as SHA-256 of its DER in hex
    #[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
    pub root: Option<[u8; 32]>,
}

/// Arguments of `attest golden`.
#[derive(Debug, Args)]
pub struct GoldenArgs {
    /// The manifest, as NVIDIA publishes it
    #[arg(value_name = "FILE")]
    pub rim: PathBuf,
    /// Board of a VBIOS: project, project SKU, chip SKU [default: from the file's name]
    #[arg(long, value_name = "1010_0200_882")]
    pub board: Option<String>,
}

/// Arguments of `attest quote`.
#[derive(Debug, Args)]
pub struct QuoteArgs {
    /// The quote, as bytes or in hex
    #[arg(value_name = "FILE")]
    pub quote: PathBuf,
    /// What Intel says of its platform, as JSON with TCB info, identities, chains and lists
    #[arg(long, value_name = "FILE")]
    pub collateral: PathBuf,
    /// Time to judge it at, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS")]
    pub at: Option<u64>,
}

fn parse_32_bytes(text: &str) -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, &mut bytes)
        .map_err(|_| "expected 32 bytes, 64 digits in hex".to_string())?;
    Ok(bytes)
}
