//! NVIDIA's reference integrity manifests (RIM): SWID files in XML that say what a driver or a VBIOS measures.
//!
//! Goals: a golden set comes out only of a file whose XML signature holds and whose signer leads to the pinned root.
//! What is read is what was signed: one reference, to the whole document, without the signature itself.
//! Non-goals: consensus. XML and the wall clock stay off chain; the chain gets the set and the file's SHA-256. Signers'
//! certificates expire (all published so far have), so dates are told and not judged.
//!
//! Canonical XML is `bergshamra-c14n`'s, pure Rust with all three algorithms; the signature's own rules are narrow and
//! here. Source: W3C XML Signature 1.1, Canonical XML 1.1, RFC 4051, ISO/IEC 19770-2.

mod payload;
mod signature;
mod signer;

use ballast_attestation::{Component, GoldenId, GoldenSet, VbiosVersion};
use codec::Encode;
use sha2::{Digest, Sha256};
use uppsala::parser::Parser;

pub use signer::{Signer, NVIDIA_RIM_ROOT};

/// Most bytes of a file; NVIDIA's have 20 KiB.
pub const MAX_RIM_LEN: usize = 1 << 20;
/// Deepest nesting of elements.
const MAX_DEPTH: u32 = 16;

/// A file whose signature is verified.
#[derive(Clone, Debug)]
pub struct Rim {
    /// SHA-256 of the file: its provenance on chain.
    pub sha256: [u8; 32],
    /// The chip, like `GH100`.
    pub product: String,
    /// Version of the component, as the file writes it.
    pub version: String,
    /// Which component it is: a VBIOS if the version is one.
    pub component: Component,
    /// What it measures.
    pub golden: GoldenSet,
    /// Who signed it, the signer first, the root last.
    pub signers: Vec<Signer>,
}

/// The board a VBIOS is for: the file does not say it, its name does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Project, like `1010`.
    pub project: String,
    /// SKU of the project, like `0200`.
    pub project_sku: String,
    /// SKU of the chip, like `882`.
    pub chip_sku: String,
}

impl std::str::FromStr for Board {
    type Err = RimError;

    /// From `1010_0200_882`, or a file's name that begins so, in either case of letters.
    fn from_str(name: &str) -> Result<Self, RimError> {
        let upper = name.to_ascii_uppercase();
        let mut parts = upper.split(['_', '.']).map(str::to_string);
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .ok_or(RimError::Board)
        };
        Ok(Self {
            project: part()?,
            project_sku: part()?,
            chip_sku: part()?,
        })
    }
}

impl Rim {
    /// Verifies a file against NVIDIA's root and reads it.
    pub fn verify(file: &[u8]) -> Result<Self, RimError> {
        Self::verify_under(file, &NVIDIA_RIM_ROOT)
    }

    /// The same under another root, given as SHA-256 of its DER.
    pub fn verify_under(file: &[u8], root: &[u8; 32]) -> Result<Self, RimError> {
        if file.len() > MAX_RIM_LEN {
            return Err(RimError::TooLong { actual: file.len() });
        }
        let text = std::str::from_utf8(file).map_err(|_| RimError::NotText)?;
        let document = Parser::new()
            .with_max_depth(MAX_DEPTH)
            .with_forbid_dtd(true)
            .parse(text)
            .map_err(|error| RimError::Xml(error.to_string()))?;
        let (signers, signed) = signature::verify(document, root)?;
        let content = payload::read(&signed)?;
        let vbios = content.version.parse::<VbiosVersion>().is_ok();
        Ok(Self {
            sha256: Sha256::digest(file).into(),
            product: content.product,
            component: if vbios {
                Component::Vbios
            } else {
                Component::Driver
            },
            version: content.version,
            golden: content.golden,
            signers,
        })
    }

    /// What governance puts on chain: SCALE encoding of what the set is for, the set, and the file's SHA-256.
    pub fn proposal(&self, id: &GoldenId) -> Vec<u8> {
        (id, &self.golden, self.sha256).encode()
    }

    /// What its golden set is for; a VBIOS needs its board.
    pub fn golden_id(&self, board: Option<&Board>) -> Result<GoldenId, RimError> {
        let text = |words: &str| {
            words.parse().map_err(|_| RimError::Words {
                words: words.to_string(),
            })
        };
        let Ok(version) = self.version.parse::<VbiosVersion>() else {
            return Ok(GoldenId::Driver {
                version: text(&self.version)?,
            });
        };
        let board = board.ok_or(RimError::Board)?;
        Ok(GoldenId::Vbios {
            project: text(&board.project)?,
            project_sku: text(&board.project_sku)?,
            chip_sku: text(&board.chip_sku)?,
            version,
        })
    }
}

/// Why a file gives no golden set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum RimError {
    #[error("the file has {actual} bytes, at most {MAX_RIM_LEN} are read")]
    TooLong { actual: usize },
    #[error("the file is not UTF-8 text")]
    NotText,
    #[error("the file is not plain XML without a document type: {0}")]
    Xml(String),
    #[error("the signature {problem}; expected one enveloped ECDSA P-384 signature over the whole document")]
    Signature { problem: &'static str },
    #[error("the document's SHA-384 is not the one that is signed: it was changed")]
    Digest,
    #[error("the signature is not that of the signer's certificate")]
    SignatureValue,
    #[error("certificate {place} of the signer's chain {problem}")]
    Certificate { place: usize, problem: &'static str },
    #[error("the signer's chain ends in the root {actual}, expected {expected}")]
    Root { actual: String, expected: String },
    #[error("the payload {problem}")]
    Payload { problem: &'static str },
    #[error("measurement {index} {problem}")]
    Resource {
        index: String,
        problem: &'static str,
    },
    #[error("\"{words}\" is no version or SKU as reports write them")]
    Words { words: String },
    #[error("a VBIOS is for one board: give it as project, project SKU and chip SKU, say --board 1010_0200_882")]
    Board,
}

#[cfg(test)]
mod tests;
