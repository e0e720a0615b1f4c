# Without a terminal there is no progress bar; --quiet says nothing at all; results go to standard output.
. "$(dirname "$0")/common.sh"

cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 64, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 30000, duration: 30d } }
END

expect_exit 0 "$HINDCAST" run s.yaml --out r.h5
[ ! -s err ] || fail "something on standard error in a short run without a terminal"
expect_text out 's: 30,000 jobs on 512 GPUs'
[ "$(tr -d '\000-\011\013-\037\177' <out | wc -c)" -eq "$(wc -c <out)" ] || fail "control characters in the report"

expect_exit 0 "$HINDCAST" run s.yaml --out r.h5 --force --quiet
[ ! -s err ] && [ ! -s out ] || fail "--quiet speaks"
expect_exit 0 "$HINDCAST" run s.yaml --out r.h5 --force -q --json
[ ! -s err ] || fail "--quiet --json writes to standard error"
expect_text out '"schema"'

# --quiet does not hide errors.
expect_exit 2 "$HINDCAST" run s.yaml --out r.h5 --quiet
expect_text err 'r.h5: exists'
