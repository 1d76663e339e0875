//! Every bound of being paid, by name.

use ballast_core::limits::MAX_CLAIMS;
use std::time::Duration;

/// Channels with claims that are not settled, or with requests under way.
pub const CHANNELS_MAX: usize = 4096;
/// Answers of a channel that are not settled, those under way among them; more are not begun before a batch is redeemed. Two
/// full batches, so that one can fill while the other becomes final, and so few that no client fills the store of transcripts
/// ([`TRANSCRIPTS_MAX`](crate::transcript::store::TRANSCRIPTS_MAX)) by requests that are not worth their redemption.
pub const UNSETTLED_MAX: usize = 2 * MAX_CLAIMS as usize;
/// Answers of a channel that can be had again under their numbers.
pub const ANSWERS_KEPT: usize = 16;
/// Longest answer that is kept so.
pub const ANSWER_LEN_MAX: usize = 16 << 20;
/// How long what the chain said of a channel is taken for true.
pub const FRESH: Duration = Duration::from_secs(6);
/// How long it still serves while the chain cannot be asked.
pub const STALE: Duration = Duration::from_secs(60);
/// How long a read of the chain may take.
pub const CHAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a redemption may take until it is final; the chain's own bound on transactions is shorter.
pub const REDEEM_TIMEOUT: Duration = Duration::from_secs(600);
/// How often the chain is looked at.
pub const TICK: Duration = Duration::from_secs(3);
/// How often a channel with claims is read again, to see that it is being closed.
pub const LOOK_AGAIN: Duration = Duration::from_secs(12);
/// How often a channel without claims is read again, to see that it is over.
pub const IDLE_AGAIN: Duration = Duration::from_secs(600);
/// Channels that are read at a time.
pub const READ_AT_ONCE: usize = 4;
/// Redemptions under way at a time.
pub const REDEEMED_AT_ONCE: usize = 4;
/// Blocks before a channel's end from which on it is not served any more.
pub const END_MARGIN_BLOCKS: u32 = 10;
/// Blocks before a channel's end, or the session key's, from which on whatever it owes is redeemed.
pub const REDEEM_MARGIN_BLOCKS: u32 = 60;
/// A batch that is not urgent is worth this many times its fee.
pub const WORTH_FEES: u128 = 10;
/// How long a batch that is not worth its fee is left alone.
pub const UNWORTHY_PAUSE: Duration = Duration::from_secs(12);
/// Pause after a redemption failed; it doubles up to [`PAUSE_MAX`].
pub const PAUSE: Duration = Duration::from_secs(5);
/// Longest pause.
pub const PAUSE_MAX: Duration = Duration::from_secs(60);
