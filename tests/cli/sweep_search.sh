# Studies that choose their runs: fewest nodes that keep a limit, the best point, enough repetitions.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sweep_study.sh"

write_study s.yaml 4

# The least number of nodes by bisection is the one that all runs together give.
sed 's/values: \[12, 16, 24\]/from: 6, to: 30, step: 2/; /policy/d' s.yaml >all.yaml
expect_exit 0 "$HINDCAST" sweep all.yaml --out all.h5
table_of all.h5 | awk '{ gsub(",", ""); sum[$3] += $7 } END { for (point in sum) print point, sum[point] / 4 }' |
    sort -n >means
{ cat all.yaml; echo 'optimize: { variable: nodes, output: wait_mean, at_most: 10min }'; } >least.yaml
expect_exit 0 "$HINDCAST" sweep least.yaml --out least.h5
least=$(awk '$2 <= 600 { print 6 + 2 * $1; exit }' means)
expect_text out "least nodes with wait_mean at most 600: nodes $least,"
expect_text out 'not needed'
expect_exit 0 ranks 2 sweep least.yaml --out least2.h5
expect_text out "nodes $least,"
table_of least.h5 >a
table_of least2.h5 | diff a - || fail "another search on 2 ranks"

{ cat all.yaml; echo 'optimize: { method: successive_halving, output: wait_mean }'; } >best.yaml
expect_exit 0 "$HINDCAST" sweep best.yaml --out best.h5
expect_text out 'best: nodes '

# A point is repeated until its interval is narrow, and never more often than the study says.
{ sed 's/repetitions: 4/repetitions: 12/' s.yaml; echo 'stop: { output: utilization, relative_half_width: 0.25 }'; } >stop.yaml
expect_exit 0 "$HINDCAST" sweep stop.yaml --out stop.h5
expect_text out 'points have an interval that is narrow enough'
table_of stop.h5 | awk '{ if ($6 ~ /skipped/) skipped++ } END { exit skipped > 0 ? 0 : 1 }' ||
    fail "every repetition was made"
