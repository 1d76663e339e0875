use crate::{
    mock::{Models as Pallet, *},
    Commitment, Commitments, Error, Event, FoldedName, HoldReason, Namespaces,
};
use ballast_core::name::commitment;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn folded(text: &str) -> FoldedName {
    FoldedName::of(&name(text))
}

fn reveal(who: u8, namespace: &str) -> sp_runtime::DispatchResult {
    Pallet::reveal_namespace(origin(who), name(namespace), SALT)
}

#[test]
fn a_commitment_hashes_exactly_these_bytes() {
    let mut bytes = b"ballast/namespace/v1".to_vec();
    bytes.push(8 << 2);
    bytes.extend_from_slice(b"ada-labs");
    bytes.extend_from_slice(&SALT);
    bytes.extend_from_slice(&[1; 32]);
    let hash = sp_io::hashing::blake2_256(&bytes);
    for spelling in ["ada-labs", "Ada_Labs", "ADA.labs"] {
        assert_eq!(commitment(&name(spelling), &SALT, &[1; 32]), hash);
    }
    assert_eq!(hash, VECTOR);
}

/// BLAKE2b-256 of the bytes above, from Python's hashlib.
const VECTOR: [u8; 32] = [
    0x52, 0x45, 0x7b, 0x3d, 0x05, 0xe6, 0x11, 0x08, 0x0b, 0x36, 0x1c, 0x65, 0xf3, 0xf4, 0x45, 0x72,
    0x86, 0x6c, 0xe9, 0xf2, 0x7d, 0x0a, 0x75, 0xbd, 0x93, 0x8e, 0xd2, 0x32, 0xd1, 0x9f, 0xa4, 0xa3,
];

#[test]
fn commit_stores_the_hash_against_a_deposit() {
    run(|| {
        assert_ok!(Pallet::commit_namespace(origin(1), [9; 32]));
        let stored = Commitments::<Test>::get(id(1)).unwrap();
        let deposit = COMMITMENT_DEPOSIT;
        assert_eq!(
            stored,
            Commitment {
                hash: [9; 32],
                committed_at: 1,
                deposit
            }
        );
        assert_eq!(held(HoldReason::Commitment, 1), COMMITMENT_DEPOSIT);
        System::assert_last_event(Event::NamespaceCommitted { account: id(1) }.into());
    });
}

#[test]
fn commit_refuses_a_second_one_and_empty_purses() {
    run(|| {
        assert_ok!(Pallet::commit_namespace(origin(1), [9; 32]));
        assert_noop!(
            Pallet::commit_namespace(origin(1), [8; 32]),
            Error::<Test>::CommitmentPending
        );
        assert_noop!(
            Pallet::commit_namespace(origin(99), [9; 32]),
            Error::<Test>::Unaffordable
        );
        assert_noop!(
            Pallet::commit_namespace(RuntimeOrigin::none(), [9; 32]),
            BadOrigin
        );
    });
}

#[test]
fn cancel_returns_the_deposit_at_any_age() {
    run(|| {
        for age in [0, MIN_AGE, MAX_AGE + 1] {
            commit(1, "ada");
            skip(age);
            assert_ok!(Pallet::cancel_commit(origin(1)));
            assert_eq!(Balances::free_balance(id(1)), FUNDS);
            System::assert_last_event(Event::CommitmentCancelled { account: id(1) }.into());
        }
    });
}

