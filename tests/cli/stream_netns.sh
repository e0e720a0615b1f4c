# Who reads a stream from another machine, as two network namespaces are: without keys nobody, with keys those on the
# list.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }
"$HC_PYTHON" -c 'import msgpack, zmq, zmq.auth' 2>/dev/null || { echo "SKIPPED: a module is absent"; exit 77; }

here=hindcast-here-$$
there=hindcast-there-$$
address=10.213.37.1
events=tcp://$address:5555
replay=tcp://$address:5556
peer=$HC_SOURCE/tests/cli/netns_peer.py

remove_namespaces() {
    ip netns del "$here" 2>/dev/null || true
    ip netns del "$there" 2>/dev/null || true
}
trap 'code=$?; touch stop 2>/dev/null; remove_namespaces; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
{
    ip netns add "$here" && ip netns add "$there" &&
        ip link add v0 netns "$here" type veth peer name v0 netns "$there"
} 2>err || { echo "SKIPPED: no network namespaces: $(cat err)"; exit 77; }
ip -n "$here" address add "$address/30" dev v0
ip -n "$there" address add 10.213.37.2/30 dev v0
for namespace in "$here" "$there"; do
    ip -n "$namespace" link set lo up
    ip -n "$namespace" link set v0 up
done

publish() {
    ip netns exec "$here" timeout 120 "$HINDCAST" run s.yaml --force --quiet --out r.h5 --wait-subscribers 1 "$@"
}

# intruder NAME KEYS...: what it got will stand in NAME.got
intruder() {
    name=$1
    shift
    timeout 120 ip netns exec "$there" "$HC_PYTHON" "$peer" any "$events" "$replay" stop "$@" >"$name.got" 2>&1 &
    intruders="$intruders $!"
}

watch_as_alice() {
    timeout 120 ip netns exec "$there" "$HINDCAST" watch "$events" --replay "$replay" --keys alice.key_secret \
        --server-key lab.key --exit-at-end --quiet "$@"
}

# Ends the intruders; none of them has got anything.
expect_nothing() {
    touch stop
    for process in $intruders; do
        wait "$process" || fail "an intruder failed: $(cat ./*.got)"
    done
    for name in "$@"; do
        expect_file "$name.got" <<END
0 messages, 0 answers
END
    done
    rm stop
    intruders=
}

write_jobs 5000 60
cut -d, -f1-4,6 jobs.csv >log.csv
cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 8, gpus: 8 }] }
workload: { traces: [{ file: log.csv, format: csv }] }
END
for name in lab alice stranger; do
    "$HINDCAST" keys "$name" >out
done
mkdir readers
cp alice.key readers
intruders=

# Without keys no address beyond loopback is taken; nothing has begun then.
for endpoint in "$events" 'tcp://*:5555' tcp://0.0.0.0:5555 tcp://v0:5555; do
    expect_exit 2 publish --stream "$endpoint"
    expect_text err 'others could connect'
    expect_exit 2 publish --stream tcp://127.0.0.1:5555 --replay "$endpoint"
    expect_text err 'others could connect'
done
[ ! -e r.h5 ] || fail "a run file is there"

# Without keys on loopback, another address gets nothing, and this machine everything.
publish --stream tcp://127.0.0.1:5555 --replay tcp://127.0.0.1:5556 >run.out 2>&1 &
run=$!
intruder elsewhere
sleep 1
timeout 120 ip netns exec "$here" "$HC_PYTHON" "$peer" all tcp://127.0.0.1:5555 tcp://127.0.0.1:5556 >all.got ||
    fail "the reader on this machine: $(cat run.out)"
wait "$run" || fail "the run: $(cat run.out)"
expect_nothing elsewhere
cp all.got expected.got

# With keys: who is not on the list gets nothing, does not count as a reader that the run waits for, and disturbs nobody.
publish --stream "$events" --replay "$replay" --stream-keys lab.key_secret --stream-allow readers --wait-subscribers 2 \
    >run.out 2>&1 &
run=$!
intruder keyless
intruder stranger stranger.key_secret lab.key
intruder forger alice.key:stranger.key_secret lab.key
intruder deceived alice.key_secret stranger.key
timeout 120 ip netns exec "$there" "$HINDCAST" watch "$events" --replay "$replay" --keys stranger.key_secret \
    --server-key lab.key --record stranger.h5 --exit-at-end --quiet >stranger.out 2>&1 &
stranger=$!
watch_as_alice --json >watch.json 2>watch.err &
watch=$!
sleep 2
kill -0 "$run" 2>/dev/null || fail "the run did not wait: $(cat run.out)"
timeout 120 ip netns exec "$there" "$HC_PYTHON" "$peer" all "$events" "$replay" alice.key_secret lab.key >all.got ||
    fail "the reader on the list: $(cat all.got run.out)"
wait "$run" || fail "the run: $(cat run.out)"
wait "$watch" || fail "hindcast watch: $(cat watch.err)"
expect_text watch.json "\"rows\": $(sed 's/ rows//' all.got),"
expect_text watch.json '"lost_rows": 0'
expect_text watch.json '"digest_right": true'
kill -TERM "$stranger"
wait "$stranger" || true
[ ! -e stranger.h5 ] || fail "a stranger has recorded something"
expect_nothing keyless stranger forger deceived
diff expected.got all.got || fail "fewer rows with keys"
