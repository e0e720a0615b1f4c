# Schedulers behind a socket that fail, lie or are not there: the run ends with who, when and why, and leaves no schedule.
. "$(dirname "$0")/common.sh"
need_scheduler_modules
make_endpoint

cat >jobs.csv <<END
job_id,submit,runtime,gpus
a,0,100,4
b,10,100,6
c,20,50,2
END
cat >s.yaml <<END
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: 8 }] }
workload: { traces: [{ file: jobs.csv, format: csv }] }
scheduler: { policy: external, endpoint: "$endpoint", timeout: 20s }
END

# Its answers are Python expressions of the message m; "" is silence, "exit" dies.
cat >liar.py <<'END'
import os, sys, time, msgpack, zmq
socket = zmq.Context().socket(zmq.REP)
socket.bind(sys.argv[1])
hello, *passes = sys.argv[2:]
while True:
    m = msgpack.unpackb(socket.recv())
    if m["type"] == "end":
        break
    text = hello if m["type"] == "hello" else passes[min(m["pass"], len(passes)) - 1]
    if text == "exit":
        os.kill(os.getpid(), 9)
    if text == "":
        time.sleep(60)
    answer = eval(text)
    socket.send(answer if isinstance(answer, bytes) else msgpack.packb(answer))
END

# lie EXIT MESSAGE HELLO PASS...
lie() {
    code=$1
    message=$2
    shift 2
    timeout 60 "$HC_PYTHON" liar.py "$endpoint" "$@" 2>liar.err &
    server=$!
    expect_exit "$code" timeout 60 "$HINDCAST" run s.yaml --out lie.h5 --quiet $options
    [ -z "$message" ] || expect_text err "$message"
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -f private/s
    [ "$code" -eq 0 ] || [ ! -e lie.h5 ] || fail "a schedule was written: $message"
    [ ! -s liar.err ] || fail "$(cat liar.err)"
    rm -rf lie.h5*
}

options=
nothing='{"pass": m["pass"]}'
first='{"pass": 1, "start": [0]}'
lie 0 '' '{"v": 1}' "$first" "$nothing" "$nothing" '{"pass": 4, "start": [1, 2]}' "$nothing"
lie 1 "the scheduler at $endpoint, pass 1 of partition 0 (at 0s): start job 5: no such job waits or runs here" \
    '{"v": 1}' '{"pass": 1, "start": [5]}'
lie 1 'start job 1: it does not fit: it asks for 6 GPUs; 4 are free' '{"v": 1}' "$first" '{"pass": 2, "start": [1]}'
lie 1 'start job 0: it was decided on before in the same answer' '{"v": 1}' '{"pass": 1, "start": [0, 0]}'
lie 1 'preempt job 1: it does not run' '{"v": 1}' "$first" '{"pass": 2, "preempt": [1]}'
lie 1 'resize job 0 to 99 GPUs: it could never run so' '{"v": 1}' "$first" '{"pass": 2, "resize": [[0, 99]]}'
lie 1 'leaves 3 jobs of partition 0 waiting for ever' '{"v": 1}' "$nothing"
lie 1 'it is for pass 1' '{"v": 1}' "$first"
lie 1 'wants to be asked again and has decided nothing' '{"v": 1}' '{"pass": 1, "again": True}'
lie 1 'expected one msgpack map' '{"v": 1}' 'b"\xdd\x07\xff\xff\xff"'
lie 1 'start[0]: expected the number of a job, found text' '{"v": 1}' '{"pass": 1, "start": ["a"]}'
lie 1 'it says: no licence' '{"v": 1}' '{"pass": 1, "error": "no licence"}'
lie 1 'expected v: 1 (the version of the protocol), found another one' '{"v": 2}'
lie 1 'the connection was lost before it answered pass 2 of partition 0' '{"v": 1}' "$first" 'exit'
options='--set output.sample=1min' # samples do not go on for ever
lie 1 'leaves 3 jobs of partition 0 waiting for ever' '{"v": 1}' "$nothing"
options='--set scheduler.timeout=300ms'
lie 1 'no answer to pass 2 of partition 0 within 300ms (scheduler.timeout)' '{"v": 1}' "$first" ''
expect_exit 1 "$HINDCAST" run s.yaml --out no.h5 $options
expect_text err "the scheduler at $endpoint: no answer to the hello of partition 0 within 300ms"

# What it holds is told by explain.
options=
timeout 60 "$HC_PYTHON" liar.py "$endpoint" '{"v": 1}' '{"pass": 1, "hold": [0]}' '{"pass": 2, "start": [0]}' \
    "$nothing" '{"pass": 4, "start": [1, 2]}' "$nothing" &
server=$!
expect_exit 0 "$HINDCAST" run s.yaml --out held.h5
wait "$server"
expect_exit 0 "$HINDCAST" explain held.h5 --job a
expect_text out 'the scheduler outside keeps it waiting; 8 GPUs free'

# A signal ends the wait for one that is silent.
timeout 60 "$HC_PYTHON" liar.py "$endpoint" '{"v": 1}' '' &
server=$!
"$HINDCAST" run s.yaml --out silent.h5 --quiet 2>err &
run=$!
sleep 2
kill -INT "$run"
code=0
wait "$run" || code=$?
kill "$server" 2>/dev/null || true
wait "$server" 2>/dev/null || true
[ "$code" -eq 130 ] || fail "exit $code instead of 130 after SIGINT"
expect_text err 'stopped before it answered pass 1 of partition 0'

# Where nobody could answer, or too many would ask.
expect_exit 2 "$HINDCAST" check s.yaml --set scheduler.endpoint=tcp://192.0.2.1:5555
expect_text err 'scheduler.endpoint'
expect_exit 2 "$HINDCAST" check s.yaml --set scheduler.endpoint=ipc:///tmp/anybody
expect_text err 'scheduler.endpoint'
expect_exit 2 "$HINDCAST" run s.yaml --save state
expect_text err 'cannot save its state'
cat >study.yaml <<END
study: 1
name: many
scenario: s.yaml
outputs: [wait_mean]
variables: [{ name: sample, key: output.sample, values: [1h, 2h] }]
END
expect_exit 2 "$HINDCAST" sweep study.yaml
expect_text err 'one scheduler answers one run on one rank, and each run of the study would ask it'
cat >federation.yaml <<END
hindcast: 1
federation: { broker: { policy: least_loaded, dispatch: 1min, report_delay: 30s }, sites: [{ name: a, count: 2 }] }
cluster: { nodes: [{ count: 1, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 10, duration: 1d } }
scheduler: { policy: external, endpoint: "$endpoint" }
END
expect_exit 2 "$HINDCAST" check federation.yaml
expect_text err 'sites of a federation are not scheduled from outside'
code=0
on_ranks 2 "$HINDCAST" run s.yaml >out 2>err || code=$?
[ "$code" -ne 0 ] || fail "two ranks"
expect_text err 'one scheduler answers one run on one rank, and each of the ranks would ask it'
