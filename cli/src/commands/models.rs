//! Verbs about models: `ls`, `info`, `tag`, `deprecate`.

use crate::{
    args::{DeprecateArgs, InfoArgs, LsArgs, TagArgs},
    context::Context,
    error::CliError,
    output::{fields, printable, table, Answer, Report},
};
use ballast_chain::{calls::models as calls, ss58, Chain, Signer};
use ballast_core::{
    name::{check_namespace, ModelRef},
    view::{ModelInfo, VersionInfo},
    Address,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A model as it is printed.
#[derive(Debug, Serialize)]
struct ModelReport {
    namespace: String,
    name: String,
    owner: String,
    licence: String,
    base: Option<String>,
    royalty_permille: u16,
    deprecated: bool,
    versions: u32,
    tags: BTreeMap<String, u32>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ModelsReport {
    models: Vec<ModelReport>,
}

#[derive(Debug, Serialize)]
struct InfoReport {
    #[serde(flatten)]
    model: ModelReport,
    published: Vec<VersionReport>,
}

#[derive(Debug, Serialize)]
struct VersionReport {
    version: u32,
    manifest: Address,
    published_at: u32,
}

/// Lists models.
pub async fn list(args: &LsArgs, context: &Context) -> Result<Answer, CliError> {
    let models = match &args.namespace {
        Some(namespace) => {
            check_namespace(namespace.as_bytes())?;
            context.chain().await?.models_in(namespace).await?
        }
        None => context.chain().await?.models().await?,
    };
    let models = models.iter().map(ModelReport::from).collect();
    Ok(Answer::new(&ModelsReport { models }))
}

/// Shows a model.
pub async fn info(args: &InfoArgs, context: &Context) -> Result<Answer, CliError> {
    report(context.chain().await?.as_ref(), &args.model).await
}

/// Points a tag at a version, or removes it.
pub async fn tag(args: &TagArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let ModelRef {
        namespace, name, ..
    } = &args.model;
    let info = owned(chain.as_ref(), &args.model, &signer).await?;
    let call = match args.remove {
        true => {
            let tag = known_tag(&info, args)?;
            calls::remove_tag(namespace, name, tag)
        }
        false => {
            let version = known_version(&info, args)?;
            calls::set_tag(namespace, name, &args.tag, version)
        }
    };
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    report(chain.as_ref(), &args.model).await
}

/// Marks a model as deprecated, or no longer so.
pub async fn deprecate(args: &DeprecateArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.chain().await?;
    owned(chain.as_ref(), &args.model, &signer).await?;
    let call = calls::deprecate(&args.model.namespace, &args.model.name, !args.undo);
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    report(chain.as_ref(), &args.model).await
}

/// A model that must be there.
async fn known(chain: &dyn Chain, model: &ModelRef) -> Result<ModelInfo, CliError> {
    let ModelRef {
        namespace, name, ..
    } = model;
    chain.model(namespace, name).await?.ok_or_else(|| {
        CliError::usage(format!("there is no model {namespace}/{name} on this chain; `ballast ls {namespace}` lists its namespace"))
    })
}

/// A model that must be there and the signer's: what the chain would refuse for a fee is refused here.
pub async fn owned(
    chain: &dyn Chain,
    model: &ModelRef,
    signer: &Signer,
) -> Result<ModelInfo, CliError> {
    let info = known(chain, model).await?;
    match info.owner == signer.account() {
        true => Ok(info),
        false => {
            let name = format!("{}/{}", model.namespace, model.name);
            Err(not_yours(&name, &info.owner, signer))
        }
    }
}

/// A model or a namespace is another's.
pub fn not_yours(what: &str, owner: &[u8; 32], signer: &Signer) -> CliError {
    CliError::usage(format!(
        "{what} belongs to {}, and the key is that of {}; sign with the owner's key",
        ss58::encode(owner),
        signer.address()
    ))
}

fn known_tag<'a>(info: &ModelInfo, args: &'a TagArgs) -> Result<&'a str, CliError> {
    let TagArgs { model, tag, .. } = args;
    let mut known = info.tags.iter().map(|(known, _)| known.as_slice());
    match known.any(|known| known == tag.as_bytes()) {
        true => Ok(tag),
        false => Err(CliError::usage(format!(
            "{model} has no tag {tag}; `ballast info {model}` lists its tags"
        ))),
    }
}

/// The version a tag is to point to: the one named, or the latest.
fn known_version(info: &ModelInfo, args: &TagArgs) -> Result<u32, CliError> {
    let TagArgs { model, version, .. } = args;
    let version = version.unwrap_or(info.versions);
    match (1..=info.versions).contains(&version) {
        true => Ok(version),
        false if info.versions == 0 => Err(CliError::usage(format!(
            "{model} has no version yet to tag; `ballast publish` makes one"
        ))),
        false => Err(CliError::usage(format!(
            "{model} has versions 1 to {}, not {version}; `ballast info {model}` lists them",
            info.versions
        ))),
    }
}

async fn report(chain: &dyn Chain, model: &ModelRef) -> Result<Answer, CliError> {
    let info = known(chain, model).await?;
    let versions = chain.versions(&model.namespace, &model.name).await?;
    let published = versions.iter().map(VersionReport::from).collect();
    Ok(Answer::new(&InfoReport {
        model: ModelReport::from(&info),
        published,
    }))
}

