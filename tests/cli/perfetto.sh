# Traces for Perfetto, read byte by byte and compared with the tables of their runs: every attempt is a slice on each
# node that it held, slices of a track never overlap, counters are the series.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }

# check NAME EXPECTED: NAME.yaml is run, shown, and read; the reader saw what is expected.
check() {
    [ -e "$1.h5" ] || "$HINDCAST" run "$1.yaml" --out "$1.h5" --quiet || fail "run $1"
    "$HINDCAST" export "$1.h5" --to perfetto --out "$1.pftrace" || fail "export $1"
    "$HINDCAST" export "$1.h5" --to perfetto >piped || fail "export $1 to a pipe"
    cmp "$1.pftrace" piped || fail "$1: the trace differs when it is piped"
    code=0
    "$HC_PYTHON" "$HC_SOURCE/tests/cli/check_perfetto.py" "$1.h5" "$1.pftrace" >seen 2>&1 || code=$?
    [ "$code" -ne 77 ] || { cat seen; exit 77; }
    [ "$code" -eq 0 ] || { cat seen; fail "$1"; }
    expect_text seen "$2"
}

# Jobs that span nodes, share nodes and share GPUs, jobs of no length, one without GPUs.
cat >shared.csv <<'END'
job_id,submit,gpus,runtime,user,group
wide,9.5,20,100,ann,nlp
"naïve, ""b""",10,0.5,60,bob,
half,20,0.25,200,ann,nlp
third,30,0.25,10,,
instant,60,1,0,bob,
again,60,1,0,bob,
one,110,1,70,bob,
three,111,3,5,bob,
two,112,2,50,ann,
cpu,113,0,40,ann,
five,114,5,80,bob,
all,120,24,10,bob,nlp
END
cat >shared.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 3, gpus: 8, cpus: 64 }] }
workload: { cpu_jobs: run, traces: [{ file: shared.csv, format: csv }] }
scheduler: { policy: first_fit }
output: { sample: 7s }
END
check shared '16 slices'

# Jobs that are preempted, come up again, and lose work.
write_jobs 400 120
cut -d, -f1-4,6 jobs.csv >mixed.csv
for preempt in suspend requeue; do
    cat >"$preempt.yaml" <<END
hindcast: 1
cluster: { nodes: [{ count: 3, gpus: 8 }] }
workload: { traces: [{ file: mixed.csv, format: csv }] }
scheduler: { policy: srtf, preempt: $preempt, restart: [{ time: 30s }] }
output: { sample: 10min }
END
    check "$preempt" ' slices'
    "$HINDCAST" export "$preempt.h5" --table attempts | grep -q preempted || fail "$preempt: nothing was preempted"
done

# A federation: several partitions, jobs that are sent on.
write_federation federation.yaml 500 10
check federation ' slices'

# Dates.
printf 'job_id,submit,gpus,runtime\n1,2017-10-02 06:00:00,4,90\n2,2017-10-02 06:00:10.25,8,90\n' >dates.csv
sed 's/shared.csv/dates.csv/' shared.yaml >dates.yaml
check dates '2 slices'
expect_text seen '1 dates'

# Nothing ran.
printf 'job_id,submit,gpus,runtime\n1,5,64,90\n' >none.csv
sed 's/shared.csv/none.csv/' shared.yaml >none.yaml
check none '0 slices'

# A run that was stopped: what was running has no end.
cat >stopped.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 4, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 2000000, duration: 5000d } }
output: { events: none, sample: 30d }
END
"$HINDCAST" run stopped.yaml --out stopped.h5 >out 2>err &
process=$!
for _ in $(seq 600); do
    [ "$(stat -c %s stopped.h5.rank0000 2>/dev/null || echo 0)" -lt 300000 ] || break
    sleep 0.05
done
kill -s INT "$process"
wait "$process" || true
"$HINDCAST" export stopped.h5 --table attempts | grep -q unfinished || fail "the run was not stopped within an attempt"
check stopped ' slices'

# A run that was killed: what it could not write is left out, and told.
"$HINDCAST" run stopped.yaml --out killed.h5 >out 2>err &
process=$!
for _ in $(seq 600); do
    [ "$(stat -c %s killed.h5.rank0000 2>/dev/null || echo 0)" -lt 300000 ] || break
    sleep 0.05
done
kill -s KILL "$process"
wait "$process" || true
"$HINDCAST" recover killed.h5 >out || fail "recover"
check killed ' slices'
rm killed.pftrace
expect_exit 0 "$HINDCAST" export killed.h5 --to perfetto --out killed.pftrace
expect_text err 'placements are not shown: the run was cut off before it wrote when they began and ended'

# What is refused.
expect_exit 2 "$HINDCAST" export dates.h5 --to perfetto --table series
expect_text err '--to perfetto: shows the whole run; leave --table out'
expect_exit 2 "$HINDCAST" export dates.h5 --to perfetto --out dates.pftrace
expect_text err 'dates.pftrace: File exists'
