#!/usr/bin/env bash
# Installs what the build needs on Debian or Ubuntu; elsewhere says what is missing. Safe to run again.
#
#   scripts/setup.sh [--no-tests]        with --no-tests without what only the tests need: Node.js, promtool, cargo-nextest
set -euo pipefail
. "$(dirname "$0")/lib.sh"

packages=(clang libclang-dev protobuf-compiler libssl-dev cmake pkg-config make g++ b3sum python3 python3-venv curl unzip)
tools=(clang protoc cmake pkg-config make c++ b3sum python3 curl unzip)
TESTS=1
case ${1:-} in
    "") ;;
    --no-tests) TESTS= ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
if [ -n "$TESTS" ]; then
    tools+=(node npm)
    # For the tests with standard clients; any Node.js from 18 on will do, wherever it comes from.
    command -v npm >/dev/null 2>&1 || packages+=(nodejs npm)
fi

missing_packages() {
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok' || echo "$package"
    done
}

install_debian() {
    local missing sudo=""
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "missing packages, and neither root nor sudo to install them: $(echo $missing)"
        sudo=sudo
    fi
    say "installing $(echo $missing)"
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

check_elsewhere() {
    local tool missing=""
    for tool in "${tools[@]}"; do
        command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
    done
    [ -z "$missing" ] || die "not Debian or Ubuntu, so install these yourself:$missing (and libclang, OpenSSL headers)"
}

if command -v apt-get >/dev/null 2>&1; then install_debian; else check_elsewhere; fi
need rustup "install it from https://rustup.rs, then run this again"
need cargo "install it with rustup, then run this again"
if [ -n "$TESTS" ]; then
    node_major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    [ "$node_major" -ge 18 ] || die "Node.js $node_major is too old for the tests with standard clients; install version 18 or later"
fi

cd "$ROOT"
toolchain=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
rustup toolchain list | grep -q "^$toolchain" || rustup toolchain install "$toolchain" --profile minimal
for component in rustfmt clippy; do
    rustup component list --installed | grep -q "^$component" || rustup component add "$component"
done
rustup target list --installed | grep -qx wasm32v1-none || rustup target add wasm32v1-none
# promtool alone: its package would start a service. The tests go on without it.
if [ -n "$TESTS" ] && ! command -v promtool >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    say "taking promtool out of Debian's package prometheus, to $TOOLS"
    folder=$(mktemp -d)
    if (cd "$folder" && { apt-get download -qq prometheus || { [ "$(id -u)" -eq 0 ] && apt-get update -qq && apt-get download -qq prometheus; }; } && dpkg-deb -x prometheus_*.deb .); then
        install -D -m 755 "$folder/usr/bin/promtool" "$TOOLS/promtool"
    else
        say "left out: promtool cannot be had; as root, apt-get update and run this again"
    fi
    rm -rf "$folder"
fi
[ -z "$TESTS" ] || command -v cargo-nextest >/dev/null 2>&1 || cargo install --locked cargo-nextest --version 0.9.143
