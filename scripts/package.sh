#!/usr/bin/env bash
# Makes the Debian packages of node, storage worker, inference worker and command line, out of programs that were built before
# (`cargo build --release --workspace`, and the inference engine's own workspace), and looks at what came out.
#
#   scripts/package.sh [--out DIR] [--fast] [--try]
#
# --out DIR   where the packages go  [default: TARGET/debian]
# --fast      pack quickly, into larger files
# --try       install each on this machine, run it, and purge it again: for a container or a machine of tests; needs root
# Needs cargo-deb (installed from crates.io when it is missing) and dpkg-dev.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

DEB_VERSION=3.8.0
OUT=$CARGO_TARGET_DIR/debian FAST="" TRY=""
usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --out) [ $# -gt 1 ] || usage; OUT=$2; shift 2 ;;
        --fast) FAST=1; shift ;;
        --try) TRY=1; shift ;;
        *) usage ;;
    esac
done
# crate, package, programs, user of its service
PACKAGES=(
    "ballast-node ballast-node ballast-node ballast-node"
    "ballast-storage-worker ballast-storage-worker ballast-storage-worker ballast-storage"
    "ballast-inference-worker ballast-inference-worker ballast-inference-worker,ballast-inference-engine ballast-inference"
    "ballast-cli ballast ballast -"
)

need dpkg-deb "these are Debian packages; install dpkg"
need dpkg-shlibdeps "apt-get install dpkg-dev"
[ -z "$TRY" ] || [ "$(id -u)" -eq 0 ] || die "--try installs packages; run it as root, in a container"
command -v cargo-deb >/dev/null 2>&1 || cargo install --locked cargo-deb --version "$DEB_VERSION"

completions() {
    local shell
    mkdir -p "$BIN/completions"
    for shell in bash zsh fish; do "$BIN/ballast" completion "$shell" >"$BIN/completions/ballast.$shell"; done
}

ensure_built() {
    local crate package programs program user
    for entry in "${PACKAGES[@]}"; do
        read -r crate package programs user <<<"$entry"
        for program in ${programs//,/ }; do
            [ -x "$BIN/$program" ] || die "$BIN/$program is missing; build it first (docs/build.md)"
        done
    done
}

build() { # CRATE PACKAGE: the path of the package
    cargo deb -q --no-build --no-strip --no-dbgsym --locked ${FAST:+--fast} -p "$1" --output "$OUT/$2.deb" >/dev/null
}

inspect() { # PACKAGE PROGRAMS USER: a package that would surprise its operator is none
    local deb=$OUT/$1.deb listed scripts program
    listed=$(dpkg-deb -c "$deb" | awk '{ print $1, $2, $6 }')
    for program in ${2//,/ }; do
        grep -qE "^-rwxr-xr-x 0/0 \./usr/bin/$program$" <<<"$listed" || die "$1 has no program usr/bin/$program"
    done
    ! grep -vE '^[-d]rw.r-.r-. 0/0 ' <<<"$listed" || die "$1: the files above may be written by others, or are not root's"
    dpkg-deb -f "$deb" Depends | grep -q 'libc6 (' || die "$1 does not say which libraries it needs"
    [ "$3" != - ] || return 0
    grep -q " ./usr/lib/systemd/system/$1.service$" <<<"$listed" || die "$1 has no unit"
    dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./conffiles | grep -qx "/etc/default/$1" || die "/etc/default/$1 is no file of configuration"
    scripts=$(dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./postinst)
    grep -q "adduser --system .* $3$" <<<"$scripts" || die "$1 makes no user"
    ! grep -E 'systemctl|deb-systemd-invoke' <<<"$scripts" || die "$1 starts its service by itself"
}

is_enabled() { [ -e "/etc/systemd/system/multi-user.target.wants/$1.service" ]; }

try() { # PACKAGE PROGRAMS USER
    local program
    dpkg -i "$OUT/$1.deb" >/dev/null
    for program in ${2//,/ }; do "/usr/bin/$program" --version; done
    if [ "$3" != - ]; then
        [ "$(stat -c '%U %a' "/var/lib/$1")" = "$3 700" ] || die "/var/lib/$1 is not $3's alone"
        ! is_enabled "$1" || die "$1.service was enabled"
        systemd-analyze verify --man=no "$1.service"
        echo key >"/var/lib/$1/a-key"
    fi
    dpkg --purge "$1" >/dev/null
    for program in ${2//,/ }; do [ ! -e "/usr/bin/$program" ] || die "$1 left /usr/bin/$program behind"; done
    [ "$3" != - ] || return 0
    [ ! -e "/etc/default/$1" ] || die "$1 left /etc/default/$1 behind"
    [ -e "/var/lib/$1/a-key" ] || die "the purge of $1 deleted keys"
    rm -r "/var/lib/$1"
    deluser --quiet --system "$3" >/dev/null 2>&1 || true
}

ensure_built
completions
mkdir -p "$OUT"
for entry in "${PACKAGES[@]}"; do
    read -r crate package programs user <<<"$entry"
    build "$crate" "$package"
    inspect "$package" "$programs" "$user"
    [ -z "$TRY" ] || try "$package" "$programs" "$user"
    echo "$OUT/$package.deb  $(dpkg-deb -f "$OUT/$package.deb" Version)  $(du -h "$OUT/$package.deb" | cut -f1)"
done
