# Plans are found, the best first.
. "$(dirname "$0")/common.sh"

cat >job.yaml <<'END'
estimate:
  model: llama3-8b
  plan: { gpus: 64, global_batch: 256 }
  gpu: H100-SXM
  tokens: 1e11
END
expect_exit 0 "$HINDCAST" plan job.yaml --top 5
expect_text out 'why not better'
expect_text out 'plans fit.'
long_lines() {
    [ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "long lines"
}
long_lines
expect_exit 0 "$HINDCAST" plan "$HC_SOURCE/docs/examples/plan-deepseek-v3.yaml" --gpus H800:1024-4096,H200:1024 --top 30
long_lines
expect_exit 0 "$HINDCAST" plan job.yaml --gpus H100-SXM:16-64,A100:64 --top 200 --json
cp out plan.json
grep '"step_seconds"' plan.json | sed 's/.*: //; s/,//' >steps
[ "$(wc -l <steps)" -ge 200 ] || fail "200 plans"
[ -n "$(json_value plan.json fitting)" ] || fail "how many fit"
expect_text plan.json '"why_not_better"'
expect_text plan.json '"front": ['

# The best plan is what estimate says of it.
expect_exit 0 "$HINDCAST" plan job.yaml --top 1 --json
best=$(grep -m1 '"step_seconds"' out | sed 's/.*: //; s/,//')
set -- $(awk -F'[:,]' '/"plan": {/ { inside = 1; next } inside && /}/ { exit }
    inside { gsub(/[" ]/, "", $1); gsub(/["]/, "", $2); gsub(/ /, "", $2)
             if ($1 != "sequence_parallel" && $1 != "precision") print "--set estimate.plan." $1 "=" $2 }' out)
expect_exit 0 "$HINDCAST" estimate job.yaml --json "$@"
[ "$(json_value out step_seconds)" = "$best" ] || fail "plan and estimate differ: $best, $(json_value out step_seconds)"

# Limits leave out what takes more.
expect_exit 0 "$HINDCAST" plan job.yaml --deadline 1s --json
[ "$(json_value out fitting)" = 0 ] || fail "a deadline of a second"
expect_text out '"beyond the limits"'
expect_exit 0 "$HINDCAST" plan job.yaml --gpus H100-SXM:8-64 --by dollars --budget "1M USD" --carbon 100t

# What no price or power is known of comes last, and is not taken for free.
expect_exit 0 "$HINDCAST" plan job.yaml --gpus TPU-v5e:64,H100:64 --by carbon --top 1 --json
expect_text out '"gpu": "H100-SXM5-80GB"'
expect_exit 0 "$HINDCAST" plan job.yaml --gpus TPU-v5e:64 --by carbon --top 1 --json
expect_text out '"kg_co2": null'
expect_exit 0 "$HINDCAST" plan job.yaml --gpus H20:64 --budget 1M --set estimate.cost='{ gpu_hour: 1 }'

refuse() {
    message=$1
    shift
    expect_exit 2 "$HINDCAST" plan job.yaml "$@"
    expect_text err "$message"
}
refuse 'unknown GPU "H100X"; did you mean' --gpus H100X:8
refuse 'expected a count from 1' --gpus H100:0
refuse 'expected a count from 1' --gpus H100:64-8
refuse 'expected KIND' --gpus ,
refuse '--budget: expected dollars' --budget lots
refuse '--budget: expected dollars' --budget -5
refuse '--budget: expected dollars' --budget nan
refuse '--deadline: expected a duration' --deadline 5
refuse '--carbon: expected a mass' --carbon 5
refuse '--budget: no price of H20-SXM5-96GB is known; give cost.gpu_hour' --gpus H100:64,H20:64 --budget 1M
refuse '--carbon: no power of TPU-v5e is known; give cost.watts' --gpus TPU-v5e:64 --carbon 1t
refuse '--by: expected days' --by looks
refuse '--top: expected a whole number' --top 0
refuse 'does not multiply in fp8' --gpus A100:8 --set estimate.plan.precision=fp8
refuse 'plan.global_batch: needed' --set estimate.plan='{ gpus: 8 }'
