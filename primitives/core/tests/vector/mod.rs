//! What all tests of vectors do.

use ballast_core::Balance;
use serde_json::{json, Value};

const WRITE_AGAIN: &str =
    "if the protocol changed, write it again: BALLAST_WRITE_VECTORS=1 cargo test -p ballast-core";

/// Compares with the stored vector, or writes it.
pub fn check(name: &str, actual: &Value) {
    let path = format!(
        "{}/../../tests/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = serde_json::to_string_pretty(actual).unwrap() + "\n";
    if std::env::var_os("BALLAST_WRITE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap();
    assert!(stored == text, "{path} differs; {WRITE_AGAIN}");
}

/// 32 bytes that nobody chose.
pub fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// Amounts are strings: JSON numbers lose digits.
pub fn amount(amount: Option<Balance>) -> Value {
    json!(amount.map(|amount| amount.to_string()))
}
