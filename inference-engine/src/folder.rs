//! The files of a model's folder: which there are, and how long they may be.

use crate::error::LoadError;
use serde::de::DeserializeOwned;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Bytes of a configuration file.
pub const CONFIG_LEN_MAX: u64 = 1 << 20;
/// Bytes of a tokenizer, or of the list of a model's weight files.
pub const TOKENIZER_LEN_MAX: u64 = 64 << 20;

/// A model's folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`.
    pub fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// Where a file of it is. Names come from the model's own files, so those that lead out of the folder are refused.
    pub fn path(&self, name: &str) -> Result<PathBuf, LoadError> {
        let inside = |part| matches!(part, Component::Normal(_));
        match Path::new(name).components().all(inside) {
            true => Ok(self.0.join(name)),
            false => Err(LoadError::Malformed {
                path: self.0.clone(),
                reason: format!("{name:?} is no file of it"),
            }),
        }
    }

    /// A file's text; `None` if there is none.
    pub fn text(&self, name: &str, len_max: u64) -> Result<Option<String>, LoadError> {
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
            path: self.0.join(name),
            reason: error.to_string(),
        });
        parsed.map(Some)
    }

    /// A JSON file that has to be there.
    pub fn needed_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, LoadError> {
        self.json(name)?.ok_or_else(|| LoadError::File {
            path: self.0.join(name),
            source: io::ErrorKind::NotFound.into(),
        })
    }
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
