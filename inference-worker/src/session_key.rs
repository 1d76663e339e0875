//! The session key: what evidence speaks for, and what will sign inference. Made here, and never leaves this machine.

use ballast_chain::key_file::KeyKind;

/// Where it lies, and what messages call it.
pub const SESSION_KEY: KeyKind = KeyKind {
    file_name: "session.key",
    first_line: "ballast session key v1",
    what: "session key",
    init: "ballast-inference-worker init",
};
