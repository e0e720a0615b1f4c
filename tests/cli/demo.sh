# The built-in example: 100,000 jobs of a month, with its report, the story of a job, and every table.
. "$(dirname "$0")/common.sh"

cp "$HC_SOURCE/docs/examples/demo.yaml" .
"$HINDCAST" run demo.yaml --json >run.json
[ -e demo.h5 ] || fail "the run file is not called like the run"

for key in schema version digest jobs events makespan_s utilization wait_mean_s wait_median_s slowdown_mean \
    user_cpu_s; do
    [ -n "$(json_value run.json "$key")" ] || fail "run --json lacks $key"
done
"$HINDCAST" report demo.h5 --json >report.json
for key in jobs digest utilization wait_mean_s makespan_s; do
    [ "$(json_value run.json "$key")" = "$(json_value report.json "$key")" ] || fail "report and run differ in $key"
done
[ "$(json_value report.json jobs)" = 100000 ] || fail "$(json_value report.json jobs) jobs"
[ "$(json_value report.json gpus)" = 2048 ] || fail "$(json_value report.json gpus) GPUs"

expect_exit 0 "$HINDCAST" report demo.h5
expect_text out 'demo: 100,000 jobs on 2,048 GPUs'
for line in utilisation wait slowdown queue GPU-hours; do
    expect_text out "  $line"
done

expect_exit 0 "$HINDCAST" explain demo.h5 --job 17
expect_text out 'job 17 '
expect_text out 'submitted'
expect_text out 'started on'
expect_text out 'finished'
expect_exit 0 "$HINDCAST" explain demo.h5 --job 17 --json
expect_text out '"17"'
expect_exit 2 "$HINDCAST" explain demo.h5 --job 100001
expect_text err 'demo.h5: there is no job 100001'

for table in jobs attempts placements decisions events series nodes ledger; do
    "$HINDCAST" export demo.h5 --table "$table" --to csv >"$table.csv"
    [ "$(wc -l <"$table.csv")" -gt 1 ] || fail "table $table is empty"
done
head -n 1 jobs.csv | cut -d, -f1-10 >columns
head -n 1 placements.csv | cut -d, -f1-6 >>columns
expect_file columns <<'END'
job_id,submit_s,start_s,end_s,gpus,nodes,state,attempts,preemptions,wait_s
job_id,attempt,node,device,count,milli
END
[ "$(wc -l <jobs.csv)" -eq 100001 ] || fail "rows of the table jobs"
"$HINDCAST" export demo.h5 --table jobs --to swf >demo.swf
[ "$(grep -vc '^;' demo.swf)" -eq 100000 ] || fail "rows of the SWF file"

# What was exported can be replayed.
cat >again.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: 2048 }] }
workload: { traces: [{ file: demo.swf, format: swf }] }
END
"$HINDCAST" run again.yaml --json >again.json
[ "$(json_value again.json jobs)" = 100000 ] || fail "the SWF file does not replay"
