#!/usr/bin/env bash
# Tests of the codec's kernels that this processor lacks: NEON under qemu-user, GFNI and AVX-512 in Miri, an interpreter.
# What is missing to run one is said, and that part is left out. Neither is needed to build or to run scripts/test.sh.
#   apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross && rustup target add aarch64-unknown-linux-gnu
#   rustup toolchain install nightly --component miri,rust-src
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
FOLDER=${CARGO_TARGET_DIR:-$HOME/.cache/ballast/target}/kernels

has() { command -v "$1" > /dev/null; }

say "NEON (qemu-user)"
if has qemu-aarch64 && has aarch64-linux-gnu-gcc && rustup target list --installed | grep -q aarch64-unknown-linux-gnu; then
    CARGO_TARGET_DIR=$FOLDER \
        CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" \
        cargo test --release --locked -p ballast-erasure --lib --tests --target aarch64-unknown-linux-gnu
else
    say "left out: needs qemu-aarch64, aarch64-linux-gnu-gcc and the Rust target aarch64-unknown-linux-gnu"
fi

say "GFNI with AVX-512, GFNI with AVX2 (Miri)"
if rustup component list --toolchain nightly --installed 2> /dev/null | grep -q '^miri'; then
    CARGO_TARGET_DIR=$FOLDER RUSTFLAGS="-C target-feature=+avx2,+gfni,+avx512f,+avx512bw" \
        cargo +nightly miri test --locked -p ballast-erasure --lib kernel:: -- --nocapture
else
    say "left out: needs a nightly toolchain with the component miri"
fi
