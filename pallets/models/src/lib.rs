//! # Models
//!
//! Which model is meant: namespaces and models with their owners, immutable versions, tags that move.
//!
//! Goals: a name leads to one manifest address and nobody but its owner changes where; a name cannot be snatched from
//! the pool; what was published stays published; royalty shares along a base line are fixed and sum to at most all.
//! Non-goals: storing the bytes (pallet-blobs; a manifest must be available when it is published), paying royalties,
//! judging whether two models are alike.
//!
//! ## Scenario
//!
//! 1. Ada wants the namespace `ada-labs`. She calls [`commit_namespace`](Call::commit_namespace) with the hash of its
//!    folded name, a salt and her account ([`commitment`](ballast_core::name::commitment)), waits for the commitment to age, and calls
//!    [`reveal_namespace`](Call::reveal_namespace). Whoever copies her reveal has no commitment old enough.
//!    `Ada_Labs` and `ada.labs` are taken with it: names are unique after folding case and `-_.`.
//! 2. She creates `ada-labs/tiny` with a licence, no base and a royalty of 50 per mille
//!    ([`create_model`](Call::create_model)), uploads the files and the manifest, and calls
//!    [`publish_version`](Call::publish_version): version 1, tagged `stable`.
//! 3. Bob derives `bob/tiny-chat` from it: base `ada-labs/tiny`. Base lines are at most four deep.
//! 4. Version 2 comes; Ada moves `stable` with [`set_tag`](Call::set_tag). Version 1 stays as it is, for ever.
//! 5. She gives the model away with [`transfer_model`](Call::transfer_model), or advises against it with
//!    [`deprecate`](Call::deprecate), which takes nothing away from anyone.
//!
//! ## Money
//!
//! Everything stored has a deposit, held on the account that owns it:
//!
//! | deposit | held as | returned |
//! |---|---|---|
//! | commitment | [`HoldReason::Commitment`] | by `reveal_namespace` or `cancel_commit` |
//! | namespace | [`HoldReason::Namespace`] | never; on transfer it goes to the new owner, held |
//! | model, version | [`HoldReason::Model`] | never: both stay; on transfer it goes to the new owner, held |
//! | tag | [`HoldReason::Model`] | by `remove_tag`; moving a tag costs nothing |
//!
//! So a transfer gives the deposit away with the thing: agree on a price that counts it.
//!
//! Files: [`types`] what is stored, `namespaces`, `catalogue` (models), `releases` (versions and tags), `royalties`, `deposits`,
//! `views`, `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod catalogue;
mod deposits;
mod invariants;
#[cfg(test)]
mod mock;
mod namespaces;
mod releases;
mod royalties;
#[cfg(test)]
mod tests;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::{
    AccountId, Commitment, FoldedName, Licence, Line, Model, ModelId, Name, Namespace, Salt, Tag,
    TagEntry, Version, VersionId, MAX_LINE_DEPTH, MAX_PUBLISH_TAGS, WHOLE_PERMILLE,
};
pub use views::MAX_PAGE;
pub use weights::WeightInfo;

use ballast_core::Address;

/// Whether the bytes behind an address can be had. The runtime answers with its blobs.
pub trait Availability {
    /// Whether anyone can fetch the blob: it lies in chain state, or has a certified encoding.
    fn is_available(address: &Address) -> bool;

