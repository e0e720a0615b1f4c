# What the tests of the program share. A test is a script: it stands in an empty folder, types commands as a
# user does, and ends with 0, with 77 where data that it needs is absent, or with 1 and a line that says why.
# ctest gives HINDCAST (the program), SCRATCH (the folder), HC_SOURCE (the sources), HC_BUILD (where they were built),
# HC_SHARED (real traces and golden results), HC_PYTHON, HC_SHIM (a library that makes the disk fail) and HC_STUDY (a
# program that writes the file of a study).

set -eu
LC_ALL=C
export LC_ALL
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"
cd "$SCRATCH"
# The folder of a test that failed stays, to be looked at.
trap 'code=$?; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT

fail() {
    echo "FAILED: $*"
    exit 1
}

# Sets `shared` to a file of the shared folder.
need_shared() {
    shared=$HC_SHARED/$1
    if [ ! -e "$shared" ]; then
        echo "SKIPPED: $shared is absent"
        exit 77
    fi
}

# expect_exit CODE COMMAND...: its output goes to the files out and err.
expect_exit() {
    expected=$1
    shift
    code=0
    "$@" >out 2>err || code=$?
    if [ "$code" -ne "$expected" ]; then
        cat err
        fail "exit $code instead of $expected: $*"
    fi
}

expect_text() {
    grep -qF -- "$2" "$1" || {
        cat "$1"
        fail "$1 lacks: $2"
    }
}

expect_no_text() {
    ! grep -qF -- "$2" "$1" || {
        cat "$1"
        fail "$1 should not say: $2"
    }
}

# The file equals the text on standard input.
expect_file() {
    cat >expected_text
    diff expected_text "$1" || fail "$1 differs"
}

# Value of a key of the JSON object in a file, at the first level.
json_value() {
    sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1"
}

# digest_of SCENARIO OPTION...
digest_of() {
    "$HINDCAST" run "$@" --json --force --out digest.h5 >digest.json || fail "hindcast run $*"
    json_value digest.json digest
}

# One machine with so many processors, and the columns that jobs.csv has in these tests and in the golden tables.
# write_scenario FILE PROCESSORS POLICY [PASS]
write_scenario() {
    cat >"$1" <<END
hindcast: 1
fidelity: recorded
cluster: { nodes: [{ count: 1, gpus: $2 }] }
workload: { traces: [{ file: jobs.csv, format: csv, columns: { job_id: job_id, submit: submit, gpus: procs, runtime: runtime, time_limit: estimate } }] }
scheduler: { policy: $3, pass: ${4:-instant} }
END
}

# on_ranks N COMMAND...: waiting ranks leave the cores to those that work.
OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_mpi_yield_when_idle
on_ranks() {
    rank_count=$1
    shift
    timeout 300 mpirun --allow-run-as-root --oversubscribe -n "$rank_count" "$@"
}

# jobs.csv for write_partitions(). write_jobs COUNT MEAN_SECONDS_BETWEEN_TWO
write_jobs() {
    awk -v count="$1" -v gap="$2" 'BEGIN {
        srand(5)
        print "job_id,submit,runtime,gpus,partition,user"
        for (i = 0; i < count; i++) {
            t += -gap * log(rand() + 1e-9)
            printf "%d,%d,%d,%d,%s,u%d\n", i, t, 1 - 900 * log(rand() + 1e-9), 2 ^ int(5 * rand()),
                substr("abcdef", 1 + int(6 * rand()), 1), int(9 * rand())
        }
    }' >jobs.csv
}

# Six partitions of nodes, SCALE times 3 to 6 each. write_partitions FILE SCALE EVENTS
write_partitions() {
    cat >"$1" <<END
hindcast: 1
cluster:
  nodes:
    - { count: $((4 * $2)), gpus: 8, partition: a, name: a }
    - { count: $((6 * $2)), gpus: 8, partition: b, name: b }
    - { count: $((3 * $2)), gpus: 8, partition: c, name: c }
    - { count: $((4 * $2)), gpus: 8, partition: d, name: d }
    - { count: $((5 * $2)), gpus: 8, partition: e, name: e }
    - { count: $((4 * $2)), gpus: 8, partition: f, name: f }
workload: { traces: [{ file: jobs.csv, format: csv }] }
scheduler: { policy: easy }
output: { events: $3, sample: 1h }
END
}

# Five sites that send each other jobs: one with 2,000 jobs of jobs.csv, four with so many synthetic ones each.
# write_federation FILE JOBS DAYS
write_federation() {
    cut -d, -f1-4,6 jobs.csv | head -2000 >home.csv
    cat >"$1" <<END
hindcast: 1
federation:
  broker: { policy: least_loaded, dispatch: 1min, report_delay: 30s }
  sites:
    - { name: log, workload: { traces: [{ file: home.csv, format: csv }] } }
    - { name: twin, count: 2, cluster: { nodes: [{ count: 6, gpus: 8, gpu: B }] }, scheduler: { policy: las } }
    - { name: small, cluster: { nodes: [{ count: 1, gpus: 4 }] } }
    - { name: last, scheduler: { policy: conservative } }
cluster: { nodes: [{ count: 4, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: $2, duration: $3d } }
output: { events: all, sample: 1h }
END
}

# Every table is the same in both run files. same_tables FILE FILE WHERE
same_tables() {
    for table in jobs attempts placements decisions events series ledger nodes inputs partitions sites kinds users groups; do
        h5diff -q "$1" "$2" "/$table" || fail "/$table differs $3"
    done
}

# Schedulers in Python need both of its modules.
need_scheduler_modules() {
    [ -n "$HC_PYTHON" ] && "$HC_PYTHON" -c 'import msgpack, zmq' 2>/dev/null || {
        echo "SKIPPED: python3-zmq or python3-msgpack is absent"
        exit 77
    }
}

# A place for a socket that nobody else can reach; sets `endpoint`.
make_endpoint() {
    mkdir -m 700 private
    endpoint=ipc://$PWD/private/s
}

# run_outside SCRIPT SCENARIO OPTION...: the scenario is scheduled by a Python script at $endpoint; report in out.
run_outside() {
    script=$1
    shift
    timeout 120 "$HC_PYTHON" "$script" "$endpoint" &
    server=$!
    expect_exit 0 timeout 120 "$HINDCAST" run "$@" --set scheduler.policy=external \
        --set "scheduler.endpoint=$endpoint" --json --force
    wait "$server" || fail "$script did not end"
}
