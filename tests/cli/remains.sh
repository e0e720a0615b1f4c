# What tests of killed and failed runs share: sourced after common.sh. A workload larger than the buffers of the
# run file, its whole run in whole.csv, and the check of what `recover` brings back.

cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 128, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 120000, duration: 60d } }
END

run_whole() {
    "$HINDCAST" run s.yaml --out whole.h5 --quiet
    "$HINDCAST" export whole.h5 --table jobs --to csv >whole.csv
    whole_count=$(($(wc -l <whole.csv) - 1))
    [ "$whole_count" -eq 120000 ] || fail "$whole_count jobs in the whole run"
}

# The rows of r.h5 are those of the whole run up to some end of a job: each is equal, and none that ended earlier
# is missing. Sets `row_count`. No other file is left beside it.
check_prefix() {
    "$HINDCAST" export r.h5 --table jobs --to csv >part.csv
    complaint=$(awk -F, '
        NR == FNR { if (FNR > 1) { rows++; row[$0] = 1; if ($4 > last) last = $4 } next }
        $0 in row { found++; next }
        FNR > 1 && $4 + 0 < last + 0 { missing++ }
        END { if (found != rows || missing > 0) printf "%d of %d rows found, %d missing", found, rows, missing }
    ' part.csv whole.csv)
    [ -z "$complaint" ] || fail "$1: $complaint"
    head -n 1 whole.csv >whole_header
    head -n 1 part.csv | cmp - whole_header || fail "$1: another header"
    row_count=$(($(wc -l <part.csv) - 1))
    "$HINDCAST" report r.h5 >report || fail "$1: report"
    [ "$(ls r.h5*)" = r.h5 ] || fail "$1: left: $(ls r.h5*)"
}

# Others read the file as well: h5py, and pandas in one line.
check_with_python() {
    code=0
    "$HC_PYTHON" - r.h5 "$row_count" >python.out 2>&1 <<'END' || code=$?
import sys
try:
    import h5py, pandas, tables
except ImportError as absent:
    print("SKIPPED:", absent)
    sys.exit(77)
jobs = pandas.read_hdf(sys.argv[1], "jobs")
assert len(jobs) == int(sys.argv[2]), len(jobs)
with h5py.File(sys.argv[1], "r") as file:
    assert len(file["jobs"]) == int(sys.argv[2])
END
    cat python.out
    [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || fail "$1: python cannot read the file"
}
