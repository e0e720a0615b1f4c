# Readers that are killed and started again, or stopped for a while, have everything: nothing lost, doubled or put into
# another order (numbers and digest), over ipc and tcp. The run goes on while one stands still.
#   stream_restarts.sh EVENTS STOP
. "$(dirname "$0")/common.sh"
events=$1
stop=$2
folder=$(mktemp -d /tmp/hindcast-XXXXXX)
trap 'code=$?; rm -rf "$folder"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT

# is KEY VALUE
is() {
    found=$(json_value out "$1")
    [ "$found" = "$2" ] || { cat out; fail "$1: $found instead of $2"; }
}

# read_all LIVES OPTION...
read_all() {
    lives=$1
    shift
    expect_exit 0 timeout 300 "$HINDCAST" bench stream --events "$events" --readers 2 --replay "ipc://$folder/r" "$@" --json
    is lost 0
    is doubled 0
    is digests_equal true
    is lives "$lives"
}

for endpoint in "ipc://$folder/s" tcp://127.0.0.1:56551; do
    read_all 2 --endpoint "$endpoint"
    read_all 4 --endpoint "$endpoint" --kills 2
done
read_all 2 --endpoint "ipc://$folder/s" --stop "$stop"s --stream-patience 1s
is left_behind 1
# One second of patience, and the rest of the time for the events of the run.
"$HC_PYTHON" -c 'import json, sys
seen = json.load(open("out"))
assert seen["publish_seconds"] < float(sys.argv[1]) - 1, seen
assert seen["replayed"] > 0, seen' "$stop" || fail "the run waited for a reader that stood still"