impl From<&ModelInfo> for ModelReport {
    fn from(info: &ModelInfo) -> Self {
        let base = info.base.as_ref();
        Self {
            namespace: printable(&info.namespace),
            name: printable(&info.name),
            owner: ss58::encode(&info.owner),
            licence: printable(&info.licence),
            base: base
                .map(|(namespace, name)| format!("{}/{}", printable(namespace), printable(name))),
            royalty_permille: info.royalty_permille,
            deprecated: info.deprecated,
            versions: info.versions,
            tags: info
                .tags
                .iter()
                .map(|(tag, version)| (printable(tag), *version))
                .collect(),
        }
    }
}

impl From<&VersionInfo> for VersionReport {
    fn from(info: &VersionInfo) -> Self {
        Self {
            version: info.number,
            manifest: info.manifest,
            published_at: info.published_at,
        }
    }
}

impl ModelReport {
    fn tags_text(&self) -> String {
        let tags: Vec<String> = self
            .tags
            .iter()
            .map(|(tag, version)| format!("{tag}={version}"))
            .collect();
        tags.join(" ")
    }
}

impl Report for ModelsReport {
    fn text(&self) -> String {
        let row = |model: &ModelReport| {
            let remark = if model.deprecated { "deprecated" } else { "" };
            vec![
                format!("{}/{}", model.namespace, model.name),
                model.versions.to_string(),
                model.licence.clone(),
                model.tags_text(),
                remark.into(),
            ]
        };
        let rows: Vec<Vec<String>> = self.models.iter().map(row).collect();
        table(&["MODEL", "VERSIONS", "LICENCE", "TAGS", ""], &rows)
    }
}

impl Report for InfoReport {
    fn text(&self) -> String {
        let model = &self.model;
        let mut lines = vec![
            ("model", format!("{}/{}", model.namespace, model.name)),
            ("owner", model.owner.clone()),
            ("licence", model.licence.clone()),
        ];
        lines.extend(model.base.clone().map(|base| ("base", base)));
        if model.royalty_permille > 0 {
            lines.push(("royalty", format!("{} of 1000", model.royalty_permille)));
        }
        if model.deprecated {
            lines.push(("deprecated", "its owner advises against it".into()));
        }
        let row = |version: &VersionReport| {
            let tags: Vec<&str> = model
                .tags
                .iter()
                .filter(|(_, number)| **number == version.version)
                .map(|(tag, _)| tag.as_str())
                .collect();
            vec![
                version.version.to_string(),
                version.manifest.to_string(),
                version.published_at.to_string(),
                tags.join(" "),
            ]
        };
        let rows: Vec<Vec<String>> = self.published.iter().map(row).collect();
        format!(
            "{}\n\n{}",
            fields(&lines),
            table(&["VERSION", "ADDRESS", "BLOCK", "TAGS"], &rows)
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn model() -> ModelInfo {
        ModelInfo {
            namespace: b"ns".to_vec(),
            name: b"name".to_vec(),
            owner: [1; 32],
            licence: b"MIT".to_vec(),
            base: Some((b"a".to_vec(), b"b".to_vec())),
            royalty_permille: 5,
            deprecated: true,
            versions: 2,
            tags: vec![(b"main".to_vec(), 2), (b"v1".to_vec(), 1)],
        }
    }

    #[test]
    fn json_has_the_model_and_its_versions_side_by_side() {
        let version = VersionInfo {
            model: (vec![], vec![]),
            number: 2,
            manifest: Address([9; 32]),
            published_at: 77,
        };
        let report = InfoReport {
            model: ModelReport::from(&model()),
            published: vec![VersionReport::from(&version)],
        };
        let expected = serde_json::json!({
            "namespace": "ns", "name": "name", "owner": ss58::encode(&[1; 32]), "licence": "MIT", "base": "a/b",
            "royalty_permille": 5, "deprecated": true, "versions": 2, "tags": { "main": 2, "v1": 1 },
            "published": [{ "version": 2, "manifest": "09".repeat(32), "published_at": 77 }],
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
        let text = report.text();
        assert!(text.contains("royalty") && text.contains("advises against"));
        assert!(text.lines().last().unwrap().ends_with("77     main"));
    }

    fn tag_args(tag: &str, version: Option<u32>) -> TagArgs {
        TagArgs {
            model: "ns/name".parse().unwrap(),
            tag: tag.into(),
            version,
            remove: false,
        }
    }

    #[test]
    fn only_versions_and_tags_that_exist_are_sent_to_the_chain() {
        let info = model();
        let version = |version| known_version(&info, &tag_args("x", version));
        assert_eq!(version(None).unwrap(), 2);
        assert_eq!(version(Some(1)).unwrap(), 1);
        for wrong in [0, 3] {
            let error = version(Some(wrong)).unwrap_err();
            assert_eq!(error.code(), 2);
            assert!(error.to_string().contains("ns/name has versions 1 to 2"));
        }
        let unpublished = ModelInfo {
            versions: 0,
            ..model()
        };
        assert!(known_version(&unpublished, &tag_args("x", None)).is_err());
        assert_eq!(known_tag(&info, &tag_args("v1", None)).unwrap(), "v1");
        assert!(known_tag(&info, &tag_args("v2", None)).is_err());
    }

    #[test]
    fn a_list_is_a_json_array() {
        let report = ModelsReport {
            models: vec![ModelReport::from(&model())],
        };
        assert_eq!(serde_json::to_value(&report).unwrap()[0]["tags"]["v1"], 1);
        assert!(report.text().contains("ns/name"));
    }
}
