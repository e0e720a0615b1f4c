# A small study for tests: 3 sizes x 2 policies x 3 seeds of 300 synthetic jobs. Sourced behind common.sh.

# What MPI itself does not free is not looked at.
LSAN_OPTIONS=suppressions=$HC_SOURCE/.ci/lsan.supp
ASAN_OPTIONS=fast_unwind_on_malloc=0
export LSAN_OPTIONS ASAN_OPTIONS

# ranks COUNT ARGUMENT...: the program on so many ranks.
ranks() {
    count=$1
    shift
    on_ranks "$count" "$HINDCAST" "$@" </dev/null
}

# write_study FILE REPETITIONS [JOBS]
write_study() {
    cat >scenario.yaml <<END
hindcast: 1
cluster: { nodes: [{ count: 16, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: ${3:-300}, duration: 1d } }
scheduler: { policy: easy, placement: packed }
END
    cat >"$1" <<END
study: 1
scenario: scenario.yaml
name: small
repetitions: $2
outputs: [wait_mean, utilization, jobs_completed]
variables:
  - { name: nodes, key: "cluster.nodes[0].count", values: [12, 16, 24] }
  - { name: policy, key: scheduler.policy, values: [fcfs, easy] }
END
}

# The table of runs without their wall times: one line for each run. table_of FILE
table_of() {
    h5dump -d /runs "$1" | awk '
        /^ *\([0-9]+\): \{/ { field = 0; row = $1; next }
        row != "" && /^ *\}/ { print row; row = "" ; next }
        row != "" { field++; if (field != 6) row = row " " $1 }'
}
