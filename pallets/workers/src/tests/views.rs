use crate::{
    mock::{Workers as Pallet, *},
    pallet::{WorkerViewFunction, WorkersViewFunction},
};
use ballast_core::{
    view::{WorkerInfo, WorkerStatus},
    OperatorId, WorkerId,
};
use codec::{Decode, Encode};
use frame_support::{
    assert_ok,
    view_functions::{DispatchViewFunction, ViewFunction},
};

/// Calls a view function as a client does: by id, with encoded arguments.
fn query<V: ViewFunction, R: Decode>(arguments: impl Encode) -> R {
    let mut answer = Vec::new();
    let arguments = arguments.encode();
    RuntimeViewFunction::dispatch_view_function(&V::id(), &mut arguments.as_slice(), &mut answer)
        .unwrap();
    R::decode(&mut answer.as_slice()).unwrap()
}

#[test]
fn worker_tells_everything_about_one() {
    run(|| {
        assert_eq!(Pallet::worker(id(1)), None);
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 17));
        assert_ok!(Pallet::drain(origin(1)));
        let info = WorkerInfo {
            worker: WorkerId([1; 32]),
            operator: OperatorId([1; 32]),
            endpoint: b"https://worker.example:9000/".to_vec(),
            receipt_key: [1; 32],
            stake: MIN_STAKE,
            capacity: 10_000,
            assigned_bytes: 17,
            ask_per_gib_epoch: 1,
            status: WorkerStatus::Draining,
            joined_at: 1,
        };
        assert_eq!(Pallet::worker(id(1)), Some(info.clone()));
        let answer: Option<WorkerInfo> = query::<WorkerViewFunction<Test>, _>(id(1));
        assert_eq!(answer, Some(info));
    });
}

#[test]
fn pages_of_workers_cover_all_of_them_once() {
    run(|| {
        join(1..=7);
        let mut seen = Vec::new();
        let mut after: Option<crate::AccountId> = None;
        loop {
            let page: Vec<WorkerInfo> =
                query::<WorkersViewFunction<Test>, _>((after.clone(), 3u32));
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 3);
            after = Some(last.worker.0.into());
            seen.extend(page.iter().map(|info| info.worker.0[0]));
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=7).collect::<Vec<u8>>());
    });
}

#[test]
fn a_page_may_start_after_a_worker_that_is_gone() {
    run(|| {
        join(1..=5);
        let all = Pallet::workers(None, 10);
        let (gone, rest) = (all[1].worker.0, &all[2..]);
        assert_ok!(Pallet::leave(RuntimeOrigin::signed(gone.into())));
        run_to_block(1 + UNBONDING);
        assert_ok!(Pallet::withdraw(RuntimeOrigin::signed(gone.into())));
        assert_eq!(Pallet::workers(Some(gone.into()), 10), rest);
    });
}

#[test]
fn no_page_is_longer_than_the_bound() {
    run(|| {
        MaxWorkers::set(300);
        let worker = crate::Worker::joined(profile(1), MIN_STAKE, 1);
        sp_io::TestExternalities::default().execute_with(|| {
            for number in 0u32..300 {
                let mut account = [0; 32];
                account[..4].copy_from_slice(&number.to_le_bytes());
                crate::Workers::<Test>::insert(crate::AccountId::from(account), worker.clone());
            }
            assert_eq!(
                Pallet::workers(None, u32::MAX).len(),
                crate::MAX_PAGE as usize
            );
        });
    });
}

#[test]
fn the_rest_of_the_views_read_what_is_stored() {
    run(|| {
        join([1, 2]);
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_eq!(Pallet::active_count(), 2);
        assert_eq!(Pallet::price(), INITIAL_PRICE);
        assert_eq!(Pallet::parameters(), parameters());
        assert!(Pallet::has_consent(id(9), id(1)) && Pallet::has_consent(id(1), id(1)));
        assert!(!Pallet::has_consent(id(1), id(9)));
    });
}
