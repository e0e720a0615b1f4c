# hindcast watch beside real runs: nothing is missing, the figures are those of the report, and who comes late, leaves, or
# watches a run that dies is told so.
. "$(dirname "$0")/common.sh"
"$HC_PYTHON" -c 'import h5py, numpy' 2>/dev/null || {
    echo "SKIPPED: python3 has no h5py or numpy"
    exit 77
}
# Names of sockets are short, and nobody else may enter their folder.
folder=$(mktemp -d /tmp/hindcast-XXXXXX)
watch=
run=
trap 'code=$?; kill -KILL $watch $run 2>/dev/null || true; rm -rf "$folder"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
stream=ipc://$folder/s
replay=ipc://$folder/r

# Recorded rows are those of the run, row by row or, of several ranks, as a set; figures are those of the report.
cat >check.py <<'END'
import h5py, json, numpy, sys
from fractions import Fraction
run, rec, report, watched = h5py.File(sys.argv[1]), h5py.File(sys.argv[2]), json.load(open(sys.argv[3])), json.load(open(sys.argv[4]))
ranks, tables = int(sys.argv[5]), sys.argv[6:]
for table in tables:
    a, b = run[table][:], rec[table][:]
    assert len(a) > 1 and len(a) == len(b), (table, len(a), len(b))
    assert numpy.array_equal(a, b) if ranks == 1 else sorted(a.tolist()) == sorted(b.tolist()), table
assert rec.attrs["complete"] == 1 and rec.attrs["run_id"] == run.attrs["run_id"] and rec.attrs["digest"] == run.attrs["digest"]
assert watched["stream"]["complete"] and watched["stream"]["exact"] and watched["digest"] == report["digest"], watched
assert len(rec.attrs["stream_digest"].split()) == ranks
assert watched["gpus"]["utilization_so_far"] == report["utilization"]
jobs = run["jobs"][:]
assert watched["jobs"]["submitted"] == len(jobs) and watched["jobs"]["preemptions"] == jobs["preemptions"].sum()
assert watched["jobs"]["timed_out"] == sum(jobs["state"] == 4) and watched["jobs"]["ended"] == sum((jobs["state"] == 2) | (jobs["state"] == 4))
assert watched["jobs"]["rejected"] == sum(jobs["state"] == 3)
assert watched["jobs"]["waiting"] == watched["jobs"]["running"] == 0
held = sum(Fraction(int(s)) + Fraction(int(n), 10**9) + Fraction(int(p), 10**12)
           for s, n, p in zip(jobs["held_seconds"], jobs["held_nanoseconds"], jobs["held_picoseconds"]))
assert Fraction(watched["held_gpu_seconds"]) == held, (watched["held_gpu_seconds"], str(held))
END

# beside RANKS SCENARIO LEVEL TABLE...: a run and a watch beside it.
beside() {
    ranks=$1
    scenario=$2
    level=$3
    shift 3
    rm -f r.h5 rec.h5
    timeout 120 "$HINDCAST" watch "$stream" --replay "$replay" --record rec.h5 --json >watched.json 2>said &
    watch=$!
    launch=
    [ "$ranks" -eq 1 ] || launch="on_ranks $ranks"
    $launch timeout 120 "$HINDCAST" run "$scenario" --out r.h5 --quiet --stream "$stream" --replay "$replay" \
        --wait-subscribers 1 --stream-events "$level" || fail "the run"
    wait "$watch" || {
        cat said
        fail "the watch"
    }
    "$HINDCAST" report r.h5 --json >report.json
    "$HC_PYTHON" check.py r.h5 rec.h5 report.json watched.json "$ranks" "$@" || fail "$scenario on $ranks ranks"
}

