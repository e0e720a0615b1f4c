# What the tests of the program share. A test is a script: it stands in an empty folder, types commands as a
# user does, and ends with 0, with 77 where data that it needs is absent, or with 1 and a line that says why.
# ctest gives HINDCAST (the program), SCRATCH (the folder), HC_SOURCE (the sources), HC_SHARED (real traces and
# golden results), HC_PYTHON, HC_SHIM (a library that makes the disk fail) and HC_STUDY (a program that writes the
# file of a study).

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
