# The consumers of docs/examples beside real runs, in both formats: the DataFrame has every event of the run file, and
# what is written for Prometheus is OpenMetrics.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }
"$HC_PYTHON" -c 'import h5py, msgpack, numpy, pandas, zmq' 2>/dev/null || { echo "SKIPPED: a module is absent"; exit 77; }

# Names of sockets are short, and nobody else may enter their folder.
folder=$(mktemp -d /tmp/hindcast-XXXXXX)
trap 'code=$?; rm -rf "$folder"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
examples=$HC_SOURCE/docs/examples

write_jobs 20000 60
cut -d, -f1-4,6 jobs.csv >log.csv
cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 8, gpus: 8 }] }
workload: { traces: [{ file: log.csv, format: csv }] }
scheduler: { policy: easy }
output: { sample: 1h }
END

for format in columns map; do
    timeout 120 "$HINDCAST" run s.yaml --out "$format.h5" --quiet --stream "ipc://$folder/events" \
        --replay "ipc://$folder/replay" --stream-format "$format" --wait-subscribers 2 >run.out 2>&1 &
    run=$!
    timeout 120 "$HC_PYTHON" "$examples/stream_openmetrics.py" "ipc://$folder/events" "$format.prom" &
    metrics=$!
    timeout 120 "$HC_PYTHON" "$examples/stream_dataframe.py" "ipc://$folder/events" --replay "ipc://$folder/replay" \
        --csv "$format.csv" >frame.out 2>&1 || { cat frame.out run.out; fail "$format: stream_dataframe.py"; }
    wait "$run" || { cat run.out; fail "$format: the run"; }
    wait "$metrics" || fail "$format: stream_openmetrics.py"
    expect_text frame.out ' 0 lost'
    "$HC_PYTHON" "$HC_SOURCE/tests/cli/check_consumers.py" "$examples" events "$format.h5" "$format.csv" >seen ||
        fail "$format: the DataFrame is not the table of the run"
    "$HC_PYTHON" "$HC_SOURCE/tests/cli/check_consumers.py" "$examples" metrics "$format.prom" >seen ||
        fail "$format: no OpenMetrics"
done

# A reader that comes when the run is over, while the publisher waits for another one.
timeout 120 "$HINDCAST" run s.yaml --out late.h5 --quiet --stream "ipc://$folder/events" --replay "ipc://$folder/replay" \
    --wait-subscribers 1 >run.out 2>&1 &
run=$!
timeout 60 "$HC_PYTHON" "$HC_SOURCE/tests/cli/check_consumers.py" "$examples" late "ipc://$folder/events" \
    "ipc://$folder/replay" late.csv || fail "a reader that came late is not complete"
wait "$run" || { cat run.out; fail "the run with a late reader"; }
"$HC_PYTHON" "$HC_SOURCE/tests/cli/check_consumers.py" "$examples" events late.h5 late.csv >seen ||
    fail "the DataFrame of a late reader is not the table of the run"
