#!/bin/sh
# at_scale.sh [JOBS]: from a CSV to the run file. Forty copies of the first 4,606 jobs of SDSC-SP2 in a row (184,240 jobs, EASY on 128
# processors), and JOBS (1,000,000) synthetic jobs, written to a CSV first, on 100,000 GPUs in nodes of 8 (EASY).
# Prints user CPU seconds without the report, jobs per second of it (the best of three), and the peak memory of a run
# with the report; asserts nothing.
set -eu

hindcast=${HINDCAST:-build/release/hindcast}
jobs=${1:-1000000}
golden=${HC_SHARED:-../shared}/golden/scheduling/cpu_sdsc5k.csv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

value() { sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},*$/\1/p" "$1"; }

measure() { # NAME SCENARIO
    best=
    for _ in 1 2 3; do
        # shellcheck disable=SC2016
        cpu=$(sh -c '"$@" && times' sh "$hindcast" run "$2" --out "$scratch/r.h5" --force --quiet |
            awk 'END { split($1, t, /[ms]/); print 60 * t[1] + t[2] }')
        best=$(echo "$cpu ${best:-$cpu}" | awk '{ print $1 < $2 ? $1 : $2 }')
    done
    "$hindcast" run "$2" --out "$scratch/r.h5" --force --json >"$scratch/out.json"
    echo "$(value "$scratch/out.json" jobs) $best $(value "$scratch/out.json" peak_rss_bytes) $1" |
        awk '{ printf "%-10s %9d jobs  %6.2f s user  %8.0f jobs/s  %5.0f MiB\n", $4, $1, $2, $1 / $2, $3 / 1048576 }'
}

scenario() { # NODES GPUS CSV COLUMNS
    printf 'hindcast: 1\ncluster: { nodes: [ { count: %s, gpus: %s } ] }\n' "$1" "$2"
    printf 'workload: { traces: [ { file: %s, format: csv, columns: { %s } } ] }\nscheduler: { policy: easy }\n' "$3" "$4"
}

if [ -f "$golden" ]; then
    awk -F, 'NR == 1 { print "job_id,submit,procs,estimate,runtime"; next }
        { submit[NR] = $2; rest[NR] = $3 "," $4 "," $5; last = $2 > last ? $2 : last }
        END { for (copy = 0; copy < 40; copy++)
                  for (i = 2; i <= NR; i++) print ++id "," submit[i] + copy * (last + 1) "," rest[i] }' \
        "$golden" >"$scratch/sdsc.csv"
    scenario 1 128 "$scratch/sdsc.csv" \
        "job_id: job_id, submit: submit, runtime: runtime, time_limit: estimate, gpus: procs" >"$scratch/sdsc.yaml"
    measure sdsc "$scratch/sdsc.yaml"
else
    echo "SKIPPED: no $golden"
fi

cat >"$scratch/many.yaml" <<END
hindcast: 1
cluster: { nodes: [ { count: 12500, gpus: 8 } ] }
workload: { synthetic: { preset: demo, jobs: $jobs, load: 0.9 } }
scheduler: { policy: fcfs }
output: { events: none }
END
"$hindcast" run "$scratch/many.yaml" --out "$scratch/many.h5" --quiet
"$hindcast" export "$scratch/many.h5" --table jobs >"$scratch/jobs.csv"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print "job_id,submit,runtime,time_limit,gpus,user"; next }
    { print $at["job_id"] "," $at["submit_s"] "," $at["run_time_s"] "," $at["time_limit_s"] "," $at["gpus"] "," $at["user"] }' \
    "$scratch/jobs.csv" >"$scratch/many.csv"
rm "$scratch/many.h5" "$scratch/jobs.csv"
scenario 12500 8 "$scratch/many.csv" \
    "job_id: job_id, submit: submit, runtime: runtime, time_limit: time_limit, gpus: gpus, user: user" >"$scratch/csv.yaml"
measure many "$scratch/csv.yaml"
