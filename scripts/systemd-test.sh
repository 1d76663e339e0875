#!/usr/bin/env bash
# Runs the services of the Debian packages under a real systemd, in a container that has the loopback network only: a node that makes
# blocks, a storage worker that joins, an inference worker that answers. Each is confined as its unit says, restarted, killed with -9,
# and stopped; then the container boots again and all of them come back by themselves.
#
#   scripts/systemd-test.sh [--debs DIR] [--base DIR] [--model DIR]
#   scripts/systemd-test.sh --probe      only tells, by its exit status, whether that can be done here
#
# --debs DIR    packages  [default: scripts/package.sh makes them out of the release build]
# --base DIR    a root folder that debootstrap made of this Debian with PARTS, which is copied  [default: it is made, from the mirror; minutes]
# --model DIR   what the inference worker serves  [default: scripts/model.sh]
# Needs root, and Debian's systemd-container and debootstrap. Takes some five minutes. Removes what it made.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

PARTS=adduser,ca-certificates,curl,dbus,libssl3,libstdc++6,procps,systemd,systemd-sysv
BOOT_TIMEOUT_S=900 DEBS="" BASE="" MODEL="" PROBE=""
usage() { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --probe) PROBE=1; shift; continue ;;
        --debs | --base | --model) [ $# -gt 1 ] || usage ;;
        *) usage ;;
    esac
    case $1 in
        --debs) DEBS=$(realpath "$2") ;;
        --base) BASE=$(realpath "$2") ;;
        --model) MODEL=$(realpath "$2") ;;
    esac
    shift 2
done
CODENAME=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
is_debian() { grep -qx 'ID=debian' /etc/os-release; }
if [ -n "$PROBE" ]; then
    [ "$(id -u)" -eq 0 ] && is_debian && command -v systemd-nspawn debootstrap >/dev/null
    exit
fi
[ "$(id -u)" -eq 0 ] || die "a container is booted; run it as root"
is_debian || die "the packages need the libraries of the system that they were built on, so this is run on Debian"
need systemd-nspawn "apt-get install systemd-container"
need debootstrap "apt-get install debootstrap"

DIR=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-systemd.XXXXXX")
CONTAINER="" TAIL=""
clean() {
    # It ends the container with it, whose folders are its mounts.
    [ -z "$CONTAINER" ] || { kill "$CONTAINER" 2>/dev/null && wait "$CONTAINER"; } || true
    [ -z "$TAIL" ] || kill "$TAIL" 2>/dev/null || true
    rm -rf --one-file-system "$DIR"
}
trap clean EXIT

[ -n "$DEBS" ] || { DEBS=$DIR/debs; "$ROOT/scripts/package.sh" --fast --out "$DEBS"; }
[ -n "$MODEL" ] || MODEL=$("$ROOT/scripts/model.sh")
if [ -z "$BASE" ]; then
    say "Debian $CODENAME from the mirror"
    BASE=$DIR/base
    debootstrap --variant=minbase --include="$PARTS" "$CODENAME" "$BASE" >"$DIR/debootstrap.log" 2>&1 || { tail -n 5 "$DIR/debootstrap.log" >&2; die "debootstrap failed"; }
fi
MACHINE=$DIR/machine
cp -a "$BASE" "$MACHINE"
mkdir -p "$MACHINE/opt/try"
cp "$DEBS"/{ballast-node,ballast-storage-worker,ballast-inference-worker,ballast}.deb "$ROOT/scripts/systemd-inside.sh" "$MACHINE/opt/try/"
cp -r "$MODEL" "$MACHINE/opt/model"
chmod -R a+rX "$MACHINE/opt/model"
REPORT=$MACHINE/opt/try/report
touch "$REPORT"
cat >"$MACHINE/etc/systemd/system/try.service" <<'UNIT'
[Unit]
Description=Tries the services of the packages
SuccessAction=exit
SuccessActionExitStatus=0
FailureAction=exit
FailureActionExitStatus=1

[Service]
Type=exec
ExecStart=/opt/try/systemd-inside.sh
StandardOutput=append:/opt/try/report
StandardError=append:/opt/try/report

[Install]
WantedBy=multi-user.target
UNIT
mkdir -p "$MACHINE/etc/systemd/system/multi-user.target.wants"
ln -s ../try.service "$MACHINE/etc/systemd/system/multi-user.target.wants/try.service"
tail -n +1 -f "$REPORT" & TAIL=$!

boot() {
    say "boot"
    timeout --foreground -k 30 "$BOOT_TIMEOUT_S" systemd-nspawn --quiet --register=no --keep-unit --private-network --console=pipe --boot -D "$MACHINE" \
        </dev/null >>"$DIR/console.log" 2>&1 & CONTAINER=$!
    wait "$CONTAINER" || { CONTAINER=""; sleep 1; tail -n 20 "$DIR/console.log" >&2; die "the services are not as they have to be"; }
    CONTAINER=""
}
boot
boot
sleep 1
grep -qx "all services are back" "$REPORT" || die "the container ended before its services were tried"
say "services are in order under $(systemd-nspawn --version | head -1)"
