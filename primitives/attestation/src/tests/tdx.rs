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

/// Quotes of the generator.
#[cfg(feature = "dev-quote")]
mod test_platform {
    use crate::{
        dev::quote::{guest, TestPlatform},
        tdx::{
            verify, verify_under, GuestMeasurements, QuoteError, VerifiedGuest, MAX_COLLATERAL_LEN,
            MAX_QUOTE_LEN, MAX_QUOTE_ROOT_LEN,
        },
    };
    use codec::Encode;

    const NOW: u64 = 1_800_000_000;
    const DATA: [u8; 64] = [9; 64];

    fn verify_at(
        root: &[u8],
        quote: &[u8],
        collateral: &[u8],
        now: u64,
    ) -> Result<VerifiedGuest, QuoteError> {
        verify_under(Some(root), quote, collateral, now)
    }

    fn quote_of(guest: &GuestMeasurements) -> Result<VerifiedGuest, QuoteError> {
        let platform = TestPlatform::default();
        let quote = platform.quote(guest, &DATA);
        verify_at(&platform.root, &quote, &platform.collateral().encode(), NOW)
    }

    #[test]
    fn a_test_quote_verifies_under_the_test_root_and_says_what_it_was_given() {
        let verified = quote_of(&guest()).unwrap();
        assert_eq!(verified.measurements, guest());
        assert_eq!(verified.report_data, DATA);
        assert_eq!(verified.evaluation_number, 1);
    }

    #[test]
    fn a_test_quote_is_nothing_to_intels_root_nor_an_intel_quote_to_the_test_root() {
        let platform = TestPlatform::default();
        let quote = platform.quote(&guest(), &DATA);
        let collateral = platform.collateral().encode();
        assert!(verify(&quote, &collateral, NOW).is_err());
        let (quote, collateral): (&[u8], &[u8]) = (
            include_bytes!("../../../../tests/vectors/attestation/tdx/tdx_quote"),
            include_bytes!("../../../../tests/vectors/attestation/tdx/tdx_quote_collateral.scale"),
        );
        assert!(verify(quote, collateral, 1_750_414_563).is_ok());
        assert!(verify_at(&platform.root, quote, collateral, 1_750_414_563).is_err());
    }

    #[test]
    fn another_platforms_quote_collateral_or_root_fails() {
        let (one, other) = (TestPlatform::default(), TestPlatform::named("other"));
        let quotes = [one.quote(&guest(), &DATA), other.quote(&guest(), &DATA)];
        let collateral = [one.collateral().encode(), other.collateral().encode()];
        for (root, quote, collateral) in [
            (&other.root, &quotes[0], &collateral[0]),
            (&one.root, &quotes[1], &collateral[0]),
            (&one.root, &quotes[0], &collateral[1]),
        ] {
            assert!(verify_at(root, quote, collateral, NOW).is_err());
        }
    }

    #[test]
    fn a_test_quote_with_a_flipped_byte_is_refused() {
        let platform = TestPlatform::default();
        let quote = platform.quote(&guest(), &DATA);
        let collateral = platform.collateral().encode();
        for at in (0..1_240).step_by(23) {
            let mut changed = quote.clone();
            changed[at] ^= 1;
            let result = verify_at(&platform.root, &changed, &collateral, NOW);
            assert!(result.is_err(), "byte {at} may be changed");
        }
    }

    #[test]
    fn test_collateral_with_a_flipped_byte_is_refused() {
        let platform = TestPlatform::default();
        let quote = platform.quote(&guest(), &DATA);
        let good = platform.collateral();
        let mut tcb = good.clone();
        tcb.tcb_info = tcb.tcb_info.replace("\"pcesvn\":1", "\"pcesvn\":0");
        let mut identity = good.clone();
        identity.qe_identity = identity.qe_identity.replace("\"isvsvn\":1", "\"isvsvn\":0");
        let mut list = good.clone();
        let last = list.root_ca_crl.len() - 1;
        list.root_ca_crl[last] ^= 1;
        for changed in [&tcb, &identity, &list] {
            assert_ne!(*changed, good);
            let result = verify_at(&platform.root, &quote, &changed.encode(), NOW);
            assert!(
                matches!(result, Err(QuoteError::Quote { .. })),
                "{result:?}"
            );
        }
    }

    #[test]
    fn test_debug_guests_are_refused() {
        let mut debug = guest();
        debug.attributes[0] |= 1;
        assert!(quote_of(&debug).is_err());
    }

    #[test]
    fn test_quotes_fit_into_a_call() {
        let platform = TestPlatform::default();
        assert!(platform.quote(&guest(), &DATA).len() <= MAX_QUOTE_LEN as usize);
        assert!(platform.collateral().encode().len() <= MAX_COLLATERAL_LEN as usize);
        assert!(platform.root.len() <= MAX_QUOTE_ROOT_LEN as usize);
    }

    /// Test networks pin these bytes: `TEST_QUOTE_ROOT`.
    #[test]
    fn the_pinned_test_root_is_the_generators() {
        let root = TestPlatform::default().root;
        if std::env::var_os("UPDATE").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/test_quote_root.der");
            std::fs::write(path, &root).unwrap();
            return;
        }
        assert_eq!(crate::TEST_QUOTE_ROOT, root, "write it again with UPDATE=1");
    }

    #[test]
    fn the_test_platform_is_the_same_every_time() {
        let (one, other) = (TestPlatform::default(), TestPlatform::default());
        assert_eq!(one.root, other.root);
        assert_eq!(one.collateral(), other.collateral());
        assert_eq!(one.quote(&guest(), &DATA), other.quote(&guest(), &DATA));
    }
}
