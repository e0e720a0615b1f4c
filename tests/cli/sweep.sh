# A study as a user meets it: list, dry run, one run, all runs on one rank and on several, the same table each time.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sweep_study.sh"

write_study s.yaml 3

expect_exit 0 "$HINDCAST" sweep s.yaml --list
[ "$(wc -l <out)" -eq 19 ] || fail "18 runs and a head expected"
# Repetition r has the same seed at every point.
[ "$(awk 'NR > 1 { print $3, $4 }' out | sort -u | wc -l)" -eq 3 ] || fail "seeds are not common"
expect_text out '     17       5           2'

expect_exit 0 "$HINDCAST" sweep s.yaml --dry-run
expect_text out '18 runs = 3 nodes x 2 policy x 3 repetitions, 18 of them to be made'
expect_text out 'MiB per rank'
[ ! -e small.h5 ] || fail "--dry-run wrote a study file"

expect_exit 0 "$HINDCAST" sweep s.yaml --out one.h5
expect_text out 'small: 18 runs finished, 0 failed'
expect_text err 'on 1 rank'
table_of one.h5 >one
[ "$(wc -l <one)" -eq 18 ] || fail "18 rows expected: $(cat one)"
for count in 2 3; do
    expect_exit 0 ranks "$count" sweep s.yaml --out many.h5 --force
    expect_text err "on $count ranks"
    table_of many.h5 >many
    diff one many || fail "another table on $count ranks"
done
[ "$(ls ./*.journal-* ./*.run-* 2>/dev/null | wc -l)" -eq 0 ] || fail "remains: $(ls)"

# What is there is not replaced unasked.
expect_exit 2 "$HINDCAST" sweep s.yaml --out one.h5
expect_text err 'one.h5: exists; --force replaces it'

# A run that fails is told, and the others are made; the log that is longer begins first.
awk 'BEGIN { print "submit,gpus,runtime"; for (i = 0; i < 9; i++) print i * 60 ",1,600" }' >short.csv
awk 'BEGIN { print "submit,gpus,runtime"; for (i = 0; i < 999; i++) print i * 60 ",1,600" }' >long.csv
cat >logs.yaml <<'END'
hindcast: 1
fidelity: recorded
cluster: { nodes: [{ count: 1, gpus: 8 }] }
workload: { traces: [{ file: short.csv, format: csv, columns: { submit: submit, gpus: gpus, runtime: runtime } }] }
END
cat >bad.yaml <<'END'
study: 1
scenario: logs.yaml
outputs: [wait_mean, jobs_completed]
variables:
  - { name: log, key: "workload.traces[0].file", values: [short.csv, absent.csv, long.csv] }
END
expect_exit 0 "$HINDCAST" sweep bad.yaml --dry-run
expect_text out 'measured on run 2)'
expect_exit 1 "$HINDCAST" sweep bad.yaml --out bad.h5
expect_text err '1 of 3 runs failed; hindcast report bad.h5 says why'
expect_text out '2 runs finished, 1 failed'
expect_exit 0 "$HINDCAST" report bad.h5
expect_text out 'absent.csv: No such file or directory'
{ sed 's/short.csv, absent.csv, long.csv/absent.csv, none.csv/' bad.yaml
  echo '  - { name: gpus, key: "cluster.nodes[0].gpus", values: [4, 8] }'
  echo 'optimize: { variable: gpus, output: wait_mean, at_most: 1h }'; } >search.yaml
expect_exit 1 "$HINDCAST" sweep search.yaml --out search.h5
expect_text out 'no gpus has wait_mean at most 3600: log none.csv; none of its runs gave a value'
expect_exit 0 "$HINDCAST" report search.h5
expect_text out 'found: no gpus has wait_mean at most 3600: log absent.csv; none of its runs gave a value'
expect_text out 'found: no gpus has wait_mean at most 3600: log none.csv; none of its runs gave a value'

