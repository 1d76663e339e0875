//! Writes a model's folder as one GGUF file, for tests of the programs around the engine.
//!
//!     cargo run --release --example gguf-model -- FROM TO_FILE f32|f16|q8_0|q4_0
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/support/gguf.rs"]
mod gguf;

use candle_core::quantized::GgmlDType;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, kind] = args.as_slice() else {
        panic!("FROM TO_FILE TYPE");
    };
    let kind = match kind.as_str() {
        "f32" => GgmlDType::F32,
        "f16" => GgmlDType::F16,
        "q8_0" => GgmlDType::Q8_0,
        "q4_0" => GgmlDType::Q4_0,
        other => panic!("{other} is none of f32, f16, q8_0 and q4_0"),
    };
    gguf::write(from.as_ref(), to.as_ref(), kind);
}
