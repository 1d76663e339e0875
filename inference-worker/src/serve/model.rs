//! The model that is served: which version it is, and where its checked files lie.

use ballast_blobs::{scan, Client, FetchError, FetchOptions, ScanError};
use ballast_chain::{Chain, ChainError, ErrorClass};
use ballast_core::{manifest::Manifest, name::ModelRef, Address};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

/// Files that the engine reads; a model may have many more. Weights come after.
const FILES: [&str; 2] = ["*.json", "*.jinja"];
/// Weights, by the end of their names and the pattern for them. Of a model that has both, the first are read.
const WEIGHTS: [(&str, &str); 2] = [
    ("safetensors", "*.safetensors"),
    ("gguf", "*.[gG][gG][uU][fF]"),
];

/// What an operator names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A version by its manifest's address.
    Address(Address),
    /// A model by its name, with a tag or version if one is wanted.
    Model(ModelRef),
}

/// The model that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Address of its manifest.
    pub address: Address,
    /// What it was called by the operator.
    pub target: Option<Target>,
    /// Folder of its files.
    pub dir: PathBuf,
    name: String,
}

/// There is no such model to serve.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The chain cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// It cannot be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The folder cannot be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// No such model.
    #[error("{target} is no model with a version on this chain; `ballast ls` lists them")]
    Unknown {
        /// What was asked for.
        target: Target,
    },
    /// The folder has another model.
    #[error("{dir} holds the model {found}, not {expected}; fetch that with `ballast fetch`, or leave one of --model and --model-dir out")]
    Another {
        /// The folder.
        dir: PathBuf,
        /// What it holds.
        found: Address,
        /// What it should hold.
        expected: Address,
    },
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix("b3/").unwrap_or(text);
        match bare.contains('/') {
            true => bare.parse().map(Self::Model).map_err(|error| format!("{error}")),
            false => bare.parse().map(Self::Address).map_err(|_| {
                format!("{text:?} is neither an address of 64 hex digits nor namespace/name, namespace/name@tag or namespace/name@3")
            }),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Model(model) => model.fmt(f),
        }
    }
}

impl ModelError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Fetch(error) => error.class(),
            Self::Scan(error) => error.class(),
            Self::Unknown { .. } | Self::Another { .. } => ErrorClass::Usage,
        }
    }
}

impl Served {
    fn new(address: Address, target: Option<Target>, dir: PathBuf) -> Self {
        let name = match &target {
            Some(target) => target.to_string(),
            None => address.to_string(),
        };
        Self {
            address,
            target,
            dir,
            name,
        }
    }

    /// Its name in answers: what the operator called it, or its address.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose it is: the namespace, if it was called by a name.
    pub fn owner(&self) -> &str {
        match &self.target {
            Some(Target::Model(model)) => &model.namespace,
            _ => "ballast",
        }
    }

    /// Whether a request means this model: by its name as the operator wrote it, by that name without tag or version, or
    /// by its address.
    pub fn is(&self, asked: &str) -> bool {
        let bare = match &self.target {
            Some(Target::Model(model)) => asked == format!("{}/{}", model.namespace, model.name),
            _ => false,
        };
        bare || asked == self.name || asked.parse() == Ok(self.address)
    }

    /// The model in a folder, whose address is worked out from the bytes. If the operator also names one, it must be it.
    pub async fn in_folder(
        dir: &Path,
        target: Option<(Target, Arc<dyn Chain>)>,
    ) -> Result<Self, ModelError> {
        let found = scan(dir, Arc::new(())).await?.address();
        let Some((target, chain)) = target else {
            return Ok(Self::new(found, None, dir.into()));
        };
        let expected = address_of(chain.as_ref(), &target).await?;
        match found == expected {
            true => Ok(Self::new(found, Some(target), dir.into())),
            false => Err(ModelError::Another {
                dir: dir.into(),
                found,
                expected,
            }),
        }
    }