# A policy that plans ahead is expected to take longer.
sed 's/\[fcfs, easy\]/[easy, conservative]/' s.yaml >plans.yaml
expect_exit 0 "$HINDCAST" sweep plans.yaml --dry-run
expect_text out 'measured on run 3)'

# A value that the scenario refuses is told at its place, before anything is run.
sed 's/\[fcfs, easy\]/[easy, no_such_policy]/' s.yaml >value.yaml
for how in --quiet --dry-run; do
    expect_exit 2 "$HINDCAST" sweep value.yaml --out value.h5 "$how"
    expect_text err 'value.yaml:8:59: error: variables[1].values[1]'
    expect_text err 'got "no_such_policy"'
done
[ ! -e value.h5.journal-rank0000 ] || fail "a study with a wrong value has begun"

# What the study sets itself cannot be set from outside.
expect_exit 2 "$HINDCAST" sweep s.yaml --set seed=5 --list
expect_text err '--set seed=5: each run has a seed of its own'
expect_exit 2 "$HINDCAST" sweep s.yaml --set cluster.nodes[0].count=5 --list
expect_text err '--set cluster.nodes[0].count=5: the study varies it, as nodes'

expect_exit 2 "$HINDCAST" sweep s.yaml --force --run 0
expect_text err '--force begins a whole study anew, or goes with --collect'

# Nothing is collected where nothing was finished: a wrong name makes no empty study.
expect_exit 2 "$HINDCAST" sweep s.yaml --collect --out wrong.h5
expect_text err 'wrong.h5: no finished run stands beside it'
[ ! -e wrong.h5 ] || fail "an empty study was written"
expect_exit 0 "$HINDCAST" sweep --outputs --json
[ "$(json_value out schema)" = hindcast-sweep-outputs-1 ] || fail "another schema"
expect_text out '"name": "wait_p95"'

# A key that does not exist is told at its place in the study, before anything is run.
sed 's/scheduler.policy,/scheduler.polcy,/' s.yaml >key.yaml
expect_exit 2 "$HINDCAST" sweep key.yaml
expect_text err 'key.yaml:8:5: error: variables[1]'
expect_text err 'did you mean "policy"'

# Standard input is read once, and a study has many runs; a variable may be what names it.
printf 'job_id,submit,procs,runtime,estimate\n1,0,8,100,100\n' >jobs.csv
write_scenario trace.yaml 8 fcfs
sed 's/jobs.csv/-/' trace.yaml >scenario.yaml
sed '/name: nodes/d' s.yaml >stdin.yaml
expect_exit 2 "$HINDCAST" sweep stdin.yaml --out stdin.h5 <jobs.csv
expect_text err 'workload.traces[0].file: expected a file, found - (standard input), which each run of the study would read'
cp trace.yaml scenario.yaml
echo '  - { name: log, key: "workload.traces[0].file", values: [jobs.csv, "-"] }' >>stdin.yaml
expect_exit 2 "$HINDCAST" sweep stdin.yaml --out stdin.h5 <jobs.csv
expect_text err "stdin.yaml:8:69: error: variables[1].values[1]:"
expect_text err 'found - (standard input), which each run of the study would read'
sed 's/scenario.yaml/"-"/' s.yaml >stdin.yaml
expect_exit 2 "$HINDCAST" sweep stdin.yaml --out none.h5 <trace.yaml
expect_text err 'expected a scenario in a file, found - (standard input), which each run of the study would read'
[ ! -e none.h5 ] || fail "a study of nothing"

# The example of the documentation, with fewer jobs.
cp "$HC_SOURCE"/docs/examples/demo.yaml "$HC_SOURCE"/docs/examples/study.yaml .
expect_exit 0 "$HINDCAST" sweep study.yaml --set workload.synthetic.jobs=100 --quiet
expect_exit 0 "$HINDCAST" report more-nodes.h5
expect_text out 'easy_sjbf'
expect_exit 0 "$HINDCAST" compare more-nodes.h5 --by nodes,policy
expect_text out 'policy easy_sjbf against easy'
