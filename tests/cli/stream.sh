# A stream of a run: what is no endpoint or goes with none is said before anything is read; streaming changes nothing about
# the run; a run that is stopped or resumed tells its readers.
. "$(dirname "$0")/common.sh"
folder=$(mktemp -d /tmp/hindcast-XXXXXX)
trap 'code=$?; rm -rf "$folder"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
stream=ipc://$folder/s
replay=ipc://$folder/r

cat >s.yaml <<'END_OF_SCENARIO'
hindcast: 1
cluster: { nodes: [{ count: 16, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 3000, duration: 6d } }
END_OF_SCENARIO

# Mistakes.
expect_exit 2 "$HINDCAST" run s.yaml --replay "$replay"
expect_text err 'there is no stream: add --stream ENDPOINT'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --stream-mode careful
expect_text err '--stream-mode: expected lossless or lossy, got "careful"'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --stream-format json
expect_text err '--stream-format: expected columns or map, got "json"'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --replay "$stream"
expect_text err '--replay: expected another endpoint'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --stream-keys k
expect_text err '--stream-keys and --stream-allow go together'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --stream-patience 10
expect_text err '--stream-patience: expected a time such as 10s, got "10"'
expect_exit 2 "$HINDCAST" run s.yaml --stream ipc:///tmp/open
expect_text err 'expected mode 0700'
expect_exit 2 "$HINDCAST" run s.yaml --stream "$stream" --replay 'tcp://*:5555'
expect_text err '--replay'
[ ! -e s.h5 ] || fail "a run with a mistake has left a file"

# Two publishers at one endpoint.
"$HINDCAST" run s.yaml --out one.h5 --quiet --stream "$stream" --wait-subscribers 1 2>/dev/null &
first=$!
while [ ! -S "$folder/s" ]; do sleep 0.05; done
expect_exit 1 "$HINDCAST" run s.yaml --out two.h5 --quiet --stream "$stream"
expect_text err "$folder/s"
kill -TERM "$first"
code=0
wait "$first" || code=$?
[ "$code" -eq 143 ] || fail "exit $code of a run that waited for readers"
[ ! -S "$folder/s" ] || fail "the socket is still there"

# The same run with and without readers, in all modes.
plain=$(digest_of s.yaml)
for options in '' '--stream-mode lossy' '--stream-format map' '--stream-events all'; do
    [ "$plain" = "$(digest_of s.yaml --stream "$stream" $options)" ] || fail "another digest with --stream $options"
done

# A run that is stopped says so to its readers, one that is resumed streams what is left.
cat >long.yaml <<'END_OF_SCENARIO'
hindcast: 1
cluster: { nodes: [{ count: 250, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 2000000, duration: 600d } }
END_OF_SCENARIO
watch() {
    "$HINDCAST" watch "$stream" --replay "$replay" --json --exit-at-end >watched.json 2>said &
    watch=$!
}
watch
"$HINDCAST" run long.yaml --out long.h5 --quiet --save long.state --stream "$stream" --replay "$replay" --wait-subscribers 1 \
    2>/dev/null &
run=$!
size=0
while [ "$size" -lt 1000000 ]; do
    size=$(stat -c %s long.h5.rank0000 2>/dev/null || echo 0)
    kill -0 "$run" || fail "the run was over before it was stopped"
done
kill -TERM "$run"
code=0
wait "$run" || code=$?
[ "$code" -eq 75 ] || fail "exit $code of a run that was to be saved"
wait "$watch" || true
grep -q '"complete": false' watched.json || { cat watched.json; fail "the watch takes a stopped run for a whole one"; }
watch
expect_exit 0 "$HINDCAST" run --resume long.state --json --stream "$stream" --replay "$replay" --wait-subscribers 1
wait "$watch" || { cat said; fail "the watch of the resumed run"; }
grep -q "$(json_value out digest)" watched.json || { cat watched.json; fail "the digest of the resumed run"; }
