//! What is true of the state between any two calls, numbered. A broken one is a fault of this pallet.

use crate::{
    AccountId, Commitments, Config, FoldedName, HoldReason, ManifestVersions, Model, ModelId,
    Models, Namespace, Namespaces, Pallet, Parameters, Tags, VersionId, Versions,
};
use alloc::collections::{BTreeMap, BTreeSet};
use ballast_core::Balance;
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Checks every invariant; for tests and for `try-runtime`.
    pub fn do_try_state() -> Checked {
        let usable = Parameters::<T>::get().check().is_ok();
        ensure!(usable, "models 1: the parameters are usable");
        Namespaces::<T>::iter().try_for_each(|(key, entry)| Self::check_namespace(&key, &entry))?;
        Models::<T>::iter().try_for_each(|(namespace, name, entry)| {
            let model = ModelId { namespace, name };
            Self::check_model(&model, &entry)?;
            Self::check_versions(&model, &entry)?;
            Self::check_tags(&model, &entry)
        })?;
        Self::check_orphans()?;
        Self::check_deposits()
    }

    fn check_namespace(key: &FoldedName, entry: &Namespace) -> Checked {
        let folded = FoldedName::of(&entry.name) == *key;
        ensure!(
            folded,
            "models 2: a namespace lies under the fold of its name"
        );
        let models = Models::<T>::iter_key_prefix(key).count() as u32;
        ensure!(
            entry.models == models,
            "models 3: a namespace counts its models"
        );
        Ok(())
    }

    fn check_model(model: &ModelId, entry: &Model) -> Checked {
        let folded = FoldedName::of(&entry.name) == model.name;
        ensure!(folded, "models 4: a model lies under the fold of its name");
        let parent = Namespaces::<T>::contains_key(&model.namespace);
        ensure!(parent, "models 5: a model's namespace exists");
        let line = Self::line_from(entry.base.as_ref(), entry.royalty_permille).ok();
        ensure!(
            line == Some(entry.line),
            "models 6: base lines exist, in bounds and summed up"
        );
        Ok(())
    }

    fn check_versions(model: &ModelId, entry: &Model) -> Checked {
        let bounded = entry.versions <= T::MaxVersions::get();
        ensure!(bounded, "models 7: a model has at most MaxVersions");
        let numbers: BTreeSet<u32> = Versions::<T>::iter_key_prefix(model).collect();
        let exact = numbers == (1..=entry.versions).collect();
        ensure!(exact, "models 8: versions are numbered from 1 without gaps");
        let indexed = Versions::<T>::iter_prefix(model).all(|(number, version)| {
            let id = VersionId {
                model: model.clone(),
                number,
            };
            ManifestVersions::<T>::contains_key(version.manifest, id)
        });
        ensure!(indexed, "models 9: every version is found by its manifest");
        Ok(())
    }

    fn check_tags(model: &ModelId, entry: &Model) -> Checked {
        let entries = Tags::<T>::get(model);
        let pointed = entries
            .iter()
            .all(|tag| (1..=entry.versions).contains(&tag.version));
        ensure!(pointed, "models 10: a tag points to a version");
        let distinct: BTreeSet<_> = entries.iter().map(|tag| &tag.tag).collect();
        ensure!(
            distinct.len() == entries.len(),
            "models 11: a model has each tag once"
        );
        let deposits = entries
            .iter()
            .fold(0, |sum: Balance, tag| sum.saturating_add(tag.deposit));
        ensure!(
            deposits <= entry.deposit,
            "models 12: a model's deposit covers its tags'"
        );
        Ok(())
    }

    fn check_orphans() -> Checked {
        let exists = |model: &ModelId| Self::find(model).is_some();
        let owned = Tags::<T>::iter_keys().all(|model| exists(&model))
            && Versions::<T>::iter_keys().all(|(model, _)| exists(&model));
        ensure!(owned, "models 13: versions and tags belong to models");
        let indexed = ManifestVersions::<T>::iter_keys().all(|(manifest, id)| {
            Versions::<T>::get(id.model, id.number).is_some_and(|found| found.manifest == manifest)
        });
        ensure!(
            indexed,
            "models 14: a manifest is found only under what it was published as"
        );
        Ok(())
    }

    fn check_deposits() -> Checked {
        let commitments = Commitments::<T>::iter().map(|(account, entry)| (account, entry.deposit));
        let exact = Self::all_held(HoldReason::Commitment, commitments);
        ensure!(exact, "models 15: a commitment's deposit is held");
        let namespaces = Namespaces::<T>::iter_values().map(|entry| (entry.owner, entry.deposit));
        let exact = Self::all_held(HoldReason::Namespace, namespaces);
        ensure!(
            exact,
            "models 16: the deposits of an owner's namespaces are held"
        );
        let models = Models::<T>::iter_values().map(|entry| (entry.owner, entry.deposit));
        let exact = Self::all_held(HoldReason::Model, models);
        ensure!(
            exact,
            "models 17: the deposits of an owner's models are held"
        );
        Ok(())
    }

    /// Whether each account's deposits sum to what is held on it.
    fn all_held(reason: HoldReason, deposits: impl Iterator<Item = (AccountId, Balance)>) -> bool {
        let mut sums = BTreeMap::<AccountId, Balance>::new();
        for (account, deposit) in deposits {
            let sum = sums.entry(account).or_default();
            *sum = sum.saturating_add(deposit);
        }
        let reason = reason.into();
        sums.iter()
            .all(|(account, sum)| T::Currency::balance_on_hold(&reason, account) == *sum)
    }
}
