# Digests of a few small scenarios, written down: gcc and clang, -O0 and -O3, today and tomorrow give the same.
# A change of these values is a change of results (or of the digest itself) and belongs in a commit of its own.
. "$(dirname "$0")/common.sh"

# expect DIGEST SCENARIO OPTION...
expect() {
    wanted=$1
    shift
    found=$(digest_of "$@")
    [ "$found" = "$wanted" ] || fail "$found instead of $wanted: $*"
}

# Whole numbers only.
{
    echo job_id,submit,procs,runtime,estimate
    awk 'BEGIN { for (n = 1; n <= 200; n++) print n "," 60 * int(n / 3) "," 1 + n * 7 % 32 "," 60 + n * 131 % 4000 "," 60 + n * 131 % 4000 + n * 71 % 900 }'
} >jobs.csv
write_scenario trace.yaml 64 easy
expect 9598aa34f9537658 trace.yaml
expect 03d6f2c233b77cd5 trace.yaml --set scheduler.pass=event
expect 7163c02202d23d39 trace.yaml --set scheduler.policy=fcfs
expect bd78bd7a00417fc9 trace.yaml --set scheduler.policy=sjf
expect 0bf7145e070d3a3d trace.yaml --set 'workload.traces[0].load=1.37'

# Real numbers as well: logarithms, powers and sums of the distributions, in every kind of arrivals.
cat >synthetic.yaml <<'END'
hindcast: 1
seed: 42
cluster: { nodes: [{ count: 64, gpus: 8, per_rack: 8 }] }
workload: { synthetic: { preset: demo, jobs: 10000, duration: 20d } }
END
expect a2cd015377f5dea1 synthetic.yaml
expect 3c5d05883577eae6 synthetic.yaml --set scheduler.placement=spread
expect cf70825197cb267b synthetic.yaml --set workload.synthetic.preset=philly
expect f9fd3dfc1286a828 synthetic.yaml --set scheduler.policy=easy_sjbf
[ "$("$HINDCAST" bench phold --lps 64 --end 50 --json >phold.json && json_value phold.json digest)" = e527e27f968fee2d ] ||
    fail "PHOLD: $(json_value phold.json digest)"
