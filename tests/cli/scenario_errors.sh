# A scenario with mistakes: all of them at once, each with its place, its line and a caret; exit 2.
. "$(dirname "$0")/common.sh"

cat >bad.yaml <<'END'
hindcast: 1
cluster:
  nodes:
    - count: 4
      gpus: eight
workload:
  synthetic: { jobs: 10, duration: 1d }
  warmup: 30
scheduler:
  polcy: easy
END
expect_exit 2 "$HINDCAST" run bad.yaml
expect_file err <<'END'
bad.yaml:5:13: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, got "eight"
      gpus: eight
            ^
bad.yaml:8:11: error: workload.warmup: 30 has no unit; write 30min or 30h
  warmup: 30
          ^
bad.yaml:10:3: error: scheduler.polcy: unknown key; did you mean "policy"?
  polcy: easy
  ^
3 errors. hindcast help scenario lists every key, hindcast help study those of a study.
END
[ ! -s out ] || fail "something on standard output"
[ "$(ls)" = "$(printf 'bad.yaml\nerr\nexpected_text\nout')" ] || fail "a file was made: $(ls)"

# `check` says the same.
mv err run_err
expect_exit 2 "$HINDCAST" check bad.yaml
diff run_err err || fail "check and run differ"
