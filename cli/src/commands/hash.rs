//! `hash`.

use crate::{
    args::HashArgs,
    error::CliError,
    output::{Answer, Report},
};
use ballast_core::Address;
use serde::Serialize;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

const BUFFER_LEN: usize = 1 << 20;

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct HashReport {
    files: Vec<HashedFile>,
}

#[derive(Debug, Serialize)]
struct HashedFile {
    path: String,
    address: Address,
    length: u64,
}

/// The addresses of files.
pub fn run(args: &HashArgs) -> Result<Answer, CliError> {
    let files = args
        .files
        .iter()
        .map(|path| hash(path))
        .collect::<Result<_, _>>()?;
    Ok(Answer::new(&HashReport { files }))
}

/// Address and length of a file.
pub fn address_of_file(path: &Path) -> Result<(Address, u64), CliError> {
    File::open(path)
        .and_then(hash_all)
        .map_err(|error| CliError::io("read", path, &error))
}

fn hash(path: &Path) -> Result<HashedFile, CliError> {
    let (address, length) = match path.as_os_str() == "-" {
        true => hash_all(io::stdin().lock()).map_err(|error| CliError::io("read", path, &error))?,
        false => address_of_file(path)?,
    };
    Ok(HashedFile {
        path: path.to_string_lossy().into_owned(),
        address,
        length,
    })
}

fn hash_all(mut input: impl Read) -> io::Result<(Address, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; BUFFER_LEN];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok((Address(*hasher.finalize().as_bytes()), hasher.count())),
            Ok(read) => hasher.update(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
    }
}

impl Report for HashReport {
    /// As b3sum prints it, names with line breaks included.
    fn text(&self) -> String {
        let lines: Vec<String> = self.files.iter().map(line).collect();
        lines.join("\n")
    }
}

fn line(file: &HashedFile) -> String {
    match file.path.contains(['\\', '\n', '\r']) {
        true => {
            let path = file
                .path
                .replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\r', "\\r");
            format!("\\{}  {path}", file.address)
        }
        false => format!("{}  {}", file.address, file.path),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_blake3_of_any_length() {
        for length in [0usize, 1, 1024, 1025, BUFFER_LEN, BUFFER_LEN + 1] {
            let content: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            let (address, counted) = hash_all(content.as_slice()).unwrap();
            assert_eq!(address.0, *blake3::hash(&content).as_bytes());
            assert_eq!(counted, length as u64);
        }
    }

    #[test]
    fn text_is_what_b3sum_prints_and_json_a_list() {
        let file = |path: &str| HashedFile {
            path: path.into(),
            address: Address([0xab; 32]),
            length: 3,
        };
        let report = HashReport {
            files: vec![file("a b"), file("x\ny\\")],
        };
        let hex = "ab".repeat(32);
        assert_eq!(report.text(), format!("{hex}  a b\n\\{hex}  x\\ny\\\\"));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            json[0],
            serde_json::json!({ "path": "a b", "address": hex, "length": 3 })
        );
    }

    #[test]
    fn a_missing_file_is_a_usage_error() {
        assert_eq!(hash(Path::new("/nonexistent/file")).unwrap_err().code(), 2);
    }
}
