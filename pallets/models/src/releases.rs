//! Versions, which never change, and tags, which move.

use crate::{
    AccountId, Availability, Config, Error, Event, HoldReason, ManifestVersions, ModelId, Pallet,
    Parameters, Tag, TagEntry, Tags, Version, VersionId, Versions,
};
use ballast_core::{name::check_tag, Address, Balance};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get, BoundedVec};
use sp_runtime::ArithmeticError;

type TagEntries<T> = BoundedVec<TagEntry, <T as Config>::MaxTags>;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_publish_version(
        owner: AccountId,
        model: ModelId,
        manifest: Address,
        tags: &[Tag],
    ) -> DispatchResult {
        let mut entry = Self::owned_model(&owner, &model)?;
        ensure!(
            entry.versions < T::MaxVersions::get(),
            Error::<T>::TooManyVersions
        );
        ensure!(
            T::Availability::is_available(&manifest),
            Error::<T>::ManifestUnavailable
        );
        let number = entry.versions.saturating_add(1);
        let mut entries = Tags::<T>::get(&model);
        let for_tags = Self::point_tags(&mut entries, tags, number)?;
        let deposit = Parameters::<T>::get()
            .version_deposit
            .saturating_add(for_tags);

        Self::hold(HoldReason::Model, &owner, deposit)?;
        entry.versions = number;
        entry.deposit = entry.deposit.saturating_add(deposit);
        Self::put(&model, entry);
        Self::record_version(&model, number, manifest);
        Self::record_tags(&model, entries, tags, number);
        Ok(())
    }

    fn record_version(model: &ModelId, number: u32, manifest: Address) {
        let id = VersionId {
            model: model.clone(),
            number,
        };
        ManifestVersions::<T>::insert(manifest, id, ());
        Versions::<T>::insert(
            model,
            number,
            Version {
                manifest,
                published_at: Self::now(),
            },
        );
        Self::deposit_event(Event::VersionPublished {
            model: model.clone(),
            number,
            manifest,
        });
    }

    pub(crate) fn do_set_tag(
        owner: AccountId,
        model: ModelId,
        tag: Tag,
        version: u32,
    ) -> DispatchResult {
        let mut entry = Self::owned_model(&owner, &model)?;
        ensure!(
            (1..=entry.versions).contains(&version),
            Error::<T>::UnknownVersion
        );
        let mut entries = Tags::<T>::get(&model);
        let tags = [tag];
        let deposit = Self::point_tags(&mut entries, &tags, version)?;

        if deposit > 0 {
            Self::hold(HoldReason::Model, &owner, deposit)?;
            entry.deposit = entry.deposit.saturating_add(deposit);
            Self::put(&model, entry);
        }
        Self::record_tags(&model, entries, &tags, version);
        Ok(())
    }

    pub(crate) fn do_remove_tag(owner: AccountId, model: ModelId, tag: Tag) -> DispatchResult {
        let mut entry = Self::owned_model(&owner, &model)?;
        let mut entries = Tags::<T>::get(&model);
        let found = entries.iter().position(|entry| entry.tag == tag);
        let removed = entries.remove(found.ok_or(Error::<T>::UnknownTag)?);
        let left = entry
            .deposit
            .checked_sub(removed.deposit)
            .ok_or(ArithmeticError::Underflow)?;

        Self::give_back(HoldReason::Model, &owner, removed.deposit)?;
        entry.deposit = left;
        Self::put(&model, entry);
        Tags::<T>::insert(&model, entries);
        Self::deposit_event(Event::TagRemoved { model, tag });
        Ok(())
    }

    /// Points `tags` to a version, and says what is to be held for the new ones.
    fn point_tags(
        entries: &mut TagEntries<T>,
        tags: &[Tag],
        version: u32,
    ) -> Result<Balance, Error<T>> {
        let deposit = Parameters::<T>::get().tag_deposit;
        let mut sum: Balance = 0;
        for tag in tags {
            ensure!(check_tag(tag).is_ok(), Error::<T>::TagInvalid);
            if let Some(entry) = entries.iter_mut().find(|entry| entry.tag == *tag) {
                entry.version = version;
                continue;
            }
            let entry = TagEntry {
                tag: tag.clone(),
                version,
                deposit,
            };
            entries
                .try_push(entry)
                .map_err(|_| Error::<T>::TooManyTags)?;
            sum = sum.saturating_add(deposit);
        }
        Ok(sum)
    }

    fn record_tags(model: &ModelId, entries: TagEntries<T>, tags: &[Tag], version: u32) {
        if tags.is_empty() {
            return;
        }
        Tags::<T>::insert(model, entries);
        for tag in tags {
            let (model, tag) = (model.clone(), tag.clone());
            Self::deposit_event(Event::TagSet {
                model,
                tag,
                version,
            });
        }
    }
}
