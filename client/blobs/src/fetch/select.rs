//! Which files of a manifest are meant by patterns.

use super::FetchError;
use ballast_core::manifest::{FileEntry, Manifest};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Files of a manifest that match.
pub(super) fn select(
    manifest: &Manifest,
    include: &[String],
) -> Result<Vec<FileEntry>, FetchError> {
    if include.is_empty() {
        return Ok(manifest.files().to_vec());
    }
    let patterns = patterns(include)?;
    let matching = manifest
        .files()
        .iter()
        .filter(|file| patterns.is_match(&file.path));
    let selected: Vec<FileEntry> = matching.cloned().collect();
    match selected.is_empty() {
        false => Ok(selected),
        true => Err(FetchError::NothingMatches {
            patterns: include.to_vec(),
            example: manifest
                .files()
                .first()
                .map(|file| file.path.clone())
                .unwrap_or_default(),
        }),
    }
}

fn patterns(include: &[String]) -> Result<GlobSet, FetchError> {
    let mut patterns = GlobSetBuilder::new();
    for pattern in include {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        patterns.add(glob.map_err(|error| bad_pattern(pattern, &error))?);
        // As in .gitignore: a pattern without a slash is meant for names, whatever folder they are in.
        if !pattern.contains('/') {
            patterns.add(
                Glob::new(&format!("**/{pattern}"))
                    .map_err(|error| bad_pattern(pattern, &error))?,
            );
        }
    }
    patterns
        .build()
        .map_err(|error| bad_pattern(&include.join(" "), &error))
}

fn bad_pattern(pattern: &str, error: &globset::Error) -> FetchError {
    FetchError::Pattern {
        pattern: pattern.into(),
        reason: error.kind().to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn matching(include: &[&str]) -> Vec<&'static str> {
        let include: Vec<String> = include.iter().map(ToString::to_string).collect();
        let patterns = patterns(&include).unwrap();
        let paths = [
            "README.md",
            "config.json",
            "onnx/config.json",
            "onnx/deep/model.onnx",
        ];
        paths
            .into_iter()
            .filter(|path| patterns.is_match(path))
            .collect()
    }

    #[test]
    fn patterns_match_names_anywhere_or_whole_paths() {
        assert_eq!(matching(&["*.json"]), ["config.json", "onnx/config.json"]);
        assert_eq!(matching(&["onnx/*"]), ["onnx/config.json"]);
        assert_eq!(
            matching(&["onnx/**"]),
            ["onnx/config.json", "onnx/deep/model.onnx"]
        );
        assert_eq!(
            matching(&["README.md", "*.onnx"]),
            ["README.md", "onnx/deep/model.onnx"]
        );
        assert_eq!(matching(&["nothing"]), [""; 0]);
    }

    #[test]
    fn a_broken_pattern_is_refused() {
        assert!(matches!(
            patterns(&["[".into()]),
            Err(FetchError::Pattern { .. })
        ));
    }
}
