//! A commit's body: lines of JSON, read one at a time. Files in it go to disk as they come.

use super::repos::writable_path;
use crate::{
    error::ApiError,
    limits::{BODY_IDLE, COMMIT_LEN, COMMIT_LINE, COMMIT_OPERATIONS, REGULAR_FILE},
};
use axum::{
    body::{Body, BodyDataStream},
    http::StatusCode,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use bytes::{Buf, BytesMut};
use futures::StreamExt;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// One step of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A file that came with the commit, and where its bytes are now.
    File { path: String, at: PathBuf },
    /// A file that was uploaded before, or is in the current version under some path.
    Large { path: String, oid: String },
    /// A file goes.
    DeleteFile { path: String },
    /// A folder goes.
    DeleteFolder { path: String },
}

/// What a commit is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Commit {
    pub summary: String,
    /// What the client took for the newest version.
    pub parent: Option<String>,
    pub operations: Vec<Operation>,
}

#[derive(Deserialize)]
#[serde(tag = "key", content = "value", rename_all = "camelCase")]
enum Line {
    Header(Header),
    File(File),
    LfsFile(LfsFile),
    DeletedFile(Deleted),
    DeletedFolder(Deleted),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    summary: String,
    parent_commit: Option<String>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    content: String,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct LfsFile {
    path: String,
    oid: String,
    algo: Option<String>,
}

#[derive(Deserialize)]
struct Deleted {
    path: String,
}

/// Reads a commit; writes the files in it into `folder`, each under a name of its own.
pub(super) async fn read(body: Body, folder: &Path) -> Result<Commit, ApiError> {
    let mut lines = Lines::new(body);
    let mut commit = Commit::default();
    while let Some(line) = lines.next().await? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if commit.operations.len() >= COMMIT_OPERATIONS {
            let message = format!("a commit may have {COMMIT_OPERATIONS} operations; make several");
            return Err(ApiError::bad_request(message));
        }
        let line: Line = serde_json::from_slice(&line).map_err(|error| {
            ApiError::bad_request(format!("a line of the commit is not understood: {error}"))
        })?;
        take(&mut commit, line, folder)?;
    }
    match commit.operations.is_empty() {
        true => Err(ApiError::bad_request(
            "the commit changes nothing; name files to add or delete",
        )),
        false => Ok(commit),
    }
}

fn take(commit: &mut Commit, line: Line, folder: &Path) -> Result<(), ApiError> {
    let operation = match line {
        Line::Header(Header {
            summary,
            parent_commit,
        }) => {
            commit.summary = summary;
            commit.parent = parent_commit;
            return Ok(());
        }
        Line::File(file) => {
            let at = folder.join(commit.operations.len().to_string());
            write(&file, &at)?;
            Operation::File {
                path: file.path,
                at,
            }
        }
        Line::LfsFile(LfsFile { path, oid, algo }) => {
            writable_path(&path)?;
            if algo.is_some_and(|algo| algo != "sha256") {
                return Err(ApiError::bad_request("files are named by their sha256"));
            }
            Operation::Large { path, oid }
        }
        Line::DeletedFile(Deleted { path }) => Operation::DeleteFile { path },
        Line::DeletedFolder(Deleted { path }) => Operation::DeleteFolder {
            path: path.trim_end_matches('/').into(),
        },
    };
    commit.operations.push(operation);
    Ok(())
}

fn write(file: &File, at: &Path) -> Result<(), ApiError> {
    writable_path(&file.path)?;
    if file
        .encoding
        .as_deref()
        .is_some_and(|encoding| encoding != "base64")
    {
        return Err(ApiError::bad_request("the content of a file is base64"));
    }
    let bytes = STANDARD.decode(&file.content).map_err(|error| {
        ApiError::bad_request(format!(
            "the content of {:?} is no base64: {error}",
            file.path
        ))
    })?;
    if bytes.len() as u64 > REGULAR_FILE {
        let message = format!(
            "{:?} is too long to come in a commit; upload it, as preupload says",
            file.path
        );
        return Err(ApiError::bad_request(message));
    }
    fs::write(at, bytes).map_err(|error| misplaced(&file.path, &error))
}

/// Most likely another path of the commit needs a folder where this is a file, or the other way round.
pub(super) fn misplaced(path: &str, error: &std::io::Error) -> ApiError {
    use std::io::ErrorKind::*;
    match error.kind() {
        NotADirectory | IsADirectory | AlreadyExists => ApiError::bad_request(format!(
            "{path:?} is a file and a folder in the same commit; keep one of them"
        )),
        InvalidFilename => ApiError::bad_request(format!("{path:?} is too long for a file's name")),
        StorageFull | QuotaExceeded => ApiError::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "the gateway's disk is full; its operator can free some room",
        ),
        _ => ApiError::internal(error),
    }
}

