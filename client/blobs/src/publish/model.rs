//! A manifest as a version of a model.

use super::PublishError;
use crate::Client;
use ballast_chain::{calls::models, ss58, Call, Signer};
use ballast_core::{
    name::{check_licence, check_model_name, check_namespace, check_tag},
    view::{ModelInfo, Selector},
    Address,
};
use serde::Serialize;

/// Tags that one call may set.
const MAX_TAGS: usize = 8;

/// The model a version is published under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelTarget {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// SPDX licence expression, for a model that is created.
    pub licence: String,
    /// Namespace and name of the model it derives from, for a model that is created.
    pub base: Option<(String, String)>,
    /// Its owner's share of derived models' income in thousandths, for a model that is created.
    pub royalty_permille: u16,
    /// Tags that will point to the version.
    pub tags: Vec<String>,
}

/// A version of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Released {
    /// The model's address of this version: its manifest.
    pub manifest: Address,
    /// Its number.
    pub version: u32,
    /// Whether the model was created.
    pub is_new_model: bool,
    /// Whether the version was there before: publishing the same again changes only tags.
    pub is_known: bool,
}

impl Client {
    /// Refuses early what [`release`](Self::release) would refuse. Whoever owns a model publishes its versions, whosever
    /// the namespace is by now; only a new model needs the namespace. One that nobody has passes: it may be taken meanwhile.
    pub async fn check_model(
        &self,
        account: [u8; 32],
        target: &ModelTarget,
    ) -> Result<(), PublishError> {
        check_names(target)?;
        match self.chain.model(&target.namespace, &target.name).await? {
            Some(model) if model.owner != account => return Err(not_owner(target, &model)),
            Some(_) => return Ok(()),
            None => {}
        }
        match self.chain.namespace(&target.namespace).await? {
            Some(namespace) if namespace.owner != account => {
                Err(not_yours(target, &ss58::encode(&namespace.owner)))
            }
            _ => self.check_base(target).await,
        }
    }

    /// Makes a stored manifest the newest version of a model, creating the model if there is none. If it is the newest
    /// version already, only tags are set.
    pub async fn release(
        &self,
        signer: &Signer,
        manifest: Address,
        target: &ModelTarget,
    ) -> Result<Released, PublishError> {
        self.check_model(signer.account(), target).await?;
        let model = self.chain.model(&target.namespace, &target.name).await?;
        if model.is_none() && self.chain.namespace(&target.namespace).await?.is_none() {
            return Err(not_yours(target, "it is free; take it first"));
        }
        let latest = self
            .chain
            .resolve(&target.namespace, &target.name, Selector::Latest)
            .await?;
        if let (Some(model), Some(latest)) =
            (&model, latest.filter(|latest| latest.manifest == manifest))
        {
            let calls = tag_calls(target, model, latest.number);
            if !calls.is_empty() {
                self.chain.submit(&calls, signer).await?;
            }
            return Ok(Released {
                manifest,
                version: latest.number,
                is_new_model: false,
                is_known: true,
            });
        }
        let is_new_model = model.is_none();
        self.chain
            .submit(&release_calls(target, manifest, is_new_model), signer)
            .await?;
        let version = self
            .chain
            .resolve(&target.namespace, &target.name, Selector::Latest)
            .await?;
        let version = version.map_or(0, |version| version.number);
        tracing::info!(model = model_name(target), version, %manifest, "version published");
        Ok(Released {
            manifest,
            version,
            is_new_model,
            is_known: false,
        })
    }

    async fn check_base(&self, target: &ModelTarget) -> Result<(), PublishError> {
        let Some((namespace, name)) = &target.base else {
            return Ok(());
        };
        match self.chain.model(namespace, name).await? {
            Some(_) => Ok(()),
            None => Err(PublishError::BaseMissing {
                base: format!("{namespace}/{name}"),
            }),
        }
    }
}

fn check_names(target: &ModelTarget) -> Result<(), PublishError> {
    check_namespace(target.namespace.as_bytes())?;
    check_model_name(target.name.as_bytes())?;
    check_licence(target.licence.as_bytes())?;
    target
        .tags
        .iter()
        .try_for_each(|tag| check_tag(tag.as_bytes()))?;
    match target.tags.len() <= MAX_TAGS {
        true => Ok(()),
        false => Err(PublishError::TooManyTags {
            actual: target.tags.len(),
            max: MAX_TAGS,
        }),
    }
}

/// The calls that make a manifest the next version.
pub(super) fn release_calls(target: &ModelTarget, manifest: Address, create: bool) -> Vec<Call> {
    let ModelTarget {
        namespace,
        name,
        licence,
        base,
        royalty_permille,
        tags,
    } = target;
    let base = base
        .as_ref()
        .map(|(namespace, name)| (namespace.as_str(), name.as_str()));
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let created =
        create.then(|| models::create_model(namespace, name, licence, base, *royalty_permille));
    let published = models::publish_version(namespace, name, manifest, &tags);
    created.into_iter().chain([published]).collect()
}

/// The calls that a version which is there already takes at most.
pub(super) fn retag_calls(target: &ModelTarget) -> Vec<Call> {
    let tags = target.tags.iter();
    tags.map(|tag| models::set_tag(&target.namespace, &target.name, tag, u32::MAX))
        .collect()
}

/// Sets the tags that do not point to the version yet.
fn tag_calls(target: &ModelTarget, model: &ModelInfo, version: u32) -> Vec<Call> {
    let is_set = |tag: &str| {
        model
            .tags
            .iter()
            .any(|(known, at)| known == tag.as_bytes() && *at == version)
    };
    let unset = target.tags.iter().filter(|tag| !is_set(tag));
    unset
        .map(|tag| models::set_tag(&target.namespace, &target.name, tag, version))
        .collect()
}

fn not_yours(target: &ModelTarget, owner: &str) -> PublishError {
    PublishError::Namespace {
        namespace: target.namespace.clone(),
        owner: owner.into(),
    }
}

fn not_owner(target: &ModelTarget, model: &ModelInfo) -> PublishError {
    PublishError::NotOwner {
        model: model_name(target),
        owner: ss58::encode(&model.owner),
    }
}

fn model_name(target: &ModelTarget) -> String {
    format!("{}/{}", target.namespace, target.name)
}
