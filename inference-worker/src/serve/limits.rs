//! Every bound of the API, by name.

use std::time::Duration;

/// Bytes of a request's body.
pub const BODY_LEN_MAX: usize = 8 << 20;
/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Texts of one request for embeddings.
pub const INPUTS_MAX: usize = 2048;
/// Messages of a conversation.
pub const MESSAGES_MAX: usize = 4096;
/// Stop texts of a request.
pub const STOPS_MAX: usize = 4;
/// Bytes of a stop text.
pub const STOP_LEN_MAX: usize = 256;
/// Tokens of a completion that does not say how many it wants, as with OpenAI's API.
pub const COMPLETION_TOKENS: u32 = 16;
/// Signatures that are kept for `/v1/signature`. What is used last stays.
pub const SIGNATURES_KEPT: usize = 16 << 10;
/// How long a model may take to load.
pub const LOAD_TIMEOUT: Duration = Duration::from_secs(1800);
/// How long to wait before an engine that ended is started again.
pub const RESTART_PAUSE: Duration = Duration::from_secs(2);
/// Answers in a row that took too long while the engine said nothing at all; then it hangs, and is ended and started again.
pub const SILENT_TIMEOUTS_MAX: u32 = 3;
/// How long an engine may take to end when it is told to.
pub const ENGINE_STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// What part of all places one client may have.
pub const PEER_SHARE: u32 = 4;
/// How long an engine may take to end an answer that has taken too long.
pub const CUT_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of a verifier's request for a transcript.
pub const SHOW_BODY_LEN_MAX: usize = 4 << 10;
/// Verifiers that are answered at a time; others are told to come back.
pub const SHOWN_AT_A_TIME: usize = 4;
/// When to come back after a refusal for want of room.
pub const RETRY_AFTER_S: u32 = 1;
