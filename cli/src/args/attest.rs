//! Arguments of the verbs about GPU evidence.

use super::parse_account;
use ballast_attestation::limits::MAX_GPUS;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Verbs about GPU evidence. The first three ask no chain.
#[derive(Debug, Subcommand)]
pub enum AttestVerb {
    /// Print every field of a GPU's report, and each check with pass or fail and why
    Inspect(InspectArgs),
    /// Verify NVIDIA's manifest (RIM) and print its golden set, as people read it and as chains take it
    Golden(GoldenArgs),
    /// Verify the quote of an Intel TDX guest and print what it measures
    Quote(QuoteArgs),
    /// Show a worker's session keys: their tiers, and why they are no higher
    Status(KeyStatusArgs),
    /// Show a GPU and who it is bound to
    Device {
        /// The GPU, as `attest inspect` prints it
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        device: [u8; 32],
    },
    /// List what the chain trusts: roots, authorities, golden sets
    Trust,
    /// Submit evidence for a session key, and the certificates above it that the chain does not know
    Submit(SubmitArgs),
    /// Submit a revocation list
    SubmitCrl {
        /// Who issued it: SHA-256 of the DER of its certificate
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        issuer: [u8; 32],
        /// The list, DER
        #[arg(value_name = "FILE")]
        list: PathBuf,
    },
    /// Give a GPU up: the tier of its key ends at once
    Release {
        /// The GPU
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        device: [u8; 32],
    },
    /// Give a session key up, with its GPUs
    RemoveKey {
        /// The key
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        key: [u8; 32],
    },
    /// Decide as governance, with the sudo key that development networks have
    #[command(subcommand)]
    Govern(GovernVerb),
}

/// Verbs of governance, signed by the sudo key.
#[derive(Debug, Subcommand)]
pub enum GovernVerb {
    /// Put the golden set of a manifest in force
    SetGolden(SetGoldenArgs),
    /// Retire a golden set: evidence that hangs on it ends at once
    RetireGolden {
        /// What it is for, as `attest trust` lists it: driver 545.00, or VBIOS 1010_0200_882 96.00.5E.00.01
        #[arg(value_name = "ID", required = true, num_args = 2..=3)]
        id: Vec<String>,
    },
    /// Let guests like the one of a quote hold session keys
    SetGuest(SetGuestArgs),
    /// Retire the policy for guests: their keys fall to T1 at once
    RetireGuest {
        /// The policy's id
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        policy: [u8; 32],
    },
    /// Make a GPU count no longer
    Block {
        /// The GPU
        #[arg(value_name = "HEX", value_parser = parse_32_bytes)]
        device: [u8; 32],
        /// Make it count again
        #[arg(long)]
        undo: bool,
    },
}

/// Arguments of `attest govern set-golden`.
#[derive(Debug, Args)]
pub struct SetGoldenArgs {
    /// The manifest, as NVIDIA publishes it
    #[arg(value_name = "FILE", required_unless_present = "dev")]
    pub rim: Option<PathBuf>,
    /// Board of a VBIOS: project, project SKU, chip SKU [default: from the file's name]
    #[arg(long, value_name = "1010_0200_882", conflicts_with = "dev")]
    pub board: Option<String>,
    /// The golden sets that development GPUs match, instead of a manifest's
    #[arg(long, conflicts_with = "rim")]
    pub dev: bool,
}

/// Arguments of `attest govern set-guest`.
#[derive(Debug, Args)]
pub struct SetGuestArgs {
    /// A quote of such a guest, as bytes or in hex
    #[arg(value_name = "FILE", required_unless_present = "dev", requires_all = ["collateral", "image_sha256"])]
    pub quote: Option<PathBuf>,
    /// What Intel says of its platform, as JSON
    #[arg(long, value_name = "FILE", requires = "quote")]
    pub collateral: Option<PathBuf>,
    /// SHA-256 of the guest's image, or of the description of how to build it
    #[arg(long, value_name = "HEX", value_parser = parse_32_bytes, requires = "quote")]
    pub image_sha256: Option<[u8; 32]>,
    /// The development guest, instead of one with a quote
    #[arg(long, conflicts_with = "quote")]
    pub dev: bool,
}

/// Arguments of `attest status`.
#[derive(Debug, Args)]
pub struct KeyStatusArgs {
    /// The worker's account [default: the key's]
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub account: Option<String>,
    /// Only this session key
    #[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
    pub key: Option<[u8; 32]>,
}

/// Arguments of `attest submit`.
#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// The session key that the evidence is for
    #[arg(long, value_name = "HEX", value_parser = parse_32_bytes)]
    pub key: [u8; 32],
    /// Number of the block whose challenge it answers
    #[arg(long, value_name = "N")]
    pub block: u32,
    /// A GPU's report, as bytes or in hex; once for each GPU
    #[arg(long, value_name = "FILE", required = true, num_args = 1..=MAX_GPUS as usize)]
    pub report: Vec<PathBuf>,
    /// Its certificate chain in PEM, in the order of the reports
    #[arg(long, value_name = "FILE", required = true, num_args = 1..=MAX_GPUS as usize)]
    pub chain: Vec<PathBuf>,
    /// Quote of the guest that uses the GPUs, as bytes or in hex
    #[arg(long, value_name = "FILE", requires = "collateral")]
    pub quote: Option<PathBuf>,
    /// What Intel says of its platform, as JSON
    #[arg(long, value_name = "FILE", requires = "quote")]
    pub collateral: Option<PathBuf>,
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
