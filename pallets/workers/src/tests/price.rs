use crate::{
    mock::{Workers as Pallet, *},
    Event, WeightInfo,
};
use ballast_core::StorageEpoch;
use frame_support::{assert_ok, traits::Hooks};

#[test]
fn the_first_price_is_the_genesis_one_until_a_storage_epoch_starts() {
    run(|| {
        join([10]);
        assert_eq!(Pallet::price_per_gib_epoch(), INITIAL_PRICE);
        run_to_block(EPOCH - 1);
        assert_eq!(Pallet::price_per_gib_epoch(), INITIAL_PRICE);
        run_to_block(EPOCH);
        assert_eq!(Pallet::price_per_gib_epoch(), 10);
        System::assert_last_event(
            Event::PriceChanged {
                epoch: StorageEpoch(1),
                price_per_gib_epoch: 10,
            }
            .into(),
        );
    });
}

#[test]
fn the_price_is_what_two_thirds_of_the_stake_accept() {
    run(|| {
        join([10, 11, 12]);
        run_to_block(EPOCH);
        assert_eq!(Pallet::price_per_gib_epoch(), 11);
        assert_ok!(Pallet::add_stake(origin(12), 9 * MIN_STAKE));
        run_to_block(2 * EPOCH);
        assert_eq!(Pallet::price_per_gib_epoch(), 12);
    });
}

#[test]
fn only_active_workers_set_the_price_and_without_any_it_stays() {
    run(|| {
        join([5, 6, 7]);
        assert_ok!(Pallet::drain(origin(6)));
        assert_ok!(Pallet::leave(origin(7)));
        run_to_block(EPOCH);
        assert_eq!(Pallet::price_per_gib_epoch(), 5);
        assert_ok!(Pallet::drain(origin(5)));
        run_to_block(2 * EPOCH);
        assert_eq!(Pallet::price_per_gib_epoch(), 5);
    });
}

#[test]
fn an_unchanged_price_makes_no_event() {
    run(|| {
        join([10]);
        run_to_block(EPOCH);
        let events = System::event_count();
        run_to_block(3 * EPOCH);
        assert_eq!(System::event_count(), events);
    });
}

#[test]
fn storage_epochs_count_from_block_zero() {
    run(|| {
        assert_eq!(Pallet::epoch_now(), StorageEpoch(0));
        run_to_block(3 * EPOCH - 1);
        assert_eq!(Pallet::current_epoch(), StorageEpoch(2));
        run_to_block(3 * EPOCH);
        assert_eq!(Pallet::current_epoch(), StorageEpoch(3));
        assert_eq!(Pallet::epoch_blocks(), EPOCH);
    });
}

#[test]
fn the_hook_weighs_what_it_reads() {
    run(|| {
        join([1, 2, 3]);
        System::set_block_number(EPOCH);
        let at_start = <() as WeightInfo>::on_initialize_at_epoch_start(3);
        assert_eq!(Pallet::on_initialize(EPOCH), at_start);
        System::set_block_number(EPOCH + 1);
        let within = <() as WeightInfo>::on_initialize_within_epoch();
        assert_eq!(Pallet::on_initialize(EPOCH + 1), within);
    });
}
