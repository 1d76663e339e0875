//! When evidence is renewed, and how long a failed attempt is waited after. Pure.

use ballast_attestation::view::KeyInfo;
use std::time::Duration;

/// Pause after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(3);
/// Longest pause.
const LAST_PAUSE: Duration = Duration::from_secs(60);

/// The block at which evidence is to be renewed: when three quarters of its life are over.
pub fn renewal_block(info: &KeyInfo) -> u32 {
    let life = info.expires.saturating_sub(info.challenge_block);
    info.challenge_block.saturating_add(life - life / 4)
}

/// The pause after this many failures in a row, of which there is at least one.
pub fn pause(failures: u32) -> Duration {
    let factor = 2u32.saturating_pow(failures.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(factor).min(LAST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(challenge_block: u32, expires: u32) -> KeyInfo {
        KeyInfo {
            session_key: [0; 32],
            tier: None,
            reasons: vec![],
            challenge_block,
            expires,
            devices: vec![],
            guest_policy: None,
        }
    }

    #[test]
    fn evidence_is_renewed_in_its_last_quarter() {
        assert_eq!(renewal_block(&info(100, 140)), 130);
        assert_eq!(renewal_block(&info(1_000, 29_800)), 22_600);
        assert_eq!(renewal_block(&info(7, 8)), 8);
        assert_eq!(renewal_block(&info(u32::MAX - 1, 5)), u32::MAX - 1);
    }

    #[test]
    fn pauses_grow_to_a_bound() {
        let seconds: Vec<u64> = (1..8).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(seconds, [3, 6, 12, 24, 48, 60, 60]);
        assert_eq!(pause(u32::MAX), LAST_PAUSE);
    }
}
