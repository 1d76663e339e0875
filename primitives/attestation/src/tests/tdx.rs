//! Quotes of Intel TDX guests: the samples of `dcap-qvl`, and what a quote must bind.

use super::vectors::vector;
use crate::tdx::report_data;
use sha2::{Digest, Sha256};

#[test]
fn report_data_binds_everything_and_the_order() {
    let data = |nonce, hashes: &[[u8; 32]]| {
        report_data(
            &[1; 32],
            &[2; 32],
            &[3; 32],
            &[nonce; 32],
            hashes.iter().copied(),
        )
    };
    let both = data(4, &[[5; 32], [6; 32]]);
    let holder = Sha256::digest([[1; 32], [2; 32], [3; 32]].concat());
    let answers = Sha256::digest([[4; 32], [5; 32], [6; 32]].concat());
    assert_eq!(
        both,
        <[u8; 64]>::try_from([holder, answers].concat()).unwrap()
    );
    assert_ne!(both, data(4, &[[6; 32], [5; 32]]));
    assert_ne!(both, data(4, &[[5; 32]]));
    assert_ne!(both, data(7, &[[5; 32], [6; 32]]));
}

#[cfg(feature = "tdx")]
mod genuine {
    use super::*;
    use crate::tdx::{verify, Collateral, QuoteError, VerifiedGuest};
    use codec::Encode;
    use std::{env, fs, path::Path};

    const UP_TO_DATE_AT: u64 = 1_750_414_563;
    const DAY: u64 = 86_400;

    const QUOTE: &[u8] = include_bytes!("../../../../tests/vectors/attestation/tdx/tdx_quote");
    const OUTDATED: &[u8] =
        include_bytes!("../../../../tests/vectors/attestation/tdx/tdx_quote_outdated");

    fn collateral(json: &str) -> Vec<u8> {
        let collateral: Collateral = serde_json::from_str(json).unwrap();
        collateral.encode()
    }

    fn good() -> Vec<u8> {
        collateral(vector!("tdx/tdx_quote_collateral.json"))
    }

    fn at(now: u64) -> Result<VerifiedGuest, QuoteError> {
        verify(QUOTE, &good(), now)
    }

    fn refused(result: &Result<VerifiedGuest, QuoteError>) -> bool {
        matches!(result, Err(QuoteError::Quote { .. }))
    }

    #[test]
    fn a_quote_that_is_up_to_date_verifies() {
        let guest = at(UP_TO_DATE_AT).unwrap();
        assert!(!guest.measurements.is_debug());
        assert_ne!(guest.measurements.mr_td, [0; 48]);
        assert!(guest.evaluation_number > 0);
    }

    #[test]
    fn collateral_is_good_for_its_time_alone() {
        assert!(refused(&at(UP_TO_DATE_AT - 60 * DAY)));
        assert!(refused(&at(UP_TO_DATE_AT + 60 * DAY)));
    }

    #[test]
    fn a_platform_that_is_out_of_date_is_refused_at_any_time() {
        let collateral = collateral(vector!("tdx/tdx_quote_outdated_collateral.json"));
        for days in 0..800 {
            let now = UP_TO_DATE_AT - 400 * DAY + days * DAY;
            assert!(refused(&verify(OUTDATED, &collateral, now)));
        }
    }

    #[test]
    fn a_quote_with_a_flipped_byte_is_refused() {
        let collateral = good();
        // Header, body and signature; the certificates behind are checked by their own signatures.
        for at in (0..48)
            .step_by(7)
            .chain((48..632).step_by(29))
            .chain(636..700)
        {
            let mut changed = QUOTE.to_vec();
            changed[at] ^= 1;
            let result = verify(&changed, &collateral, UP_TO_DATE_AT);
            assert!(refused(&result), "byte {at} may be changed");
        }
    }

    #[test]
    fn truncated_quotes_and_collateral_are_refused() {
        let collateral = good();
        for len in [0, 1, 48, 632, QUOTE.len() / 2] {
            assert!(verify(&QUOTE[..len], &collateral, UP_TO_DATE_AT).is_err());
        }
        let longer = [collateral.as_slice(), &[0]].concat();
        assert_eq!(
            verify(QUOTE, &longer, UP_TO_DATE_AT),
            Err(QuoteError::Collateral)
        );
        let shorter = &collateral[..collateral.len() - 1];
        assert_eq!(
            verify(QUOTE, shorter, UP_TO_DATE_AT),
            Err(QuoteError::Collateral)
        );
    }

    /// The benchmarks have no JSON: they take the collateral as calls do.
    #[test]
    fn the_encoded_collateral_is_that_of_the_vector() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/attestation");
        let path = root.join("tdx/tdx_quote_collateral.scale");
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, good()).unwrap();
        }
        assert_eq!(
            fs::read(&path).unwrap(),
            good(),
            "write it again with UPDATE=1"
        );
    }
}
