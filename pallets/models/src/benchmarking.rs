//! Benchmarks, one for each call, on the longest names, full tag lists and the deepest base lines.

use crate::*;
use alloc::vec;
use ballast_core::{name::commitment, Balance};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        ConstU32, Get,
    },
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_runtime::traits::SaturatedConversion;

fn funded<T: Config>(name: &'static str) -> AccountId
where
    T::Currency: Mutate<AccountId>,
{
    let account: AccountId = account(name, 0, 0);
    let parameters = Parameters::<T>::get();
    let existential = <T::Currency as Inspect<AccountId>>::minimum_balance();
    let deposits = parameters.commitment_deposit
        + parameters.namespace_deposit
        + parameters.model_deposit * 10
        + parameters.version_deposit * 10
        + parameters.tag_deposit * Balance::from(T::MaxTags::get());
    T::Currency::set_balance(&account, (deposits + existential) * 2);
    account
}

/// The longest name, told apart by its first letter.
fn name(first: u8) -> Name {
    let mut bytes = vec![b'x'; Name::bound()];
    bytes[0] = first;
    BoundedVec::truncate_from(bytes)
}

/// The longest tag of a number.
fn tag(number: u32) -> Tag {
    let mut bytes = vec![b'x'; Tag::bound()];
    let digits = [number / 100, number / 10 % 10, number % 10].map(|digit| b'0' + digit as u8);
    bytes[..3].copy_from_slice(&digits);
    BoundedVec::truncate_from(bytes)
}

fn licence() -> Licence {
    let mut bytes = b"LicenseRef-".to_vec();
    bytes.resize(Licence::bound(), b'x');
    BoundedVec::truncate_from(bytes)
}

fn age<T: Config>() {
    let number = Pallet::<T>::now() + Parameters::<T>::get().min_commit_age_blocks;
    frame_system::Pallet::<T>::set_block_number(number.saturated_into::<BlockNumberFor<T>>());
}

fn committed<T: Config>() -> Result<AccountId, BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let owner = funded::<T>("owner");
    let hash = commitment(&name(b'n'), &[7; 32], owner.as_ref());
    Pallet::<T>::do_commit_namespace(owner.clone(), hash)?;
    Ok(owner)
}

/// An owner with a namespace.
fn claimed<T: Config>() -> Result<AccountId, BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let owner = committed::<T>()?;
    age::<T>();
    Pallet::<T>::do_reveal_namespace(owner.clone(), name(b'n'), [7; 32])?;
    Ok(owner)
}

fn create<T: Config>(
    owner: &AccountId,
    first: u8,
    base: Option<u8>,
) -> Result<ModelId, BenchmarkError> {
    let base = base.map(|first| (name(b'n'), name(first)));
    let terms = catalogue::Terms {
        licence: licence(),
        base,
        royalty_permille: 1,
    };
    let namespace = FoldedName::of(&name(b'n'));
    Pallet::<T>::do_create_model(owner.clone(), namespace, name(first), terms)?;
    Ok(ModelId::of(&name(b'n'), &name(first)))
}

/// An owner with a model `m`.
fn created<T: Config>() -> Result<(AccountId, ModelId), BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let owner = claimed::<T>()?;
    let model = create::<T>(&owner, b'm', None)?;
    Ok((owner, model))
}

/// An owner with a model `m` that has a version and `tags` tags.
fn tagged<T: Config>(tags: u32) -> Result<(AccountId, ModelId), BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let (owner, model) = created::<T>()?;
    let manifest = T::Availability::make_available();
    Pallet::<T>::do_publish_version(owner.clone(), model.clone(), manifest, &[])?;
    for number in 0..tags {
        Pallet::<T>::do_set_tag(owner.clone(), model.clone(), tag(number), 1)?;
    }
    Ok((owner, model))
}

#[benchmarks(where T::Currency: Mutate<AccountId>)]
mod benches {
    use super::*;

    #[benchmark]
    fn commit_namespace() {
        let owner = funded::<T>("owner");

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), [7; 32]);

        assert!(Commitments::<T>::contains_key(owner));
    }

    #[benchmark]
    fn reveal_namespace() -> Result<(), BenchmarkError> {
        let owner = committed::<T>()?;
        age::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name(b'n'), [7; 32]);

        assert!(Namespaces::<T>::contains_key(FoldedName::of(&name(b'n'))));
        Ok(())
    }

    #[benchmark]
    fn transfer_namespace() -> Result<(), BenchmarkError> {
        let (owner, to) = (claimed::<T>()?, funded::<T>("to"));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name(b'n'), to.clone());

        let entry = Namespaces::<T>::get(FoldedName::of(&name(b'n')));
        assert_eq!(entry.map(|entry| entry.owner), Some(to));
        Ok(())
    }

    #[benchmark]
    fn create_model() -> Result<(), BenchmarkError> {
        let owner = claimed::<T>()?;
        create::<T>(&owner, b'1', None)?;
        create::<T>(&owner, b'2', Some(b'1'))?;
        create::<T>(&owner, b'3', Some(b'2'))?;
        create::<T>(&owner, b'4', Some(b'3'))?;
        let base = Some((name(b'n'), name(b'4')));

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            name(b'n'),
            name(b'5'),
            licence(),
            base,
            1,
        );

        assert!(Pallet::<T>::find(&ModelId::of(&name(b'n'), &name(b'5'))).is_some());
        Ok(())
    }

    #[benchmark]
    fn publish_version(t: Linear<0, MAX_PUBLISH_TAGS>) -> Result<(), BenchmarkError> {
        let (owner, model) = tagged::<T>(T::MaxTags::get() - t)?;
        let manifest = T::Availability::make_available();
        let tags: BoundedVec<Tag, ConstU32<MAX_PUBLISH_TAGS>> =
            BoundedVec::truncate_from((900..900 + t).map(tag).collect());

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            name(b'n'),
            name(b'm'),
            manifest,
            tags,
        );

        assert!(Versions::<T>::contains_key(model, 2));
        Ok(())
    }

    #[benchmark]
    fn set_tag() -> Result<(), BenchmarkError> {
        let (owner, model) = tagged::<T>(T::MaxTags::get() - 1)?;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            name(b'n'),
            name(b'm'),
            tag(900),
            1,
        );

        assert!(Tags::<T>::get(model).is_full());
        Ok(())
    }

    #[benchmark]
    fn remove_tag() -> Result<(), BenchmarkError> {
        let (owner, model) = tagged::<T>(T::MaxTags::get())?;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(owner),
            name(b'n'),
            name(b'm'),
            tag(T::MaxTags::get() - 1),
        );

        assert!(!Tags::<T>::get(model).is_full());
        Ok(())
    }

    #[benchmark]
    fn transfer_model() -> Result<(), BenchmarkError> {
        let (owner, model) = created::<T>()?;
        let to = funded::<T>("to");

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name(b'n'), name(b'm'), to.clone());

        assert_eq!(Pallet::<T>::find(&model).map(|entry| entry.owner), Some(to));
        Ok(())
    }

    #[benchmark]
    fn deprecate() -> Result<(), BenchmarkError> {
        let (owner, model) = created::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name(b'n'), name(b'm'), true);

        assert_eq!(
            Pallet::<T>::find(&model).map(|entry| entry.deprecated),
            Some(true)
        );
        Ok(())
    }

    #[benchmark]
    fn cancel_commit() -> Result<(), BenchmarkError> {
        let owner = committed::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()));

        assert!(!Commitments::<T>::contains_key(owner));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
