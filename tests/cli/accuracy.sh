# Predicted steps against measured ones, by table, model and plan, on rows that nothing was fitted on. Prints the figures
# of docs/models.md.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }
need_shared data/training

"$HC_PYTHON" "$HC_SOURCE/tests/cli/check_accuracy.py" "$HINDCAST" "$shared" . || fail "predictions are too far off"
