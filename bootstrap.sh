#!/bin/sh
# From a bare Debian 12 machine to a running Hindcast.
#
#   ./bootstrap.sh demo       install what is missing, build, replay the built-in example, print the report
#   ./bootstrap.sh build      install and build only
#   ./bootstrap.sh packages   install only, what the tests need included
#   ./bootstrap.sh test       install, build, run every test but the nightly ones
#   ./bootstrap.sh nightly    the long statistical, kill and property tests
#
# --no-install   only name the packages that are missing, and stop if there are any
set -eu

BUILD_PACKAGES="gcc libc6-dev make cmake pkg-config git ca-certificates libopenmpi-dev openmpi-bin libhdf5-dev libyaml-dev libjansson-dev libyajl-dev
libcsv-dev libgsl-dev libmuparser-dev librandom123-dev libxxhash-dev zlib1g-dev libzstd-dev nettle-dev uthash-dev
libzmq3-dev libmsgpack-dev libncurses-dev libmicrohttpd-dev libjs-chart.js"
TEST_PACKAGES="libcunit1-dev hdf5-tools procps python3 python3-h5py python3-pandas python3-tables
python3-zmq python3-msgpack python3-prometheus-client man-db mandoc xz-utils chromium chromium-driver iproute2 tmux"

cd "$(dirname "$0")"

say() { printf '%s\n' "$*"; }
fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

usage() {
    sed -n '2,11s/^# \{0,1\}//p' "$0"
    exit "${1:-2}"
}

missing_packages() {
    for package in "$@"; do
        if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
            printf '%s ' "$package"
        fi
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "packages are missing, and neither root nor sudo is at hand: $*"
    fi
}

# Installs what is missing, or, with --no-install, says what it is.
need() {
    command -v dpkg-query >/dev/null 2>&1 || fail "this is not Debian: install the libraries by hand (README)"
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    count=$(printf '%s' "$missing" | wc -w)
    if [ "$install" = no ]; then
        say "missing packages: $missing"
        exit 1
    fi
    say "$count packages missing, installing: $missing"
    start=$(date +%s)
    as_root apt-get update -qq || fail "apt-get update failed"
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing \
        >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get install failed"; }
    say "installed in $(($(date +%s) - start)) s"
}

build() {
    start=$(date +%s)
    cmake --preset release "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; fail "configuring failed"; }
    cmake --build --preset release --parallel "$(nproc)" >"$log" 2>&1 ||
        { tail -n 40 "$log" >&2; fail "building failed"; }
    say "built build/release/hindcast in $(($(date +%s) - start)) s"
}

demo() {
    rm -f demo.h5
    say "hindcast run docs/examples/demo.yaml --out demo.h5"
    say
    build/release/hindcast run docs/examples/demo.yaml --out demo.h5
    say
    say "Next:  build/release/hindcast explain demo.h5 --job 17"
    say "       build/release/hindcast report demo.h5 --json"
    say "       docs/tutorial.md: your own trace in five minutes"
}

command=
install=yes
for argument in "$@"; do
    case $argument in
    --no-install) install=no ;;
    -h | --help) usage 0 ;;
    -*) usage ;;
    *) [ -z "$command" ] || usage; command=$argument ;;
    esac
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# shellcheck disable=SC2086
case $command in
demo)
    need $BUILD_PACKAGES
    build -D HC_TESTS=OFF
    demo
    ;;
build)
    need $BUILD_PACKAGES
    build -D HC_TESTS=OFF
    ;;
packages)
    need $BUILD_PACKAGES $TEST_PACKAGES
    ;;
test)
    need $BUILD_PACKAGES $TEST_PACKAGES
    build -D HC_TESTS=ON
    ctest --preset release
    ;;
nightly)
    need $BUILD_PACKAGES $TEST_PACKAGES
    build -D HC_TESTS=ON
    ctest --preset nightly
    ;;
*) usage ;;
esac
