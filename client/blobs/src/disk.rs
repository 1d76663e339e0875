//! What to do about an error of the file system.

use ballast_chain::ErrorClass;
use std::io::{self, ErrorKind};

/// What to do about a file that could not be read or written: something for the caller to mend (a path, permissions,
/// room on the disk), unless the machine itself fails.
pub fn io_class(error: &io::Error) -> ErrorClass {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::AlreadyExists
        | ErrorKind::IsADirectory
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidData => ErrorClass::Usage,
        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::FileTooLarge
        | ErrorKind::ReadOnlyFilesystem => ErrorClass::Usage,
        _ => ErrorClass::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FetchError;

    #[test]
    fn what_the_caller_can_mend_is_usage_and_a_broken_machine_is_not() {
        let kinds = [
            (ErrorKind::PermissionDenied, ErrorClass::Usage),
            (ErrorKind::NotFound, ErrorClass::Usage),
            (ErrorKind::StorageFull, ErrorClass::Usage),
            (ErrorKind::QuotaExceeded, ErrorClass::Usage),
            (ErrorKind::FileTooLarge, ErrorClass::Usage),
            (ErrorKind::ReadOnlyFilesystem, ErrorClass::Usage),
            (ErrorKind::Other, ErrorClass::Fatal),
            (ErrorKind::UnexpectedEof, ErrorClass::Fatal),
        ];
        for (kind, class) in kinds {
            let write = FetchError::Write {
                path: "file".into(),
                source: kind.into(),
            };
            let sink = FetchError::Sink {
                source: kind.into(),
            };
            assert_eq!((write.class(), sink.class()), (class, class), "{kind:?}");
        }
        // EIO: the disk fails.
        assert_eq!(
            io_class(&io::Error::from_raw_os_error(5)),
            ErrorClass::Fatal
        );
    }

    #[test]
    fn a_disk_without_room_is_usage() {
        let full = FetchError::NoSpace {
            path: "folder".into(),
            needed: 2,
            available: 1,
        };
        assert_eq!(full.class(), ErrorClass::Usage);
    }
}
