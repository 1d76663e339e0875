//! What `serve` needs for checks: transcripts, scores, and whom to ask.

use super::{serve_args::ServeArgs, Failure};
use ballast_chain::{RpcChain, Signer};
use ballast_core::WorkerId;
use ballast_inference_worker::{
    serve::ChecksConfig,
    session_key::derived_secret,
    transcript::store::Transcripts,
    verify::{chain::OnChain, journal::Journal},
};
use std::sync::Arc;

/// BLAKE3 key derivation context of the key that transcripts are encrypted with.
const TRANSCRIPTS_CONTEXT: &str = "ballast 2026-11-26 transcripts of a worker v1";

impl ServeArgs {
    /// What a worker with an account has for checks.
    pub(super) fn checks(
        &self,
        account: Option<&Signer>,
        chain: Option<&Arc<RpcChain>>,
    ) -> Result<Option<ChecksConfig>, Failure> {
        let Some((account, chain)) = account.zip(chain) else {
            return Ok(None);
        };
        let dir = &self.dir.data_dir;
        let secret = derived_secret(dir, TRANSCRIPTS_CONTEXT)?;
        let transcripts =
            Transcripts::open(&dir.join("transcripts"), secret).map_err(Failure::usage)?;
        let journal = Journal::open(&dir.join("checks")).map_err(Failure::usage)?;
        let docket = OnChain {
            chain: chain.clone(),
            signer: Some(account.clone()),
        };
        Ok(Some(ChecksConfig {
            worker: WorkerId(account.account()),
            docket: Arc::new(docket),
            transcripts,
            journal,
            source: Arc::new(self.connector()?),
        }))
    }
}
