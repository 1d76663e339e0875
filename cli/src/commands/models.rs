//! Verbs about models: `ls`, `info`, `tag`, `transfer`, `deprecate`.

use crate::{
    args::{DeprecateArgs, InfoArgs, LsArgs, TagArgs, TransferArgs},
    context::Context,
    error::CliError,
    keys::parse_account,
    output::{fields, printable, table, Answer, Report},
    target::parse_model_name,
};
use ballast_chain::{calls::models as calls, ss58, Chain};
use ballast_core::{
    name::{check_namespace, fold, ModelRef},
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
    let wanted = match &args.namespace {
        Some(namespace) => {
            check_namespace(namespace.as_bytes())?;
            Some(fold(namespace.as_bytes()))
        }
        None => None,
    };
    let models = context.chain().await?.models().await?;
    let is_wanted = |model: &&ModelInfo| {
        wanted
            .as_ref()
            .is_none_or(|wanted| fold(&model.namespace) == *wanted)
    };
    let models = models
        .iter()
        .filter(is_wanted)
        .map(ModelReport::from)
        .collect();
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
    let call = match args.remove {
        true => calls::remove_tag(namespace, name, &args.tag),
        false => {
            let latest = known(chain.as_ref(), &args.model).await?.versions;
            calls::set_tag(namespace, name, &args.tag, args.version.unwrap_or(latest))
        }
    };
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    report(chain.as_ref(), &args.model).await
}

/// Gives a model or a namespace away.
pub async fn transfer(args: &TransferArgs, context: &Context) -> Result<Answer, CliError> {
    let to = parse_account(&args.to)?;
    let call = match args.what.contains('/') {
        true => {
            let model = parse_model_name(&args.what).map_err(CliError::usage)?;
            calls::transfer_model(&model.namespace, &model.name, to)
        }
        false => {
            check_namespace(args.what.as_bytes())?;
            calls::transfer_namespace(&args.what, to)
        }
    };
    let signer = context.signer()?;
    let chain = context.chain().await?;
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    Ok(Answer::new(&Transferred {
        transferred: args.what.clone(),
        owner: ss58::encode(&to),
    }))
}

/// Marks a model as deprecated, or no longer so.
pub async fn deprecate(args: &DeprecateArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.chain().await?;
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

#[derive(Debug, Serialize)]
struct Transferred {
    transferred: String,
    owner: String,
}

impl Report for Transferred {
    fn text(&self) -> String {
        format!("{} now belongs to {}", self.transferred, self.owner)
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

    #[test]
    fn a_list_is_a_json_array() {
        let report = ModelsReport {
            models: vec![ModelReport::from(&model())],
        };
        assert_eq!(serde_json::to_value(&report).unwrap()[0]["tags"]["v1"], 1);
        assert!(report.text().contains("ns/name"));
    }
}
