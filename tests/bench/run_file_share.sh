#!/bin/sh
# run_file_share.sh [JOBS]: what the run file costs: user CPU of the same jobs without one (bench replay) and with one, events
# at level none, jobs and all. The fastest of five alternating runs each; the digests must be equal.
set -eu

hindcast=${HINDCAST:-build/release/hindcast}
jobs=${1:-100000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cat >"$scratch/s.yaml" <<END
hindcast: 1
cluster: { nodes: [ { count: 256, gpus: 8 } ] }
workload: { synthetic: { preset: demo, jobs: $jobs, load: 0.9 } }
output: { sample: 10min }
END

value() { sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},*\$/\1/p" "$1"; }
least() { echo "$1 ${2:-$1}" | awk '{ print $1 < $2 ? $1 : $2 }'; }

bare= none= jobs_level= all=
for _ in 1 2 3 4 5; do
    "$hindcast" bench replay --jobs "$jobs" --gpus 2048 --load 0.9 --json >"$scratch/bare.json"
    bare=$(least "$(value "$scratch/bare.json" user_cpu_s)" "$bare")
    for level in none jobs all; do
        "$hindcast" run "$scratch/s.yaml" --set output.events=$level --out "$scratch/r.h5" --force --json \
            >"$scratch/$level.json"
        cpu=$(value "$scratch/$level.json" user_cpu_s)
        case $level in
        none) none=$(least "$cpu" "$none") ;;
        jobs) jobs_level=$(least "$cpu" "$jobs_level") ;;
        all) all=$(least "$cpu" "$all") ;;
        esac
        [ "$(value "$scratch/$level.json" digest)" = "$(value "$scratch/bare.json" digest)" ] || {
            echo "the runs differ: the figures mean nothing" >&2
            exit 1
        }
    done
done
echo "$jobs $bare $none $jobs_level $all" | awk '{
    printf "%d jobs, user CPU s: %.2f without a run file\n", $1, $2
    split("none jobs all", level)
    for (i = 1; i <= 3; i++)
        printf "  events %-5s %.2f, report included: %+.0f %%\n", level[i], $(i + 2), 100 * ($(i + 2) / $2 - 1)
}'
