# The consumers of docs/examples, against a publisher that makes every mistake a network can make.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }

code=0
timeout 100 "$HC_PYTHON" "$HC_SOURCE/tests/cli/check_consumers.py" "$HC_SOURCE/docs/examples" faults >seen 2>&1 || code=$?
[ "$code" -eq 0 ] || cat seen
[ "$code" -eq 0 ] || [ "$code" -eq 77 ] || fail "a consumer lost rows, or has rows that were not sent"
exit "$code"