    /// Makes some blob available by the longest path to the answer, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn make_available() -> Address;
}

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use ballast_core::{
        view::{CommitmentInfo, ModelInfo, ModelKey, NamespaceInfo, Selector, VersionInfo},
        Balance,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, MutateHold},
    };
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// The token that deposits are held in.
        type Currency: Inspect<AccountId, Balance = Balance>
            + MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// Where manifests lie.
        type Availability: Availability;

        /// Most versions of a model.
        #[pallet::constant]
        type MaxVersions: Get<u32>;

        /// Most tags of a model.
        #[pallet::constant]
        type MaxTags: Get<u32>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// For a commitment to a namespace. Returned by `reveal_namespace` or `cancel_commit`.
        #[codec(index = 0)]
        Commitment,
        /// For a namespace. Goes to the new owner, still held, when it is transferred.
        #[codec(index = 1)]
        Namespace,
        /// For a model with its versions and tags. A tag's part is returned by `remove_tag`; the rest goes to the new
        /// owner, still held, when the model is transferred.
        #[codec(index = 2)]
        Model,
    }

    /// Ages of commitments, and deposits, set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, types::Parameters, ValueQuery>;

    /// Commitments not revealed yet, one for an account.
    #[pallet::storage]
    pub type Commitments<T: Config> =
        StorageMap<_, Blake2_128Concat, AccountId, Commitment, OptionQuery>;

    /// Namespaces.
    #[pallet::storage]
    pub type Namespaces<T: Config> =
        StorageMap<_, Blake2_128Concat, FoldedName, Namespace, OptionQuery>;

    /// Models, by namespace and name.
    #[pallet::storage]
    pub type Models<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        FoldedName,
        Blake2_128Concat,
        FoldedName,
        Model,
        OptionQuery,
    >;

    /// Versions, by model and number from 1.
    #[pallet::storage]
    pub type Versions<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ModelId, Twox64Concat, u32, Version, OptionQuery>;

    /// Tags of a model, in the order in which they were first set.
    #[pallet::storage]
    pub type Tags<T: Config> =
        StorageMap<_, Blake2_128Concat, ModelId, BoundedVec<TagEntry, T::MaxTags>, ValueQuery>;

    /// Which versions a manifest is: as many as people publish, each against its deposit.
    #[pallet::storage]
    pub type ManifestVersions<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        Address,
        Blake2_128Concat,
        VersionId,
        (),
        OptionQuery,
    >;

    /// Parameters.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Ages of commitments, and deposits.
        pub parameters: types::Parameters,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "models genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
        }
    }

    /// What happened. Names are folded: they are the keys, whatever spelling the call used.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account committed to a namespace.
        NamespaceCommitted {
            /// The account.
            account: AccountId,
        },
        /// An account took its commitment back.
        CommitmentCancelled {
            /// The account.
            account: AccountId,
        },
        /// A namespace has an owner.
        NamespaceClaimed {
            /// The namespace.
            namespace: FoldedName,
            /// Its owner.
            owner: AccountId,
        },
        /// A namespace has another owner. Its models keep theirs.
        NamespaceTransferred {
            /// The namespace.
            namespace: FoldedName,
            /// Former owner.
            from: AccountId,
            /// New owner.
            to: AccountId,
        },
        /// A model was created.
        ModelCreated {
            /// The model.
            model: ModelId,
            /// Its owner.
            owner: AccountId,
        },
        /// A version was published.
        VersionPublished {
            /// The model.
            model: ModelId,
            /// Number of the version.
            number: u32,
            /// Its address.
            manifest: Address,
        },
        /// A tag points to a version.
        TagSet {
            /// The model.
            model: ModelId,
            /// The tag.
            tag: Tag,
            /// The version it points to now.
            version: u32,
        },
        /// A tag is gone.
        TagRemoved {
            /// The model.
            model: ModelId,
            /// The tag.
            tag: Tag,
        },
        /// A model has another owner.
        ModelTransferred {
            /// The model.
            model: ModelId,
            /// Former owner.
            from: AccountId,
            /// New owner.
            to: AccountId,
        },
        /// The owner advises against a model, or no longer does.
        ModelDeprecated {
            /// The model.
            model: ModelId,
            /// Whether the owner advises against it.
            deprecated: bool,
        },
    }

    /// Why a call was refused, and what to do.
    #[pallet::error]
    pub enum Error<T> {
        /// The account's free balance does not cover the deposit. Fund it first, fees included.
        Unaffordable,
        /// This account has a commitment already. Reveal it, or take it back with `cancel_commit`.
        CommitmentPending,
        /// This account has no commitment. Call `commit_namespace` first.
        NoCommitment,
        /// Name and salt are not what this account committed to. Reveal both as they were hashed, or commit anew.
        CommitmentMismatch,
        /// The commitment is younger than the least age. Reveal from the block that the view `commitment` names.
        RevealTooEarly,
        /// The commitment is older than the greatest age. Take it back with `cancel_commit` and commit anew.
        RevealTooLate,
        /// This is no name for a namespace: 1 to 96 of `A-Za-z0-9._-`, a letter or digit first, no `--` or `..`, no
        /// `-`, `.` or `.git` last, and not `b3`. Choose another.
        NamespaceInvalid,
        /// A namespace with this name exists, or one that reads like it. Choose another, or ask its owner.
        NamespaceTaken,
        /// There is no such namespace. Check the spelling, or claim it with `commit_namespace`.
        UnknownNamespace,
        /// Only the owner of the namespace may do this. Sign with its account.
        NotNamespaceOwner,
        /// This is no name for a model: 1 to 96 of `A-Za-z0-9._-`, a letter or digit first, no `--` or `..`, no `-`,
        /// `.` or `.git` last. Choose another.
        NameInvalid,
        /// The namespace has a model with this name, or one that reads like it. Choose another name.
        ModelExists,
        /// There is no such model. Check the spelling, or create it with `create_model`.
        UnknownModel,
        /// Only the owner of the model may do this. Sign with its account.
        NotModelOwner,
        /// The licence is no SPDX expression. Write identifiers such as `MIT`, joined by `AND`, `OR` and `WITH`.
        LicenceInvalid,
        /// The base model does not exist. Check its spelling; a base must be created before its derivatives.
        UnknownBase,
        /// The base has four bases below it already. Name one that is nearer to the original.
        BaseLineTooDeep,
        /// The royalty shares along the base line exceed 1000 per mille with this one. Ask for less.
        RoyaltiesExceedWhole,
        /// The manifest's blob is not available. Publish its bytes first, and wait for the certificate.
        ManifestUnavailable,
        /// The model has as many versions as a model may have. Create another model.
        TooManyVersions,
        /// The model has no version with this number. Versions count from 1; see the view `versions`.
        UnknownVersion,
        /// This is no tag: 1 to 64 of `A-Za-z0-9._-`, a letter or digit first, not digits alone, not 40 or 64 hex
        /// digits. Choose another.
        TagInvalid,
        /// The model has as many tags as a model may have. Remove one first.
        TooManyTags,
        /// The model has no such tag. Check the spelling; tags are told apart by case.
        UnknownTag,
        /// The new owner is the owner already. There is nothing to transfer.
        AlreadyOwner,
        /// The new owner's account cannot take a held deposit: it does not exist. Send it the existential deposit.
        RecipientCannotHold,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::MaxVersions::get() > 0,
                "a model without versions is of no use"
            );
            let tags = T::MaxTags::get();
            assert!(
                tags >= MAX_PUBLISH_TAGS,
                "one publication may set {MAX_PUBLISH_TAGS} tags"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Commits to a namespace without naming it: `hash` is [`commitment`](ballast_core::name::commitment).
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::commit_namespace())]
        pub fn commit_namespace(origin: OriginFor<T>, hash: [u8; 32]) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_commit_namespace(account, hash)
        }

        /// Claims the namespace that the signer committed to; `name` is kept as it is spelled here.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::reveal_namespace())]
        pub fn reveal_namespace(origin: OriginFor<T>, name: Name, salt: Salt) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_reveal_namespace(account, name, salt)
        }

        /// Gives a namespace and its deposit to another account. Its models keep their owners.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::transfer_namespace())]
        pub fn transfer_namespace(
            origin: OriginFor<T>,
            namespace: Name,
            to: AccountId,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_transfer_namespace(owner, FoldedName::of(&namespace), to)
        }

        /// Creates a model in a namespace of the signer. Licence, base and royalty share never change.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::create_model())]
        pub fn create_model(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            licence: Licence,
            base: Option<(Name, Name)>,
            royalty_permille: u16,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            let terms = catalogue::Terms {
                licence,
                base,
                royalty_permille,
            };
            Self::do_create_model(owner, FoldedName::of(&namespace), name, terms)
        }

        /// Publishes the next version of a model, and points `tags` to it.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::publish_version(tags.len() as u32))]
        pub fn publish_version(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            manifest: Address,
            tags: BoundedVec<Tag, ConstU32<MAX_PUBLISH_TAGS>>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_publish_version(owner, ModelId::of(&namespace, &name), manifest, &tags)
        }

        /// Points a tag to a version, making the tag if it is new.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::set_tag())]
        pub fn set_tag(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            tag: Tag,
            version: u32,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_tag(owner, ModelId::of(&namespace, &name), tag, version)
        }

        /// Removes a tag and returns its deposit.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::remove_tag())]
        pub fn remove_tag(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            tag: Tag,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_remove_tag(owner, ModelId::of(&namespace, &name), tag)
        }

        /// Gives a model and its deposits to another account.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::transfer_model())]
        pub fn transfer_model(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            to: AccountId,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_transfer_model(owner, ModelId::of(&namespace, &name), to)
        }

        /// Advises against a model, or takes that back. Nothing stops working.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::deprecate())]
        pub fn deprecate(
            origin: OriginFor<T>,
            namespace: Name,
            name: Name,
            deprecated: bool,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_deprecate(owner, ModelId::of(&namespace, &name), deprecated)
        }

        /// Takes the signer's commitment back and returns its deposit.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::cancel_commit())]
        pub fn cancel_commit(origin: OriginFor<T>) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_cancel_commit(account)
        }
    }

    /// Names are found by any spelling that folds alike. Lists have at most 256 entries whatever `limit` says; an
    /// empty answer is their end, and the entry they continue after need not exist.
    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A namespace.
        pub fn namespace(namespace: Vec<u8>) -> Option<NamespaceInfo> {
            Self::view_namespace(&namespace)
        }

        /// A model.
        pub fn model(namespace: Vec<u8>, name: Vec<u8>) -> Option<ModelInfo> {
            Self::view_model(&namespace, &name)
        }

        /// Versions of a model with numbers above `after`, in ascending order.
        pub fn versions(
            namespace: Vec<u8>,
            name: Vec<u8>,
            after: Option<u32>,
            limit: u32,
        ) -> Vec<VersionInfo> {
            Self::view_versions(&namespace, &name, after.unwrap_or(0), limit)
        }

        /// The version of a model that is meant.
        pub fn resolve(
            namespace: Vec<u8>,
            name: Vec<u8>,
            selector: Selector,
        ) -> Option<VersionInfo> {
            Self::view_resolve(&namespace, &name, selector)
        }

        /// All models in the map's order, those of a namespace together, from the one after `after` on.
        pub fn models(after: Option<ModelKey>, limit: u32) -> Vec<ModelInfo> {
            Self::view_models(after, limit)
        }

        /// The models of a namespace in the map's order, from the one after the name `after` on.
        pub fn models_in(namespace: Vec<u8>, after: Option<Vec<u8>>, limit: u32) -> Vec<ModelInfo> {
            Self::view_models_in(&namespace, after, limit)
        }

        /// Which versions a manifest is: namespace, name and number, the first 256 in the map's order.
        pub fn versions_of_manifest(manifest: Address) -> Vec<(Vec<u8>, Vec<u8>, u32)> {
            Self::view_versions_of_manifest(manifest)
        }

        /// The pending commitment of an account.
        pub fn commitment(account: AccountId) -> Option<CommitmentInfo> {
            Self::view_commitment(&account)
        }

        /// Ages of commitments, and deposits.
        pub fn parameters() -> types::Parameters {
            Parameters::<T>::get()
        }
    }
}
