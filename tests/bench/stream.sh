#!/bin/sh
# What streams cost: events to readers in processes of their own, over tcp and ipc; and a run with one reader beside the same run
# without a stream, best of ROUNDS, taking turns. Prints, asserts nothing.
#   HINDCAST=build/release/hindcast sh tests/bench/stream.sh [EVENTS [JOBS [ROUNDS]]]
set -eu
events=${1:-10000000}
jobs=${2:-1000000}
rounds=${3:-5}
here=$(cd "$(dirname "$0")/../.." && pwd)
HINDCAST=$(realpath "$HINDCAST")
folder=$(mktemp -d /tmp/hindcast-XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

for endpoint in tcp://127.0.0.1:56552 "ipc://$folder/s"; do
    for readers in 1 2; do
        "$HINDCAST" bench stream --events "$events" --readers "$readers" --endpoint "$endpoint" | head -1
    done
done
"$HINDCAST" bench stream --events $((events / 10)) --endpoint "ipc://$folder/s" --stream-format map | head -1
echo "two readers, one killed and started again twice:"
"$HINDCAST" bench stream --events "$events" --readers 2 --endpoint "ipc://$folder/s" --replay "ipc://$folder/r" --kills 2

cat >s.yaml <<END_OF_SCENARIO
hindcast: 1
cluster: { nodes: [{ count: 256, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: $jobs, duration: $((jobs / 3334 + 1))d } }
END_OF_SCENARIO

# Seconds of wall clock that a run takes, as it says itself: reading and writing included.
seconds() {
    begin=$(date +%s%N)
    "$HINDCAST" run s.yaml --out s.h5 --force --quiet "$@"
    end=$(date +%s%N)
    echo "$(((end - begin) / 1000000))"
}
best() {
    sort -n "$1" | head -1
}
for round in $(seq "$rounds"); do
    seconds >>off
    "$HINDCAST" watch "ipc://$folder/s" --quiet --exit-at-end &
    sleep 0.5
    seconds --stream "ipc://$folder/s" --wait-subscribers 1 >>on
    wait
done
awk -v off="$(best off)" -v on="$(best on)" -v jobs="$jobs" 'BEGIN {
    printf "run of %d jobs: %.2f s without a stream, %.2f s with one reader (%+.1f %%)\n",
        jobs, off / 1000, on / 1000, 100 * (on - off) / off }'
