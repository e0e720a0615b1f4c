# Ranks share the search of plans; the answer is that of one, byte by byte.
. "$(dirname "$0")/common.sh"

cat >job.yaml <<'END'
estimate:
  model: mixtral-8x7b
  plan: { gpus: 64, global_batch: 256 }
  gpu: H100-SXM
  tokens: 1e11
END
search() {
    "$@" "$HINDCAST" plan job.yaml --gpus H100-SXM:16-64,A100:64 --top 200 --json
}
search env >one.json || fail "one rank"
for ranks in 2 3; do
    search on_ranks $ranks >many.json || fail "$ranks ranks"
    cmp one.json many.json || fail "another answer on $ranks ranks"
done
code=0
on_ranks 2 "$HINDCAST" plan job.yaml --gpus H100X:8 2>err || code=$?
[ "$code" -ne 0 ] || fail "an unknown GPU on two ranks"
expect_text err 'unknown GPU "H100X"'
code=0
on_ranks 2 "$HINDCAST" plan - <job.yaml 2>err || code=$?
[ "$code" -ne 0 ] || fail "standard input on two ranks"
expect_text err 'which each of the ranks would read'
