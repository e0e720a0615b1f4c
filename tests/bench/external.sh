#!/bin/sh
# external.sh [PASSES]: what one question to a scheduler in another process costs over ipc: one in C that starts every job, then
# the examples in Python.
set -eu

hindcast=${HINDCAST:-build/release/hindcast}
source=$(cd "$(dirname "$0")/../.." && pwd)
passes=${1:-20000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$hindcast" bench external --passes "$passes"
if ! /usr/bin/python3 -c 'import msgpack, zmq' 2>/dev/null; then
    echo "SKIPPED: python3-zmq or python3-msgpack is absent"
    exit 77
fi
for name in fcfs easy; do
    timeout 120 /usr/bin/python3 "$source/docs/examples/external_$name.py" "ipc://$scratch/s" &
    printf '%s in Python: ' "$name"
    "$hindcast" bench external --passes "$passes" --endpoint "ipc://$scratch/s" --outside
    wait
done
