//! What went wrong, and which exit code says so.
//!
//! Goals: a script can tell from the exit code alone whether to change the call, to try again or to give up.

use ballast_blobs::{io_class, FetchError, PublishError, ScanError};
use ballast_chain::{ChainError, ErrorClass, SignerError, SubmitError};
use ballast_core::name::NameError;
use serde::Serialize;
use std::{fmt, io, path::Path, process::ExitCode};

/// Help on exit codes, shown below `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  usage: the call, the configuration, the files, the disk or the account's funds have to change
  3  retryable: the same call may succeed later (chain or workers not reachable, shards missing)
  4  fatal: neither helps (wrong bytes, a folder that differs, a chain that does not fit this program)";

/// An error with its class.
#[derive(Debug)]
pub struct CliError {
    class: ErrorClass,
    error: Box<dyn std::error::Error + Send + Sync>,
}

/// An error as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct ErrorReport {
    error: ErrorContent,
}

#[derive(Debug, Serialize)]
struct ErrorContent {
    class: &'static str,
    exit_code: u8,
    message: String,
}

impl CliError {
    /// An error of this class.
    pub fn new(
        class: ErrorClass,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            class,
            error: error.into(),
        }
    }

    /// The call has to change.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Usage, message.into())
    }

    /// The same call may succeed later.
    pub fn retryable(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Retryable, message.into())
    }

    /// Neither helps.
    pub fn fatal(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Fatal, message.into())
    }

    /// A file could not be used: something to mend if it is missing, closed to us or the disk is full.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!("cannot {what} {}: {error}", path.display());
        Self::new(io_class(error), message)
    }

    /// Standard output could not be written.
    pub fn output(error: &io::Error) -> Self {
        let message = format!("standard output cannot be written: {error}");
        Self::new(io_class(error), message)
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self.class {
            ErrorClass::Usage => 2,
            ErrorClass::Retryable => 3,
            ErrorClass::Fatal => 4,
        }
    }

    /// The exit code, for the process to end with.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// What `--json` prints.
    pub fn report(&self) -> ErrorReport {
        let class = match self.class {
            ErrorClass::Usage => "usage",
            ErrorClass::Retryable => "retryable",
            ErrorClass::Fatal => "fatal",
        };
        let message = self.to_string();
        ErrorReport {
            error: ErrorContent {
                class,
                exit_code: self.code(),
                message,
            },
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl From<ChainError> for CliError {
    fn from(error: ChainError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<SubmitError> for CliError {
    fn from(error: SubmitError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<SignerError> for CliError {
    fn from(error: SignerError) -> Self {
        Self::new(ErrorClass::Usage, error)
    }
}

impl From<FetchError> for CliError {
    fn from(error: FetchError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<PublishError> for CliError {
    fn from(error: PublishError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<ScanError> for CliError {
    fn from(error: ScanError) -> Self {
        Self::new(error.class(), error)
    }
}

impl From<NameError> for CliError {
    fn from(error: NameError) -> Self {
        Self::new(ErrorClass::Usage, error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_blobs::SourceError;

    #[test]
    fn each_class_has_its_exit_code() {
        assert_eq!(CliError::usage("").code(), 2);
        assert_eq!(CliError::retryable("").code(), 3);
        assert_eq!(CliError::fatal("").code(), 4);
    }

    #[test]
    fn file_errors_are_usage_unless_the_machine_fails() {
        let of = |kind: io::ErrorKind| {
            CliError::io("read", Path::new("x"), &io::Error::from(kind)).code()
        };
        assert_eq!(of(io::ErrorKind::NotFound), 2);
        assert_eq!(of(io::ErrorKind::PermissionDenied), 2);
        assert_eq!(of(io::ErrorKind::StorageFull), 2);
        assert_eq!(of(io::ErrorKind::Other), 4);
        let full = CliError::output(&io::ErrorKind::StorageFull.into());
        assert_eq!(full.code(), 2);
    }

    #[test]
    fn a_fetch_that_the_disk_stops_is_usage() {
        let full = FetchError::NoSpace {
            path: "model".into(),
            needed: 2,
            available: 1,
        };
        let closed = FetchError::Write {
            path: "model".into(),
            source: io::ErrorKind::PermissionDenied.into(),
        };
        let broken = FetchError::Write {
            path: "model".into(),
            source: io::ErrorKind::Other.into(),
        };
        let codes = [full, closed, broken].map(|error| CliError::from(error).code());
        assert_eq!(codes, [2, 2, 4]);
    }

    #[test]
    fn a_folder_that_changes_while_it_is_read_is_worth_another_try() {
        let path = || "model".into();
        let changed = SourceError::Changed {
            path: path(),
            what: "its length",
        };
        let read = |kind: io::ErrorKind| SourceError::Read {
            path: path(),
            source: kind.into(),
        };
        let closed = read(io::ErrorKind::PermissionDenied);
        let broken = read(io::ErrorKind::Other);
        let codes =
            [changed, closed, broken].map(|error| CliError::from(ScanError::Source(error)).code());
        assert_eq!(codes, [3, 2, 4]);
    }

    #[test]
    fn a_report_carries_class_code_and_message() {
        let json = serde_json::to_value(CliError::retryable("later").report()).unwrap();
        let expected = serde_json::json!({
            "error": { "class": "retryable", "exit_code": 3, "message": "later" }
        });
        assert_eq!(json, expected);
    }
}
