//! The files of a model's folder: which there are, and how long they may be. Where the model is one GGUF file, what that
//! says stands in for the files that are not there.

use crate::{
    error::LoadError,
    gguf::{self, Gguf},
};
use serde::de::DeserializeOwned;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// Bytes of a configuration file.
pub const CONFIG_LEN_MAX: u64 = 1 << 20;
/// Bytes of a tokenizer, or of the list of a model's weight files.
pub const TOKENIZER_LEN_MAX: u64 = 64 << 20;
/// The weights of a model that has them in one file.
pub const WEIGHTS: &str = "model.safetensors";
/// The list of the files of a model that has its weights in several.
pub const WEIGHTS_INDEX: &str = "model.safetensors.index.json";

const CONFIG: &str = "config.json";

/// A model's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    gguf: Option<Arc<Gguf>>,
}

impl Folder {
    /// The folder at `path`, by its own files alone.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            gguf: None,
        }
    }

    /// The folder at `path`, with its GGUF file if it has no weights in safetensors.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let plain = Self::new(path);
        let has = |name| path.join(name).exists();
        if has(WEIGHTS) || has(WEIGHTS_INDEX) {
            return Ok(plain);
        }
        let files = gguf_files(path).map_err(|source| LoadError::File {
            path: path.into(),
            source,
        })?;
        let gguf = match files.as_slice() {
            [] => return Ok(plain),
            [one] => Gguf::open(&path.join(one))?,
            several => {
                return Err(LoadError::Unsupported {
                    what: format!("a folder with several GGUF files ({})", several.join(", ")),
                    instead: "one; publish each as a version of its own".into(),
                })
            }
        };
        let gguf = Some(Arc::new(gguf));
        Ok(Self { gguf, ..plain })
    }

    /// The file that the weights are in, if that is GGUF.
    pub fn gguf(&self) -> Option<&Gguf> {
        self.gguf.as_deref()
    }

    /// Where a file of it is. Names come from the model's own files, so those that lead out of the folder are refused.
    pub fn path(&self, name: &str) -> Result<PathBuf, LoadError> {
        let inside = |part| matches!(part, Component::Normal(_));
        match Path::new(name).components().all(inside) {
            true => Ok(self.path.join(name)),
            false => Err(LoadError::Malformed {
                path: self.path.clone(),
                reason: format!("{name:?} is no file of it"),
            }),
        }
    }

    /// A file's text; `None` if there is none.
    pub fn text(&self, name: &str, len_max: u64) -> Result<Option<String>, LoadError> {
        match &self.gguf {
            // Sizes belong to the weights, whatever was copied beside them.
            Some(gguf) if name == CONFIG => gguf.stand_in(name),
            Some(gguf) => match self.own_text(name, len_max)? {
                Some(text) => Ok(Some(text)),
                None => gguf.stand_in(name),
            },
            None => self.own_text(name, len_max),
        }
    }

    fn own_text(&self, name: &str, len_max: u64) -> Result<Option<String>, LoadError> {
        let path = self.path(name)?;
        let read = || {
            let len = fs::metadata(&path)?.len();
            if len > len_max {
                let reason = format!("it has {len} bytes, {len_max} are the most");
                return Err(io::Error::other(reason));
            }
            fs::read_to_string(&path)
        };
        match read() {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(LoadError::File { path, source }),
        }
    }

    /// A JSON file; `None` if there is none.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, LoadError> {
        let Some(text) = self.text(name, CONFIG_LEN_MAX)? else {
            return Ok(None);
        };
        let parsed = serde_json::from_str(&text).map_err(|error| LoadError::Malformed {
            path: self.path.join(name),
            reason: error.to_string(),
        });
        parsed.map(Some)
    }

    /// A JSON file that has to be there.
    pub fn needed_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, LoadError> {
        self.json(name)?.ok_or_else(|| LoadError::File {
            path: self.path.join(name),
            source: io::ErrorKind::NotFound.into(),
        })
    }
}

/// The GGUF files in it, not those in folders below.
fn gguf_files(path: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let is_gguf = Path::new(&entry.file_name())
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case(gguf::EXTENSION));
        if is_gguf && entry.metadata()?.is_file() {
            files.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_of_the_folder_are_refused() {
        let folder = Folder::new(Path::new("/model"));
        for name in ["../secret", "/etc/passwd", "a/../../b"] {
            assert!(folder.path(name).is_err(), "{name}");
        }
        assert_eq!(
            folder.path("1_Pooling/config.json").unwrap(),
            Path::new("/model/1_Pooling/config.json")
        );
    }

    #[test]
    fn a_missing_file_is_none_and_a_long_one_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        assert!(folder.text("a", 4).unwrap().is_none());
        fs::write(dir.path().join("a"), "12345").unwrap();
        assert!(folder
            .text("a", 4)
            .unwrap_err()
            .to_string()
            .contains("5 bytes"));
        assert_eq!(folder.text("a", 5).unwrap().unwrap(), "12345");
        assert!(folder.json::<u32>("a").unwrap() == Some(12345));
        assert!(folder
            .json::<String>("a")
            .unwrap_err()
            .to_string()
            .contains("not understood"));
    }
}
