//! Builds the runtime as wasm and includes it in the native crate as `WASM_BINARY`.
//!
//! Goal: no folder of the machine reaches the wasm but the checkout's own, through the hashes in symbol names;
//! docs/build.md tells how to get the same code hash from the same commit. `SKIP_WASM_BUILD=1` leaves the wasm out.

#[cfg(not(feature = "std"))]
fn main() {}

#[cfg(feature = "std")]
fn main() {
    substrate_wasm_builder::WasmBuilder::init_with_defaults().build();
}