write_jobs 6000 60
write_partitions parts.yaml 1 all
beside 1 parts.yaml all events series ledger placements decisions attempts
beside 2 parts.yaml all events series ledger placements decisions attempts
cat >las.yaml <<'END'
hindcast: 1
name: preempted
cluster: { nodes: [{ count: 4, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 2000, duration: 3d } }
scheduler: { policy: las }
output: { sample: 1h }
END
beside 1 las.yaml jobs events series ledger
cat >limits.csv <<'END'
job_id,submit,runtime,gpus,time_limit
1,0,100,4,50
2,10,100,4,200
3,20,300,8,100
4,30,50,9,100
END
cat >limits.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: 8 }] }
workload: { traces: [{ file: limits.csv, format: csv }] }
scheduler: { policy: fcfs, at_limit: kill }
output: { sample: 10s }
END
beside 1 limits.yaml jobs events series ledger
[ "$(sed -n 's/.*"timed_out": \([0-9]*\).*/\1/p' watched.json)" = 2 ] || fail "two jobs are stopped at their limit"
sed 's/output: {/output: { events: all,/' limits.yaml >limits_all.yaml
beside 1 limits_all.yaml all events series ledger attempts
write_federation fed.yaml 500 2
beside 1 fed.yaml all events series ledger

# Who comes late asks for what it has missed; who cannot is told what is lost.
cat >long.yaml <<'END'
hindcast: 1
name: long
cluster: { nodes: [{ count: 250, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 400000, duration: 120d } }
END
for late in with without; do
    timeout 120 "$HINDCAST" run long.yaml --out late.h5 --force --quiet --stream "$stream" --replay "$replay" \
        --stream-linger 20s --wait-subscribers 1 &
    run=$!
    timeout 120 "$HINDCAST" watch "$stream" --replay "$replay" --quiet &
    first=$!
    sleep 0.5
    if [ "$late" = with ]; then
        expect_exit 0 timeout 100 "$HINDCAST" watch "$stream" --replay "$replay" --record late_rec.h5 --quiet
    else
        expect_exit 1 timeout 100 "$HINDCAST" watch "$stream" --quiet
        expect_text err 'rows are lost; --replay ENDPOINT brings back what was missed'
    fi
    wait "$first" || fail "the first reader"
    wait "$run" || fail "the run"
done
h5diff -q late.h5 late_rec.h5 /events || fail "who came late lacks events"

# A run that dies: the watch waits, and what it has recorded is there when it is stopped.
cat >endless.yaml <<'END'
hindcast: 1
name: endless
cluster: { nodes: [{ count: 40, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 4000000, duration: 1800d } }
END
"$HINDCAST" watch "$stream" --record dead.h5 --quiet >out 2>err &
watch=$!
"$HINDCAST" run endless.yaml --out endless.h5 --quiet --stream "$stream" --wait-subscribers 1 &
run=$!
tries=0
until [ -e dead.h5.rank0000 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "nothing is recorded"
    sleep 0.1
done
sleep 1.5
kill -KILL "$run"
wait "$run" 2>/dev/null || true
sleep 1
kill -0 "$watch" || fail "the watch has ended with the run that died"
kill -INT "$watch" 2>/dev/null
code=0
wait "$watch" || code=$?
[ "$code" -eq 130 ] || fail "exit $code after SIGINT"
watch=
run=
"$HC_PYTHON" -c '
import h5py
file = h5py.File("dead.h5", "r")
assert len(file["events"]) > 1000 and file.attrs["complete"] == 0, dict(file.attrs)' || fail "dead.h5"

# Endpoints that others could reach need keys; mistakes are said before anything is waited for.
expect_exit 2 timeout 20 "$HINDCAST" watch tcp://10.0.0.1:5555
expect_exit 2 timeout 20 "$HINDCAST" watch nothing
expect_exit 2 timeout 20 "$HINDCAST" watch "$stream" --keys nowhere.key_secret --server-key nowhere.key
expect_exit 2 timeout 20 "$HINDCAST" watch
expect_text err 'which endpoint?'
expect_exit 2 timeout 20 "$HINDCAST" watch "$stream" --keys k
expect_text err '--keys and --server-key go together'
expect_exit 2 timeout 20 "$HINDCAST" watch "$stream" --gpu-hour -1
expect_exit 2 timeout 20 "$HINDCAST" watch "$stream" --web 0.0.0.0:80
