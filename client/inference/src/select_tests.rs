use super::*;
use ballast_core::{claim::TokenLimits, Address};

fn offer(worker: u8, price: Balance, tier: Tier) -> OfferInfo {
    OfferInfo {
        worker: WorkerId([worker; 32]),
        namespace: b"a".into(),
        name: b"b".into(),
        version: 1,
        model: Address([0; 32]),
        price: TokenPrice {
            per_million_in: price,
            per_million_out: 0,
        },
        limits: TokenLimits {
            tokens_in: 1,
            tokens_out: 0,
        },
        tier,
        numbers: Numbers::Float32,
        endpoint: b"http://w".into(),
    }
}

fn wanted(tier: Tier) -> Wanted {
    Wanted {
        model: ModelVersion {
            namespace: "a".into(),
            name: "b".into(),
            version: 1,
        },
        tier,
        numbers: None,
        worker: None,
        channel: None,
        max_price: None,
    }
}

#[test]
fn the_cheapest_offer_of_the_tier_is_taken_and_never_ones_own() {
    let signer = Signer::from_dev("Alice").unwrap();
    let mut own = offer(0, 0, Tier::T2);
    own.worker = WorkerId(signer.account());
    let offers = [
        own,
        offer(1, 5, Tier::T1),
        offer(2, 3, Tier::T0),
        offer(3, 4, Tier::T1),
    ];
    let worker =
        |wanted: &Wanted| cheapest(&offers, &signer, wanted).map(|offer| offer.worker.0[0]);
    assert_eq!(worker(&wanted(Tier::T0)), Some(2));
    assert_eq!(worker(&wanted(Tier::T1)), Some(3));
    assert_eq!(worker(&wanted(Tier::T2)), None);
    let named = Wanted {
        worker: Some(WorkerId([1; 32])),
        ..wanted(Tier::T0)
    };
    assert_eq!(worker(&named), Some(1));
    let limited = Wanted {
        max_price: Some(TokenPrice::default()),
        ..wanted(Tier::T0)
    };
    assert_eq!(worker(&limited), None);
}

#[test]
fn offers_in_32_bits_come_first_unless_others_are_asked_for() {
    let signer = Signer::from_dev("Alice").unwrap();
    let rounded = |worker, price| OfferInfo {
        numbers: Numbers::BFloat16,
        ..offer(worker, price, Tier::T1)
    };
    let offers = [rounded(1, 1), offer(2, 9, Tier::T0), offer(3, 8, Tier::T0)];
    let worker = |offers: &[OfferInfo], numbers, tier| {
        let wanted = Wanted {
            numbers,
            ..wanted(tier)
        };
        cheapest(offers, &signer, &wanted).map(|offer| offer.worker.0[0])
    };
    assert_eq!(worker(&offers, None, Tier::T0), Some(3));
    assert_eq!(worker(&offers, Some(Numbers::Float32), Tier::T0), Some(3));
    assert_eq!(worker(&offers, Some(Numbers::BFloat16), Tier::T0), Some(1));
    // Who wants what only others have takes it, unless 32 bits are asked for.
    assert_eq!(worker(&offers, None, Tier::T1), Some(1));
    assert_eq!(worker(&offers, Some(Numbers::Float32), Tier::T1), None);
}

#[test]
fn a_channel_in_other_numbers_than_wanted_does_not_fit() {
    let signer = Signer::from_dev("Alice").unwrap();
    let info = channel(&signer, Numbers::BFloat16);
    let fits = |numbers| {
        let wanted = Wanted {
            numbers,
            ..wanted(Tier::T0)
        };
        super::fits(&info, &signer, &wanted)
    };
    assert_eq!(fits(None), Ok(()));
    assert_eq!(fits(Some(Numbers::BFloat16)), Ok(()));
    let told = fits(Some(Numbers::Float32)).unwrap_err();
    assert!(told.contains("in bfloat16, float32 is wanted"), "{told}");
}

fn channel(signer: &Signer, numbers: Numbers) -> ChannelInfo {
    let offer = offer(1, 1, Tier::T0);
    ChannelInfo {
        channel: ChannelId(1),
        client: signer.account(),
        signer: signer.account(),
        payee: offer.worker,
        namespace: offer.namespace,
        name: offer.name,
        version: offer.version,
        model: offer.model,
        price: offer.price,
        limits: offer.limits,
        tier: offer.tier,
        numbers,
        deposited: 1,
        drawn: 0,
        pending: 0,
        last_number: 0,
        state: ChannelState::Open,
        ends_at: 9,
    }
}
