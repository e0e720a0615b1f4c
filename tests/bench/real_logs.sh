#!/bin/sh
# real_logs.sh [FOLDER]: replays three logs of the Parallel Workloads Archive under FCFS and EASY, from the
# compressed log to the run file, and prints jobs per second of user CPU (reading, simulating, writing and
# reporting together) and the waits beside the recorded ones. FOLDER holds the logs (*.swf.gz).
set -eu

hindcast=${HINDCAST:-build/release/hindcast}
folder=${1:-${HC_SHARED:-../shared}/data/jobs_swf}
if [ ! -d "$folder" ]; then
    echo "SKIPPED: no logs in $folder"
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

number() {
    sed -n "s/^  \"$1\": \\([^,]*\\),*\$/\\1/p" "$scratch/out.json"
}

# The mean wait that the log recorded, from the object "recorded".
recorded_wait() {
    sed -n '/"recorded": {/,/^  }/p' "$scratch/out.json" | sed -n '0,/"mean"/s/.*"mean": \([^,]*\),*/\1/p'
}

# The fastest of three runs: others use the machine too.
replay() { # log processors policy
    cat >"$scratch/s.yaml" <<EOF
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: $2 }] }
workload: { traces: [{ file: "$(realpath "$folder/$1")", format: swf }] }
scheduler: { policy: $3 }
EOF
    best=
    for _ in 1 2 3; do
        "$hindcast" run "$scratch/s.yaml" --out "$scratch/r.h5" --force --json >"$scratch/out.json"
        cpu=$(number user_cpu_s)
        best=$(echo "$cpu ${best:-$cpu}" | awk '{ print $1 < $2 ? $1 : $2 }')
    done
    echo "$1 $3 $(number jobs) $best $(number wait_mean_s) $(recorded_wait) $(number digest | tr -d '"')" |
        awk '{ printf "%-28s %-5s %9d %8.2f %11.0f %11.0f %12.0f  %s\n", $1, $2, $3, $4, $3 / $4, $5, $6, $7 }'
}

printf '%-28s %-5s %9s %8s %11s %11s %12s  %s\n' log policy jobs 'CPU s' 'jobs/CPU s' 'mean wait s' 'recorded s' digest
for policy in fcfs easy; do
    replay KTH-SP2-1996-2.1-cln.swf.gz 100 "$policy"
    replay HPC2N-2002-2.1-cln.swf.gz 240 "$policy"
    replay RICC-2010-2.swf.gz 8192 "$policy"
done
