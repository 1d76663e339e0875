//! Writes a small generator with random weights into a folder, for tests of the programs around the engine.
//!
//!     cargo run --release --example tiny-model -- DIR [HIDDEN LAYERS CONTEXT]
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/support/tiny.rs"]
mod tiny;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let size = match args.get(1..4) {
        Some([hidden, layers, context]) => tiny::Size {
            hidden: hidden.parse().unwrap(),
            layers: layers.parse().unwrap(),
            context: context.parse().unwrap(),
        },
        _ => tiny::SMALL,
    };
    tiny::write(args.first().expect("a folder").as_ref(), size);
}
