//! What a verb is about: a blob or manifest by its address, or a model by its name.

use ballast_core::{manifest::check_path, name::ModelRef, Address};
use std::{fmt, str::FromStr};

/// An address, or a model's name with an optional tag or version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// 64 hex digits, also after `0x` or `b3/`.
    Address(Address),
    /// `namespace/name`, `namespace/name@tag` or `namespace/name@3`.
    Model(ModelRef),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix("b3/").unwrap_or(text);
        if bare.contains('/') {
            return bare
                .parse()
                .map(Self::Model)
                .map_err(|error| format!("{error}"));
        }
        bare.parse().map(Self::Address).map_err(|_| {
            format!("{text:?} is neither an address of 64 hex digits nor namespace/name, namespace/name@tag or namespace/name@3")
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Model(model) => model.fmt(f),
        }
    }
}

/// What one file is: a blob by its address, or a file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileTarget {
    /// 64 hex digits, also after `0x` or `b3/`.
    Address(Address),
    /// `namespace/name/path`, `namespace/name@tag/path` or `namespace/name@3/path`.
    File(ModelRef, String),
}

impl FromStr for FileTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let model_end = text.match_indices('/').nth(1).map(|(at, _)| at);
        match model_end.and_then(|at| text.split_at_checked(at)) {
            Some((model, path)) => {
                let model: ModelRef = model.parse().map_err(|error| format!("{error}"))?;
                let path = path.trim_start_matches('/');
                check_path(path).map_err(|error| format!("{path:?} is no path of a model: {error}"))?;
                Ok(Self::File(model, path.into()))
            }
            None => match text.parse()? {
                Target::Address(address) => Ok(Self::Address(address)),
                Target::Model(model) => Err(format!(
                    "{model} is a whole model; append /PATH for one of its files, or use `ballast fetch`"
                )),
            },
        }
    }
}

impl fmt::Display for FileTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::File(model, path) => write!(f, "{model}/{path}"),
        }
    }
}

/// A model's name alone, on the command line.
pub fn parse_model_name(text: &str) -> Result<ModelRef, String> {
    let model: ModelRef = text.parse().map_err(|error| format!("{error}"))?;
    match model.selector {
        ballast_core::view::Selector::Latest => Ok(model),
        _ => Err(format!(
            "{text:?} names a version; this verb is about the model: {}/{}",
            model.namespace, model.name
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_models_are_told_apart() {
        let address = Address([0xab; 32]);
        let hex = "ab".repeat(32);
        for text in [hex.clone(), format!("0x{hex}"), format!("b3/{hex}")] {
            assert_eq!(text.parse(), Ok(Target::Address(address)));
        }
        assert!(matches!("a/b@v1".parse(), Ok(Target::Model(_))));
        for wrong in ["", "ab", "a/b/c", "a b/c", "a/b@"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_is_an_address_or_a_path_in_a_model() {
        let hex = "ab".repeat(32);
        for text in [hex.clone(), format!("b3/{hex}")] {
            assert_eq!(text.parse(), Ok(FileTarget::Address(Address([0xab; 32]))));
        }
        for (text, path) in [
            ("a/b/c", "c"),
            ("a/b@v1/c/d.json", "c/d.json"),
            ("a/b@3/x", "x"),
        ] {
            let target: FileTarget = text.parse().unwrap();
            assert!(
                matches!(&target, FileTarget::File(_, found) if found == path),
                "{target:?}"
            );
            assert_eq!(target.to_string(), text);
        }
        let model = "a/b@v1".parse::<FileTarget>().unwrap_err();
        assert!(model.contains("append /PATH"), "{model}");
        for wrong in ["", "ab", "a/b/", "a/b/../c", "a b/c/d", "a/b@/c"] {
            assert!(wrong.parse::<FileTarget>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_verb_about_models_takes_no_version() {
        assert!(parse_model_name("a/b").is_ok());
        assert!(parse_model_name("a/b@3").unwrap_err().contains("a/b"));
    }
}
