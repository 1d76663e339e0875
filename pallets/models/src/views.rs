//! What the view functions answer.

use crate::{
    AccountId, Commitments, Config, FoldedName, ManifestVersions, Model, ModelId, Models,
    Namespaces, Pallet, Tags, VersionId, Versions,
};
use alloc::vec::Vec;
use ballast_core::{
    view::{CommitmentInfo, ModelInfo, ModelKey, NamespaceInfo, Selector, VersionInfo},
    Address,
};

/// Most entries in one answer of a view function, whatever the caller asks for.
pub const MAX_PAGE: u32 = 256;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_namespace(namespace: &[u8]) -> Option<NamespaceInfo> {
        let entry = Namespaces::<T>::get(FoldedName::of_any(namespace)?)?;
        Some(NamespaceInfo {
            namespace: entry.name.into_inner(),
            owner: entry.owner.into(),
            deposit: entry.deposit,
            models: entry.models,
        })
    }

    pub(crate) fn view_commitment(account: &AccountId) -> Option<CommitmentInfo> {
        let commitment = Commitments::<T>::get(account)?;
        let (reveal_from, reveal_until) = Self::reveal_blocks(commitment.committed_at).into_inner();
        Some(CommitmentInfo {
            hash: commitment.hash,
            committed_at: commitment.committed_at,
            reveal_from,
            reveal_until,
        })
    }

    pub(crate) fn view_model(namespace: &[u8], name: &[u8]) -> Option<ModelInfo> {
        let model = ModelId::of_any(namespace, name)?;
        Some(Self::model_info(&model, Self::find(&model)?))
    }

    pub(crate) fn view_models(after: Option<ModelKey>, limit: u32) -> Vec<ModelInfo> {
        let entries = match after {
            None => Models::<T>::iter(),
            Some((namespace, name)) => match ModelId::of_any(&namespace, &name) {
                Some(ModelId { namespace, name }) => {
                    Models::<T>::iter_from(Models::<T>::hashed_key_for(namespace, name))
                }
                None => return Vec::new(),
            },
        };
        let named = |(namespace, name, entry)| (ModelId { namespace, name }, entry);
        Self::page(entries.map(named), limit)
    }

    pub(crate) fn view_models_in(
        namespace: &[u8],
        after: Option<Vec<u8>>,
        limit: u32,
    ) -> Vec<ModelInfo> {
        let Some(namespace) = FoldedName::of_any(namespace) else {
            return Vec::new();
        };
        let entries = match after.map(|name| FoldedName::of_any(&name)) {
            None => Models::<T>::iter_prefix(&namespace),
            Some(Some(name)) => {
                let start = Models::<T>::hashed_key_for(&namespace, name);
                Models::<T>::iter_prefix_from(&namespace, start)
            }
            Some(None) => return Vec::new(),
        };
        let named = |(name, entry)| {
            (
                ModelId {
                    namespace: namespace.clone(),
                    name,
                },
                entry,
            )
        };
        Self::page(entries.map(named), limit)
    }

    pub(crate) fn view_versions(
        namespace: &[u8],
        name: &[u8],
        after: u32,
        limit: u32,
    ) -> Vec<VersionInfo> {
        let Some(model) = ModelId::of_any(namespace, name) else {
            return Vec::new();
        };
        let first = after.saturating_add(1);
        let numbers = first..first.saturating_add(limit.min(MAX_PAGE));
        numbers
            .map_while(|number| Self::version_info(&model, number))
            .collect()
    }

    pub(crate) fn view_resolve(
        namespace: &[u8],
        name: &[u8],
        selector: Selector,
    ) -> Option<VersionInfo> {
        let model = ModelId::of_any(namespace, name)?;
        let number = match selector {
            Selector::Latest => Self::find(&model)?.versions,
            Selector::Version(number) => number,
            Selector::Tag(tag) => Self::tagged(&model, &tag)?,
        };
        Self::version_info(&model, number)
    }

    pub(crate) fn view_versions_of_manifest(manifest: Address) -> Vec<(Vec<u8>, Vec<u8>, u32)> {
        ManifestVersions::<T>::iter_key_prefix(manifest)
            .take(MAX_PAGE as usize)
            .map(|VersionId { model, number }| {
                let (namespace, name) = Self::spelled(&model);
                (namespace, name, number)
            })
            .collect()
    }

    fn page(entries: impl Iterator<Item = (ModelId, Model)>, limit: u32) -> Vec<ModelInfo> {
        let limit = limit.min(MAX_PAGE) as usize;
        entries
            .take(limit)
            .map(|(model, entry)| Self::model_info(&model, entry))
            .collect()
    }

    fn tagged(model: &ModelId, tag: &[u8]) -> Option<u32> {
        let entries = Tags::<T>::get(model);
        entries
            .iter()
            .find(|entry| entry.tag.as_slice() == tag)
            .map(|entry| entry.version)
    }

    fn version_info(model: &ModelId, number: u32) -> Option<VersionInfo> {
        let version = Versions::<T>::get(model, number)?;
        Some(VersionInfo {
            model: Self::spelled(model),
            number,
            manifest: version.manifest,
            published_at: version.published_at,
        })
    }

    fn model_info(model: &ModelId, entry: Model) -> ModelInfo {
        let tags = Tags::<T>::get(model).into_iter();
        ModelInfo {
            namespace: Self::spelled_namespace(&model.namespace),
            name: entry.name.into_inner(),
            owner: entry.owner.into(),
            licence: entry.licence.into_inner(),
            base: entry.base.as_ref().map(Self::spelled),
            royalty_permille: entry.royalty_permille,
            deprecated: entry.deprecated,
            versions: entry.versions,
            tags: tags
                .map(|entry| (entry.tag.into_inner(), entry.version))
                .collect(),
        }
    }

    /// Namespace and name as they were spelled when each was created.
    fn spelled(model: &ModelId) -> ModelKey {
        let name = match Self::find(model) {
            Some(entry) => entry.name.into_inner(),
            None => model.name.as_bytes().to_vec(),
        };
        (Self::spelled_namespace(&model.namespace), name)
    }

    fn spelled_namespace(namespace: &FoldedName) -> Vec<u8> {
        match Namespaces::<T>::get(namespace) {
            Some(entry) => entry.name.into_inner(),
            None => namespace.as_bytes().to_vec(),
        }
    }
}
