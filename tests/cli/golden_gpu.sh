# Schedules of Tiresias and Helios: starts and ends, for Helios also the nodes with the GPUs taken on each.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling

# run TABLE NODES GPUS POLICY SCHEME COLUMNS: leaves the columns of the table and ours in wanted and jobs.h5.
run() {
    cp "$HC_SHARED/golden/scheduling/$1.csv" jobs.csv
    cat >scenario.yaml <<END
hindcast: 1
fidelity: recorded
cluster: { nodes: [{ count: $2, gpus: $3 }] }
workload: { traces: [{ file: jobs.csv, format: csv, columns: { job_id: job_id, submit: submit, gpus: num_gpu, runtime: duration } }] }
scheduler: { policy: $4, placement: packed }
END
    "$HINDCAST" run scenario.yaml --out jobs.h5 --force --quiet
    awk -F, -v scheme="$5" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        {
            nodes = "nodes_" scheme
            print $1, $(at["start_" scheme]), $(at["end_" scheme]), nodes in at ? $(at[nodes]) : ""
        }' jobs.csv | sort >wanted
}

# "0:8+3:2": GPUs on each node, in order of nodes.
list_nodes() {
    "$HINDCAST" export jobs.h5 --table placements --to csv | sed 1d | sort -t, -k1,1 -k3,3n |
        awk -F, '{ job[NR] = $1; node[NR] = $3; count[NR] = $5 }
            END {
                for (i = 1; i <= NR; i++) {
                    if (i > 1 && job[i] == job[i - 1] && node[i] == node[i - 1]) sum += count[i]
                    else sum = count[i]
                    if (i < NR && job[i] == job[i + 1] && node[i] == node[i + 1]) continue
                    list[job[i]] = list[job[i]] (job[i] in list && list[job[i]] != "" ? "+" : "") node[i] ":" sum
                }
                for (j in list) print j, list[j]
            }' | sort >nodes
}

check_starts() {
    run "$@"
    "$HINDCAST" export jobs.h5 --table jobs --to csv | sed 1d | awk -F, '{ print $1, $3, $4, "" }' | sort >found
    diff wanted found || fail "$1 $5"
}

check_nodes() {
    run "$@"
    list_nodes
    "$HINDCAST" export jobs.h5 --table jobs --to csv | sed 1d | awk -F, '{ print $1, $3, $4 }' | sort |
        join - nodes | sort >found
    diff wanted found || fail "$1 $5"
}

check_starts gpu_tiresias_t60 1 16 fcfs fifo
check_starts gpu_tiresias_t60 1 16 first_fit fjf
check_starts gpu_tiresias_synth_tiny 1 16 fcfs fifo
check_starts gpu_tiresias_synth_tiny 1 16 first_fit fjf
check_starts gpu_tiresias_synth_fine 1 128 fcfs fifo
check_starts gpu_tiresias_synth_fine 1 128 first_fit fjf
check_nodes gpu_helios_synth_tiny 2 8 fcfs fifo
check_nodes gpu_helios_synth_tiny 2 8 sjf sjf
check_nodes gpu_helios_synth_fine 16 8 fcfs fifo
check_nodes gpu_helios_synth_fine 16 8 sjf sjf