/// The lines of a body, each of bounded length.
struct Lines {
    stream: BodyDataStream,
    buffer: BytesMut,
    /// Bytes of the buffer that have no line feed.
    searched: usize,
    taken: u64,
    is_over: bool,
}

impl Lines {
    fn new(body: Body) -> Self {
        Self {
            stream: body.into_data_stream(),
            buffer: BytesMut::new(),
            searched: 0,
            taken: 0,
            is_over: false,
        }
    }

    async fn next(&mut self) -> Result<Option<BytesMut>, ApiError> {
        loop {
            let fresh = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.searched.saturating_add(at));
                self.buffer.advance(1);
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = self.buffer.len();
            if self.searched > COMMIT_LINE {
                return Err(ApiError::too_large(
                    "a line of a commit",
                    COMMIT_LINE as u64,
                ));
            }
            if self.is_over {
                self.searched = 0;
                return Ok(Some(self.buffer.split()).filter(|line| !line.is_empty()));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), ApiError> {
        let next = tokio::time::timeout(BODY_IDLE, self.stream.next()).await;
        let idle = |_| {
            ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "the commit stopped coming; send it again",
            )
        };
        match next.map_err(idle)? {
            None => self.is_over = true,
            Some(Ok(bytes)) => {
                self.taken = self.taken.saturating_add(bytes.len() as u64);
                if self.taken > COMMIT_LEN {
                    return Err(ApiError::too_large("a commit", COMMIT_LEN));
                }
                self.buffer.extend_from_slice(&bytes);
            }
            Some(Err(error)) => {
                return Err(ApiError::bad_request(format!(
                    "the commit broke off: {error}; send it again"
                )))
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    async fn parsed(text: &str) -> (tempfile::TempDir, Result<Commit, ApiError>) {
        let folder = tempfile::tempdir().unwrap();
        let commit = read(Body::from(text.to_owned()), folder.path()).await;
        (folder, commit)
    }

    #[tokio::test]
    async fn a_commit_is_read_line_by_line_and_its_files_go_to_disk() {
        let text = concat!(
            r#"{"key":"header","value":{"summary":"s","description":"","parentCommit":"ab"}}"#,
            "\n",
            r#"{"key":"file","value":{"content":"aGVsbG8=","path":"d/a.txt","encoding":"base64"}}"#,
            "\n\n",
            r#"{"key":"lfsFile","value":{"path":"w","algo":"sha256","oid":"00","size":3}}"#,
            "\n",
            r#"{"key":"deletedFile","value":{"path":"x"}}"#,
            "\n",
            r#"{"key":"deletedFolder","value":{"path":"y/"}}"#,
        );
        let (folder, commit) = parsed(text).await;
        let commit = commit.unwrap();
        assert_eq!(
            (commit.summary.as_str(), commit.parent.as_deref()),
            ("s", Some("ab"))
        );
        let expected = [
            Operation::File {
                path: "d/a.txt".into(),
                at: folder.path().join("0"),
            },
            Operation::Large {
                path: "w".into(),
                oid: "00".into(),
            },
            Operation::DeleteFile { path: "x".into() },
            Operation::DeleteFolder { path: "y".into() },
        ];
        assert_eq!(commit.operations, expected);
        assert_eq!(fs::read(folder.path().join("0")).unwrap(), b"hello");
    }

    #[tokio::test]
    async fn what_is_malformed_or_leaves_the_folder_is_refused() {
        let file = |path: &str, content: &str| {
            format!(
                r#"{{"key":"file","value":{{"content":"{content}","path":"{path}","encoding":"base64"}}}}"#
            )
        };
        let long = "x".repeat(COMMIT_LINE + 10);
        for text in [
            "",
            "{",
            "{\"key\":\"copy\",\"value\":{}}",
            &file("../x", ""),
            &file("/x", ""),
            &file("a", "*"),
            &long,
        ] {
            let (folder, commit) = parsed(text).await;
            let status = commit.unwrap_err().status();
            assert!(
                status == 400 || status == 413,
                "{}: {status}",
                &text[..text.len().min(80)]
            );
            assert!(!folder.path().parent().unwrap().join("x").exists());
        }
    }
}
