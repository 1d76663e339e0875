//! The scenario of the pallet's page, from offer to refund.

use crate::{mock::*, HoldReason};
use ballast_core::Tier;

#[test]
fn an_agent_pays_by_signing_and_everybody_gets_a_share() {
    run(|| {
        RoyaltyLine::set(vec![(OWNER, 100)]);
        let channel = open(CLIENT, WORKER, Tier::T1, 5_000);
        for round in 0..4u64 {
            let claims: Vec<_> = (1..=10)
                .map(|request| claim(round * 10 + request, 100))
                .collect();
            let allowed = u128::from(round + 1) * 1_000;
            try_redeem((CLIENT, WORKER), channel, allowed, &claims).unwrap();
            skip(3);
            check_invariants();
        }
        Inference::close(origin(CLIENT), channel).unwrap();
        skip(GRACE);
        assert_eq!(
            held(HoldReason::Channel, CLIENT),
            3_000,
            "three of four batches are in their check windows"
        );
        skip(CHECK);
        assert_eq!(free(CLIENT), FUNDS - 4_000);
        assert_eq!(free(TREASURY), 400);
        assert_eq!(free(OWNER), FUNDS + 360);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 3_240);
        assert_eq!(Inference::channel(channel), None);
    });
}
