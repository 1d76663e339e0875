//! `attest trust`.

use super::hex;
use crate::{
    context::Context,
    error::CliError,
    output::{fields, table, Answer, Report},
};
use ballast_attestation::{
    view::{GoldenInfo, Trust},
    NVIDIA_ROOT, TEST_ROOT,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct TrustReport {
    roots: Vec<Root>,
    authorities: Vec<String>,
    golden_sets: Vec<Golden>,
}

#[derive(Debug, Serialize)]
struct Root {
    sha256: String,
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Golden {
    id: String,
    indices: usize,
    rim_sha256: String,
    retired: bool,
}

/// What the chain trusts.
pub async fn run(context: &Context) -> Result<Answer, CliError> {
    let chain = context.attestations().await?;
    let (trust, golden) = (chain.trust().await?, chain.golden_sets().await?);
    Ok(Answer::new(&report(&trust, &golden)))
}

fn report(trust: &Trust, sets: &[GoldenInfo]) -> TrustReport {
    let root = |id: &[u8; 32]| Root {
        sha256: hex(id),
        name: match *id {
            NVIDIA_ROOT => "NVIDIA Device Identity CA",
            TEST_ROOT => "test root, whose keys everybody has",
            _ => "another root",
        },
    };
    let golden = |info: &GoldenInfo| Golden {
        id: info.id.to_string(),
        indices: info.set.entries.len(),
        rim_sha256: hex(&info.rim_sha256),
        retired: info.retired,
    };
    TrustReport {
        roots: trust.roots.iter().map(root).collect(),
        authorities: trust.authorities.iter().map(|id| hex(id)).collect(),
        golden_sets: sets.iter().map(golden).collect(),
    }
}

impl Report for TrustReport {
    fn text(&self) -> String {
        let roots: Vec<Vec<String>> = self
            .roots
            .iter()
            .map(|root| vec![root.sha256.clone(), root.name.into()])
            .collect();
        let golden: Vec<Vec<String>> = self.golden_sets.iter().map(Golden::row).collect();
        let authorities: Vec<(&str, String)> = self
            .authorities
            .iter()
            .map(|id| ("authority", id.clone()))
            .collect();
        [
            table(&["ROOT", ""], &roots),
            fields(&authorities),
            table(
                &["GOLDEN SET FOR", "STATE", "INDICES", "MANIFEST SHA-256"],
                &golden,
            ),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
    }
}

impl Golden {
    fn row(&self) -> Vec<String> {
        let state = if self.retired { "retired" } else { "in force" };
        vec![
            self.id.clone(),
            state.into(),
            self.indices.to_string(),
            self.rim_sha256.clone(),
        ]
    }
}