    /// Fetches a model from the chain's workers into a folder of its address, or checks that it is there.
    pub async fn fetched(
        client: &Client,
        target: Target,
        models: &Path,
    ) -> Result<Self, ModelError> {
        let address = address_of(client.chain().as_ref(), &target).await?;
        let dir = models.join(address.to_string());
        let manifest = client.manifest(address).await?;
        let include = wanted(&manifest);
        let options = FetchOptions {
            include,
            overwrite: true,
        };
        let fetched = client.fetch_files(&manifest, &dir, &options).await?;
        tracing::info!(%target, %address, files = fetched.files, kept = fetched.kept, bytes = fetched.bytes, "the model is here");
        Ok(Self::new(address, Some(target), dir))
    }
}

/// What the engine reads of a model's files. It says itself what is missing where there are no weights.
fn wanted(manifest: &Manifest) -> Vec<String> {
    let has = |end: &str| {
        let mut ends = manifest
            .files()
            .iter()
            .filter_map(|file| Path::new(&file.path).extension());
        ends.any(|found| found.eq_ignore_ascii_case(end))
    };
    let weights = WEIGHTS.into_iter().find(|(end, _)| has(end));
    let patterns = FILES.into_iter().chain(weights.map(|(_, pattern)| pattern));
    patterns.map(str::to_string).collect()
}

async fn address_of(chain: &dyn Chain, target: &Target) -> Result<Address, ModelError> {
    let model = match target {
        Target::Address(address) => return Ok(*address),
        Target::Model(model) => model,
    };
    let found = chain
        .resolve(&model.namespace, &model.name, model.selector.clone())
        .await?;
    let unknown = || ModelError::Unknown {
        target: target.clone(),
    };
    found.map(|version| version.manifest).ok_or_else(unknown)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::manifest::{FileEntry, Location};

    fn served(target: &str) -> Served {
        Served::new(
            Address([7; 32]),
            Some(target.parse().unwrap()),
            PathBuf::new(),
        )
    }

    #[test]
    fn a_model_goes_by_its_name_and_its_address() {
        let model = served("acme/minilm@3");
        let address = Address([7; 32]).to_string();
        assert!(["acme/minilm@3", "acme/minilm", &address]
            .iter()
            .all(|asked| model.is(asked)));
        assert!(["acme/minilm@4", "minilm", "", "gpt-4o"]
            .iter()
            .all(|asked| !model.is(asked)));
        assert_eq!((model.name(), model.owner()), ("acme/minilm@3", "acme"));
        let by_address = served(&address);
        assert_eq!(
            (by_address.name(), by_address.owner()),
            (address.as_str(), "ballast")
        );
    }

    fn manifest(paths: &[&str]) -> Manifest {
        let file = |path: &&str| FileEntry {
            blake3: Address(*blake3::hash(b"").as_bytes()),
            git_sha1: [0; 20],
            length: 0,
            location: Location::Empty,
            path: path.to_string(),
            sha256: [0; 32],
        };
        Manifest::new(paths.iter().map(file).collect()).unwrap()
    }

    #[test]
    fn one_format_of_weights_is_fetched_and_safetensors_if_there_are_both() {
        let weights = |paths: &[&str]| wanted(&manifest(paths)).split_off(FILES.len());
        assert_eq!(
            weights(&["a.gguf", "config.json", "model.safetensors"]),
            ["*.safetensors"]
        );
        assert_eq!(weights(&["README.md", "A.GGUF"]), ["*.[gG][gG][uU][fF]"]);
        assert!(weights(&["README.md", "pytorch_model.bin"]).is_empty());
    }

    #[tokio::test]
    async fn the_address_of_a_folder_follows_from_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), "{}").unwrap();
        let one = Served::in_folder(dir.path(), None).await.unwrap();
        std::fs::write(dir.path().join("config.json"), "{ }").unwrap();
        let other = Served::in_folder(dir.path(), None).await.unwrap();
        assert_ne!(one.address, other.address);
        assert_eq!(one.name(), one.address.to_string());
    }
}
