//! Copies a model's folder with its matrices rounded to few bits: what a worker may serve in place of the model that it
//! claims for, to be caught.
//!
//!     cargo run --release --example quantise-model -- FROM TO BITS
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/support/quantise.rs"]
mod quantise;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, bits] = args.as_slice() else {
        panic!("FROM TO BITS");
    };
    quantise::write(from.as_ref(), to.as_ref(), bits.parse().unwrap());
}
