#!/bin/sh
# past.sh: the past as recorded beside the same jobs as simulated. For each log that recorded waits: what the log says,
# what `policy: recorded` makes of it on this cluster, and what FCFS, EASY and SJF would have done. It prints;
# docs/validation.md holds the figures and the reasons of the differences.
set -eu

hindcast=${HINDCAST:-build/release/hindcast}
data=${HC_SHARED:-../shared}/data
if [ ! -d "$data" ]; then
    echo "SKIPPED: no logs in $data"
    exit 77
fi
data=$(realpath "$data")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# number KEY ...: a figure of the report by the keys that lead to it
number() {
    /usr/bin/python3 - "$scratch/out.json" "$@" <<'EOF'
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value.get(key) if isinstance(value, dict) else None
print("-" if value is None else "%.0f" % value if abs(value) >= 10 else "%.3f" % value)
EOF
}

replay() { # name policy
    sed "s/POLICY/$2/" "$scratch/template.yaml" >"$scratch/s.yaml"
    "$hindcast" run "$scratch/s.yaml" --out "$scratch/r.h5" --force --json >"$scratch/out.json"
    printf '%-12s %-10s %10s %10s %12s %12s %12s %12s\n' "$1" "$2" \
        "$(number utilization)" "$(number recorded utilization)" "$(number wait_median_s)" \
        "$(number recorded wait_s median)" "$(number wait_mean_s)" "$(number recorded wait_s mean)"
}

swf() { # name file processors
    cat >"$scratch/template.yaml" <<EOF
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: $3 }] }
workload: { traces: [{ file: "$data/jobs_swf/$2", format: swf, size: allocated_first }] }
scheduler: { policy: POLICY }
EOF
    for policy in recorded fcfs easy sjf; do
        replay "$1" "$policy"
    done
}

openb() {
    cat >"$scratch/template.yaml" <<EOF
hindcast: 1
cluster: { nodes_from: { file: "$data/alibaba/openb_node_list_gpu_node.csv", format: openb } }
workload:
  traces: [{ file: "$data/alibaba/openb_pod_list_default.csv", format: openb, from: 112d }]
  warm_start: true
scheduler: { policy: POLICY }
EOF
    for policy in recorded fcfs first_fit; do
        replay openb "$policy"
    done
}

printf '%-12s %-10s %10s %10s %12s %12s %12s %12s\n' log policy utilisation recorded 'median wait' recorded 'mean wait' recorded
swf KTH-SP2 KTH-SP2-1996-2.1-cln.swf.gz 100
swf HPC2N HPC2N-2002-2.1-cln.swf.gz 240
swf SDSC-BLUE SDSC-BLUE-2000-4.2-cln.swf.gz 1152
swf RICC RICC-2010-2.swf.gz 8192
openb
