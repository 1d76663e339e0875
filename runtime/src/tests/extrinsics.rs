//! Transactions pass the extensions as intended: signed ones pay, certificates authorize themselves, others are refused.

use super::*;
use crate::{
    configs::governance::TreasuryAccount, constants::BAL, genesis_presets::DEVELOPMENT_PRESET,
    Balances, Blobs, TransactionPayment,
};
use ballast_core::EncodingId;
use codec::{Decode, DecodeAll};
use frame_support::dispatch::GetDispatchInfo;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::transaction_validity::{
    InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
};

fn validate(transaction: UncheckedExtrinsic) -> TransactionValidity {
    Executive::validate_transaction(
        TransactionSource::External,
        transaction,
        System::block_hash(0),
    )
}

fn certify() -> RuntimeCall {
    let receipts = Default::default();
    RuntimeCall::Blobs(pallet_blobs::Call::certify {
        encoding: EncodingId(7),
        receipts,
    })
}

fn is_custom(error: TransactionValidityError) -> bool {
    matches!(
        error,
        TransactionValidityError::Invalid(InvalidTransaction::Custom(_))
    )
}

#[test]
fn a_signed_transfer_survives_encoding_and_is_valid() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let transaction = signed(Bob, 0, transfer(Charlie, BAL));
        let decoded = UncheckedExtrinsic::decode_all(&mut &transaction.encode()[..]).unwrap();
        assert_eq!(decoded, transaction);
        validate(decoded).unwrap();
    });
}

#[test]
fn a_signed_transfer_moves_the_money() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let before = Balances::free_balance(account(Charlie));
        let results = Chain::new().block(vec![signed(Bob, 0, transfer(Charlie, BAL))]);
        assert_eq!(results, vec![Ok(Ok(()))]);
        assert_eq!(Balances::free_balance(account(Charlie)), before + BAL);
    });
}

#[test]
fn a_signature_over_another_call_is_refused() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let honest = signed(Bob, 0, transfer(Charlie, BAL));
        let mut forged = honest;
        forged.function = transfer(Charlie, 2 * BAL);
        let forged = UncheckedExtrinsic::decode(&mut &forged.encode()[..]).unwrap();
        assert_eq!(validate(forged), Err(InvalidTransaction::BadProof.into()));
    });
}

#[test]
fn half_of_the_fee_goes_to_the_author_and_half_to_the_treasury() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let author = Balances::free_balance(account(Alice));
        let sender = Balances::free_balance(account(Bob));
        let issuance = Balances::total_issuance();
        let treasury = || Balances::free_balance(TreasuryAccount::get());
        let before = treasury();

        Chain::new().block(vec![signed(Bob, 0, transfer(Charlie, BAL))]);

        let fee = sender - BAL - Balances::free_balance(account(Bob));
        let earned = Balances::free_balance(account(Alice)) - author;
        assert!(fee > 0);
        assert_eq!(earned, fee / 2);
        assert_eq!(treasury() - before, fee - earned);
        assert_eq!(issuance, Balances::total_issuance());
    });
}

#[test]
fn a_certificate_reaches_our_own_check_without_a_signature() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let error = validate(general(certify())).unwrap_err();
        assert!(
            is_custom(error),
            "expected the reason of pallet-blobs, got {error:?}"
        );
    });
}

#[test]
fn a_certificate_reaches_our_own_check_in_a_block() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let results = Chain::new().block(vec![general(certify())]);
        let error = results[0].unwrap_err();
        assert!(
            is_custom(error),
            "expected the reason of pallet-blobs, got {error:?}"
        );
    });
}

#[test]
fn a_certificate_survives_encoding_as_a_general_transaction() {
    let transaction = general(certify());
    let bytes = transaction.encode();
    assert_eq!(
        UncheckedExtrinsic::decode_all(&mut &bytes[..]).unwrap(),
        transaction
    );
}

#[test]
fn a_signed_certificate_is_refused() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let results = Chain::new().block(vec![signed(Bob, 0, certify())]);
        assert_eq!(results, vec![Ok(Err(sp_runtime::DispatchError::BadOrigin))]);
    });
}

#[test]
fn no_other_call_passes_without_a_signature() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let error = validate(general(transfer(Charlie, BAL))).unwrap_err();
        assert!(
            !is_custom(error),
            "the runtime refuses it, not a pallet: {error:?}"
        );
        let error = validate(UncheckedExtrinsic::new_bare(transfer(Charlie, BAL))).unwrap_err();
        assert!(
            !is_custom(error),
            "the runtime refuses it, not a pallet: {error:?}"
        );
    });
}

#[test]
fn a_second_of_compute_costs_one_bal_and_a_megabyte_a_fifth() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let second = frame_support::weights::Weight::from_parts(1_000_000_000_000, 0);
        assert_eq!(TransactionPayment::weight_to_fee(second), BAL);
        assert_eq!(TransactionPayment::length_to_fee(1_000_000), BAL / 5);
    });
}

#[test]
fn a_transfer_costs_less_than_a_hundredth_of_a_bal() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let transaction = signed(Bob, 0, transfer(Charlie, BAL));
        let len = transaction.encoded_size() as u32;
        let info = transaction.get_dispatch_info();
        let fee = TransactionPayment::compute_fee(len, &info, 0);
        assert!(fee < BAL / 100, "{fee}");
    });
}

#[test]
fn storage_epochs_advance_and_blobs_answers() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut chain = Chain::new();
        for _ in 0..21 {
            chain.block(vec![]);
        }
        assert_eq!(Blobs::params().current_epoch.0, 1);
    });
}
