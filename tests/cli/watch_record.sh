# What hindcast watch --record keeps: the rows of the run, in tables that pandas and h5py read.
. "$(dirname "$0")/common.sh"
"$HC_PYTHON" -c 'import pandas, tables, h5py' 2>/dev/null || {
    echo "SKIPPED: python3 has no pandas, tables or h5py"
    exit 77
}
cat >s.yaml <<'END'
hindcast: 1
name: kept
cluster: { nodes: [{ count: 10, gpus: 8, partition: a }, { count: 10, gpus: 8, partition: b }] }
workload: { synthetic: { preset: demo, jobs: 4000, duration: 20d } }
output: { events: all, sample: 1h }
END
"$HINDCAST" run s.yaml --out r.h5 --quiet

expect_exit 0 "$HC_WATCH" 'r.h5?rows=100' --record rec.h5 --quiet
[ ! -s out ] && [ ! -s err ] || fail "--quiet speaks"
cat >compare.py <<'END'
import h5py, numpy, pandas, sys
run, rec = (h5py.File(name, "r") for name in ("r.h5", "rec.h5"))
for table in ("events", "series", "placements", "decisions", "ledger"):
    assert run[table].dtype == rec[table].dtype, table
    assert len(run[table]) > 1 and numpy.array_equal(run[table][:], rec[table][:]), table
    assert pandas.read_hdf("rec.h5", table).equals(pandas.read_hdf("r.h5", table)), table
for key in ("run_id", "name", "policy", "digest", "clock"):
    assert run.attrs[key] == rec.attrs[key], key
assert rec.attrs["complete"] == 1 and rec.attrs["stream_complete"] in (b"1", "1")
assert [name.decode().rstrip("\0") if isinstance(name, bytes) else name for name in rec["partitions"]["name"]] == ["a", "b"]
END
"$HC_PYTHON" compare.py || fail "the recording differs"
"$HINDCAST" export r.h5 --table events >run.csv
"$HINDCAST" export rec.h5 --table events >rec.csv || fail "export of a recording"
[ "$(wc -l <run.csv)" -eq "$(wc -l <rec.csv)" ] || fail "rows of the export"

# A report of it would count no job: it says what it is instead.
expect_exit 1 "$HINDCAST" report rec.h5
expect_text err 'is a recording of a stream'
expect_exit 1 "$HINDCAST" explain rec.h5 --job 1
expect_text err 'is a recording of a stream'

# It replaces nothing, unless it may.
expect_exit 2 "$HC_WATCH" r.h5 --record rec.h5 --quiet
expect_text err 'rec.h5: exists'
expect_exit 0 "$HC_WATCH" r.h5 --record rec.h5 --force --quiet
expect_exit 4 "$HC_WATCH" r.h5 --record nowhere/rec.h5 --quiet

# Lost rows are told.
expect_exit 1 "$HC_WATCH" 'r.h5?lose=5' --record lossy.h5 --quiet
expect_text err 'rows are lost; --replay ENDPOINT brings back what was missed'
"$HC_PYTHON" -c '
import h5py
a = h5py.File("lossy.h5", "r").attrs
assert a["complete"] == 0 and int(a["lost_rows"]) > 0, dict(a)' || fail "lossy.h5"

# Stopped half way: what came is there. Killed: it is recovered.
"$HC_WATCH" 'r.h5?rows=10&pause=5' --record half.h5 --quiet </dev/null &
watch=$!
sleep 1
kill -TERM "$watch"
code=0
wait "$watch" || code=$?
[ "$code" -eq 143 ] || fail "exit $code after SIGTERM"
"$HC_WATCH" 'r.h5?rows=10&pause=5' --record killed.h5 --quiet </dev/null &
watch=$!
sleep 1
kill -KILL "$watch"
wait "$watch" || true
expect_exit 0 "$HINDCAST" recover killed.h5
for file in half.h5 killed.h5; do
    "$HC_PYTHON" - "$file" <<'END' || fail "$file"
import h5py, numpy, sys
run, rec = h5py.File("r.h5", "r"), h5py.File(sys.argv[1], "r")
count = len(rec["events"])
assert 100 < count < len(run["events"]) and rec.attrs["complete"] == 0, count
assert numpy.array_equal(rec["events"][:], run["events"][:count])
END
done

# What is printed at the end is what the report of the run says.
expect_exit 0 "$HC_WATCH" r.h5 --json --gpu-hour 2
cp out watched.json
"$HINDCAST" report r.h5 --json >report.json
"$HC_PYTHON" - <<'END' || fail "the figures differ from the report"
import h5py, json
from fractions import Fraction
watched, report = json.load(open("watched.json")), json.load(open("report.json"))
assert watched["gpus"]["utilization_so_far"] == report["utilization"]
assert watched["digest"] == report["digest"]
run = h5py.File("r.h5", "r")
jobs = run["jobs"][:]
assert watched["jobs"]["submitted"] == len(jobs)
held = sum(Fraction(int(s)) + Fraction(int(n), 10**9) + Fraction(int(p), 10**12) for s, n, p in
           zip(jobs["held_seconds"], jobs["held_nanoseconds"], jobs["held_picoseconds"]))
assert Fraction(watched["held_gpu_seconds"]) == held, (watched["held_gpu_seconds"], held)
assert abs(watched["cost_dollars"] - 2 * float(held) / 3600) < 1e-6
END
