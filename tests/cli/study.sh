# What report and compare say of a study: every figure follows by hand from tests/traces/study/made_study.c.
. "$(dirname "$0")/common.sh"

"$HC_STUDY" write study.h5 || fail "no study"

expect_exit 0 "$HINDCAST" report study.h5
expect_file out <<'END'
more-gpus: 29 runs of 6 points, 4 to 5 repetitions, 1 failed
found: fewest nodes with wait_p95 under 4 h: 36
  nodes  policy  runs    wait_p95           utilization           cost
                         h [90 %]           [90 %]                k USD
     32  easy       5    9.00 [8.62, 9.38]  0.920 [0.905, 0.935]  184
     32  las        5 *  8.83 [8.46, 9.20]  0.920 [0.905, 0.935]  184
     36  easy       5    3.00 [2.62, 3.38]  0.850 [0.835, 0.865]  207
     36  las        5 *  2.83 [2.46, 3.20]  0.850 [0.835, 0.865]  207
     40  easy       5 *  1.50 [1.12, 1.88]  0.780 [0.765, 0.795]  230
     40  las        3 *  1.33 [0.50, 2.16]  0.770 [0.753, 0.787]  230
  * no other row is as good in wait_p95, utilization and cost
    at once and better in one, by the means
  failed: nodes 40, policy las, repetition 3 (seed 9223372036854775811):
    made to fail:
Next: hindcast compare study.h5 --by nodes,policy
END

expect_exit 0 "$HINDCAST" compare study.h5 --by nodes,policy --output wait_p95 --output cost
expect_file out <<'END'
  nodes  policy  runs    wait_p95           cost
                         h [90 %]           k USD
     32  easy       5    9.00 [8.62, 9.38]  184
     32  las        5 *  8.83 [8.46, 9.20]  184
     36  easy       5    3.00 [2.62, 3.38]  207
     36  las        5 *  2.83 [2.46, 3.20]  207
     40  easy       5    1.50 [1.12, 1.88]  230
     40  las        3 *  1.33 [0.50, 2.16]  230
  * no other row is as good in wait_p95 and cost at once and better in one, by the means
  nodes 32, policy las against easy: wait_p95 1.9 % lower [1.8 %, 1.9 %], cost equal (5 pairs)
  nodes 36, policy las against easy: wait_p95 5.6 % lower [5.4 %, 5.8 %], cost equal (5 pairs)
  nodes 40, policy las against easy: wait_p95 11 % lower [10 %, 12 %], cost equal (3 pairs)
  Paired by repetition, whose seeds are the same.
END

expect_exit 0 "$HINDCAST" compare study.h5 --by nodes --output wait_p95 --baseline 36 --confidence 0.95
expect_file out <<'END'
  nodes  runs    wait_p95
                 h [95 %]
     32     5    8.92 [8.43, 9.40]
     36     5    2.92 [2.43, 3.40]
     40     3    1.42 [0.18, 2.65]
  nodes 32 against 36: wait_p95 206 % higher (5 pairs)
  nodes 40 against 36: wait_p95 51 % lower (3 pairs)
  Paired by repetition, whose seeds are the same.
  Means over up to 2 settings of the other variables.
END

expect_exit 0 "$HINDCAST" compare study.h5 --by policy
expect_text out '  policy las against easy: wait_p95 3.7 % lower [3.4 %, 4.0 %], utilization and cost equal (3 pairs)'
expect_text out '  Means over up to 3 settings of the other variables.'

# The same for programs.
expect_exit 0 "$HINDCAST" report study.h5 --json
for pair in schema=hindcast-study-1 points=6 runs_ok=28 runs_failed=1 runs_skipped=1 complete=true; do
    [ "$(json_value out "${pair%%=*}")" = "${pair#*=}" ] || fail "not $pair"
done
expect_exit 0 "$HINDCAST" compare study.h5 --by policy --output cost --json
[ "$(json_value out schema)" = hindcast-compare-1 ] || fail "another schema"
expect_text out '"is_distinguishable": false'
expect_text out '"settings": 3'

refuse() {
    message=$1
    shift
    expect_exit 2 "$HINDCAST" compare "$@"
    expect_text err "$message"
}
refuse 'which study file?'
refuse 'Give --by X[,Y]' study.h5
refuse 'one study file at a time' study.h5 study.h5 --by nodes
refuse '--by: there is no "gpus" in this study; it has nodes, policy' study.h5 --by gpus
refuse '--by: there is no "" in this study' study.h5 --by nodes,
refuse '--by: nodes stands there twice' study.h5 --by nodes,nodes
refuse '--output: there is no "wait" in this study; it has wait_p95, utilization, cost' study.h5 --by nodes \
    --output wait
refuse '--baseline: policy is never "fcfs"; it is easy, las' study.h5 --by nodes,policy --baseline fcfs
refuse 'hindcast compare: --confidence: expected a number' study.h5 --by nodes --confidence 90
printf 'not a study' >text.h5
expect_exit 1 "$HINDCAST" compare text.h5 --by nodes
expect_text err 'text.h5: cannot open'
expect_exit 1 "$HINDCAST" report text.h5
expect_exit 1 "$HINDCAST" compare absent.h5 --by nodes
expect_text err 'absent.h5: cannot open: No such file or directory'
