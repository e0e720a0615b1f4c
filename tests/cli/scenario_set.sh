# --set replaces a key of the scenario, and a mistake in it is shown like one in the file.
. "$(dirname "$0")/common.sh"

printf 'job_id,submit,procs,runtime,estimate\n1,0,8,100,100\n2,0,4,100,100\n3,10,4,100,100\n' >jobs.csv
write_scenario s.yaml 8 fcfs

"$HINDCAST" run s.yaml --json --out a.h5 >a.json
"$HINDCAST" run s.yaml --set cluster.nodes[0].gpus=16 --set scheduler.policy=sjf --json --out b.h5 >b.json
[ "$(json_value a.json gpus)" = 8 ] || fail "8 GPUs without --set"
[ "$(json_value b.json gpus)" = 16 ] || fail "16 GPUs with --set"
[ "$(json_value b.json policy)" = sjf ] || fail "sjf with --set"

expect_exit 2 "$HINDCAST" run s.yaml --set cluster.nodes[0].gpus=eight
expect_file err <<'END'
--set cluster.nodes[0].gpus=eight: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, got "eight"
--set cluster.nodes[0].gpus=eight
                            ^
1 error. hindcast help scenario lists every key, hindcast help study those of a study.
END
expect_exit 2 "$HINDCAST" run s.yaml --set schedule.policy=easy
expect_text err 'did you mean "scheduler"'
expect_exit 2 "$HINDCAST" run s.yaml --set scheduler
expect_text err 'expected path=value'
