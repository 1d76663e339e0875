//! `transfer`.

use super::models::{not_yours, owned};
use crate::{
    args::TransferArgs,
    context::Context,
    error::CliError,
    keys::parse_account,
    output::{Answer, Report},
    target::parse_model_name,
};
use ballast_chain::{calls::models as calls, ss58, Call, Chain, Signer};
use ballast_core::name::{check_namespace, ModelRef};
use serde::Serialize;

/// What changes hands.
#[derive(Debug, PartialEq, Eq)]
enum Property {
    Model(ModelRef),
    Namespace(String),
}

#[derive(Debug, Serialize)]
struct Transferred {
    transferred: String,
    owner: String,
}

/// Gives a model or a namespace away.
pub async fn run(args: &TransferArgs, context: &Context) -> Result<Answer, CliError> {
    let to = parse_account(&args.to)?;
    let property = Property::parse(&args.what)?;
    let signer = context.signer()?;
    let chain = context.chain().await?;
    property.ensure_owned(chain.as_ref(), &signer).await?;
    let call = property.call(to);
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    Ok(Answer::new(&Transferred {
        transferred: args.what.clone(),
        owner: ss58::encode(&to),
    }))
}

impl Property {
    fn parse(text: &str) -> Result<Self, CliError> {
        match text.contains('/') {
            true => parse_model_name(text)
                .map(Self::Model)
                .map_err(CliError::usage),
            false => {
                check_namespace(text.as_bytes())?;
                Ok(Self::Namespace(text.into()))
            }
        }
    }

    /// What the chain would refuse for a fee is refused here.
    async fn ensure_owned(&self, chain: &dyn Chain, signer: &Signer) -> Result<(), CliError> {
        match self {
            Self::Model(model) => owned(chain, model, signer).await.map(|_| ()),
            Self::Namespace(namespace) => match chain.namespace(namespace).await? {
                Some(info) if info.owner == signer.account() => Ok(()),
                Some(info) => Err(not_yours(namespace, &info.owner, signer)),
                None => Err(CliError::usage(format!(
                    "there is no namespace {namespace} on this chain; check its spelling"
                ))),
            },
        }
    }

    fn call(&self, to: [u8; 32]) -> Call {
        match self {
            Self::Model(model) => calls::transfer_model(&model.namespace, &model.name, to),
            Self::Namespace(namespace) => calls::transfer_namespace(namespace, to),
        }
    }
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

    #[test]
    fn models_and_namespaces_are_told_apart() {
        assert!(matches!(
            Property::parse("acme/tiny").unwrap(),
            Property::Model(_)
        ));
        let namespace = Property::parse("acme").unwrap();
        assert_eq!(namespace, Property::Namespace("acme".into()));
        assert_eq!(namespace.call([1; 32]).call, "transfer_namespace");
        for wrong in ["", "acme/tiny@1", "a b", "a/b/c"] {
            assert_eq!(Property::parse(wrong).unwrap_err().code(), 2, "{wrong}");
        }
    }
}