#[test]
fn cancel_refuses_where_nothing_is_committed() {
    run(|| {
        assert_noop!(
            Pallet::cancel_commit(origin(1)),
            Error::<Test>::NoCommitment
        );
        assert_noop!(Pallet::cancel_commit(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn reveal_claims_the_namespace_as_it_is_spelled() {
    run(|| {
        commit(1, "ada-labs");
        skip(MIN_AGE);
        assert_ok!(reveal(1, "Ada_Labs"));
        let entry = Namespaces::<Test>::get(folded("ada-labs")).unwrap();
        assert_eq!(
            (entry.name, entry.owner, entry.models),
            (name("Ada_Labs"), id(1), 0)
        );
        assert_eq!(held(HoldReason::Namespace, 1), NAMESPACE_DEPOSIT);
        assert_eq!(held(HoldReason::Commitment, 1), 0);
        assert!(!Commitments::<Test>::contains_key(id(1)));
        let namespace = folded("ada-labs");
        System::assert_last_event(
            Event::NamespaceClaimed {
                namespace,
                owner: id(1),
            }
            .into(),
        );
    });
}

#[test]
fn reveal_is_possible_at_both_ends_of_the_range_of_ages() {
    run(|| {
        commit(1, "ada");
        skip(MIN_AGE - 1);
        assert_noop!(reveal(1, "ada"), Error::<Test>::RevealTooEarly);
        skip(1);
        assert_ok!(reveal(1, "ada"));
        commit(2, "bob");
        skip(MAX_AGE);
        assert_ok!(reveal(2, "bob"));
        commit(3, "eve");
        skip(MAX_AGE + 1);
        assert_noop!(reveal(3, "eve"), Error::<Test>::RevealTooLate);
    });
}

#[test]
fn reveal_refuses_what_was_not_committed() {
    run(|| {
        assert_noop!(reveal(1, "ada"), Error::<Test>::NoCommitment);
        commit(1, "ada");
        skip(MIN_AGE);
        assert_noop!(reveal(1, "bob"), Error::<Test>::CommitmentMismatch);
        assert_noop!(
            Pallet::reveal_namespace(origin(1), name("ada"), [0; 32]),
            Error::<Test>::CommitmentMismatch
        );
        assert_noop!(
            Pallet::reveal_namespace(RuntimeOrigin::none(), name("ada"), SALT),
            BadOrigin
        );
    });
}

#[test]
fn a_copied_reveal_is_worth_nothing() {
    run(|| {
        commit(1, "ada");
        skip(MIN_AGE);
        // Mallory sees the reveal in the pool: the same hash is not hers, and her own is too young.
        let copied = commitment(&name("ada"), &SALT, &[1; 32]);
        assert_ok!(Pallet::commit_namespace(origin(6), copied));
        commit(7, "ada");
        assert_noop!(reveal(6, "ada"), Error::<Test>::CommitmentMismatch);
        assert_noop!(reveal(7, "ada"), Error::<Test>::RevealTooEarly);
        assert_ok!(reveal(1, "ada"));
        skip(MIN_AGE);
        assert_noop!(reveal(7, "ada"), Error::<Test>::NamespaceTaken);
        assert_ok!(Pallet::cancel_commit(origin(7)));
    });
}

#[test]
fn names_that_read_alike_are_one() {
    run(|| {
        claim(1, "ada-labs");
        commit(2, "ADA_LABS");
        skip(MIN_AGE);
        for spelling in ["ADA_LABS", "ada.labs", "ada-labs", "ada__labs"] {
            assert_noop!(reveal(2, spelling), Error::<Test>::NamespaceTaken);
        }
    });
}

#[test]
fn reveal_refuses_what_is_no_name() {
    run(|| {
        for bad in [
            "",
            "-ada",
            "ada-",
            "a--b",
            "a..b",
            "a b",
            "B3",
            "ada.git",
            "ada\u{e9}",
        ] {
            commit(1, bad);
            skip(MIN_AGE);
            assert_noop!(reveal(1, bad), Error::<Test>::NamespaceInvalid);
            assert_ok!(Pallet::cancel_commit(origin(1)));
        }
    });
}

#[test]
fn reveal_refuses_empty_purses() {
    run(|| {
        crate::Parameters::<Test>::mutate(|parameters| parameters.namespace_deposit = FUNDS + 1);
        commit(1, "ada");
        skip(MIN_AGE);
        assert_noop!(reveal(1, "ada"), Error::<Test>::Unaffordable);
    });
}

#[test]
fn an_account_may_own_many_namespaces() {
    run(|| {
        claim(1, "ada");
        claim(1, "ada2");
        assert_eq!(held(HoldReason::Namespace, 1), 2 * NAMESPACE_DEPOSIT);
    });
}
