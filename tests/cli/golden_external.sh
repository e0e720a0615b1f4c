# The schedulers in docs/examples, in Python behind a socket: every start is the one of pyss or Helios, and what happens is
# exactly what happens under the policies inside.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling
need_scheduler_modules
make_endpoint

# check POLICY COLUMN ID_COLUMN: jobs.csv and scenario.yaml are there.
check() {
    run_outside "$HC_SOURCE/docs/examples/external_$1.py" scenario.yaml --out outside.h5
    outside=$(json_value out digest)
    [ -n "$outside" ] && [ "$outside" = "$(digest_of scenario.yaml --set "scheduler.policy=$1")" ] ||
        fail "$table $1: another digest than inside"
    "$HINDCAST" export outside.h5 --table jobs --to csv | cut -d, -f1,3 | sed 1d | sort >found
    awk -F, -v column="$2" -v id="$3" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $(at[id]) "," $(at[column]) }' jobs.csv | sort >wanted
    [ -s wanted ] || fail "$table: nothing to compare with"
    diff wanted found >differences || fail "$table $1: $(wc -l <differences) starts differ"
    count=$((count + 1))
}

count=0
while read -r table processors policy pass; do
    cp "$HC_SHARED/golden/scheduling/$table.csv" jobs.csv
    write_scenario scenario.yaml "$processors" easy "$pass"
    check "$policy" "start_pyss_$policy" job_id
done <<'END'
cpu_synth_tiny 16 fcfs instant
cpu_synth_tiny 16 easy instant
cpu_synth_tiny 16 easy event
cpu_synth_fine 128 fcfs instant
cpu_synth_fine 128 easy instant
cpu_synth_coarse 128 fcfs instant
cpu_synth_coarse 128 easy event
cpu_sdsc5k 128 fcfs event
cpu_sdsc5k 128 easy instant
cpu_sdsc5k 128 easy event
cpu_hpc2n 240 fcfs instant
cpu_hpc2n 240 easy event
END

# On several nodes a job needs more than a number of free GPUs.
while read -r table nodes; do
    cp "$HC_SHARED/golden/scheduling/$table.csv" jobs.csv
    cat >scenario.yaml <<SCENARIO
hindcast: 1
cluster: { nodes: [{ count: $nodes, gpus: 8 }] }
workload: { traces: [{ file: jobs.csv, format: csv, columns: { job_id: job_id, submit: submit, gpus: num_gpu, runtime: duration } }] }
SCENARIO
    check fcfs start_fifo job_id
done <<'END'
gpu_helios_synth_tiny 2
gpu_helios_synth_fine 16
END

# One scheduler answers for all partitions.
write_jobs 2000 20
write_partitions scenario.yaml 1 jobs
run_outside "$HC_SOURCE/docs/examples/external_fcfs.py" scenario.yaml --out outside.h5
[ "$(json_value out digest)" = "$(digest_of scenario.yaml --set scheduler.policy=fcfs)" ] ||
    fail "another digest than inside on six partitions"
[ "$count" -eq 14 ] || fail "$count cases instead of 14"
