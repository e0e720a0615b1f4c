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

# A run that fails is told, and the others are made.
sed 's/\[fcfs, easy\]/[easy, no_such_policy]/' s.yaml >bad.yaml
expect_exit 1 "$HINDCAST" sweep bad.yaml --out bad.h5
expect_text err '9 of 18 runs failed'
expect_text out '9 runs finished, 9 failed'

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
expect_exit 1 "$HINDCAST" sweep stdin.yaml --out stdin.h5 <jobs.csv
expect_text err '6 of 12 runs failed'
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
