# A job is estimated; what cannot be is refused with a place, a reason and what would do.
. "$(dirname "$0")/common.sh"

cat >job.yaml <<'END'
estimate:
  model: llama3-8b
  plan: { gpus: 64, tp: 2, pp: 2, micro_batch: 1, global_batch: 256, recompute: selective, zero: 1 }
  gpu: H100-SXM
  tokens: 1e12
  cost: { gpu_hour: 2.5, watts: 1000, pue: 1.1, grams_per_kwh: 100 }
END
expect_exit 0 "$HINDCAST" estimate job.yaml --json
cp out job.json
for key in step_seconds tokens_per_second_per_gpu mfu hfu days gpu_hours dollars kwh kg_co2; do
    value=$(json_value job.json $key)
    [ -n "$value" ] && [ "$value" != null ] || fail "no $key"
done
for part in '"memory_bytes_per_gpu": {' '"total"' '"breakdown_seconds": {' '"fits": true' '"dp": 16'; do
    expect_text job.json "$part"
done
# Parts of the step add up to it, and the run is made of steps: 1e12 tokens in steps of 256 x 8192.
awk -F'[:,]' -v OFS=, '
    /"breakdown_seconds"/ { inside = 1; next }
    inside && /}/ { inside = 0 }
    inside { sum += $2 }
    /^  "(step_seconds|days|gpu_hours|dollars|kwh|kg_co2|steps)"/ { gsub(/[" ]/, "", $1); v[$1] = $2 }
    function off(a, b) { return a / b > 1 + 1e-9 || a / b < 1 - 1e-9 }
    END {
        if (off(sum, v["step_seconds"])) { print "parts: " sum; exit 1 }
        if (v["steps"] != 476838) { print "steps: " v["steps"]; exit 1 }
        if (off(v["days"], v["steps"] * v["step_seconds"] / 86400)) { print "days"; exit 1 }
        if (off(v["gpu_hours"], v["days"] * 24 * 64)) { print "hours"; exit 1 }
        if (off(v["dollars"], v["gpu_hours"] * 2.5)) { print "dollars"; exit 1 }
        if (off(v["kwh"], v["gpu_hours"] * 1.1)) { print "kwh"; exit 1 }
        if (off(v["kg_co2"], v["kwh"] * 0.1)) { print "co2"; exit 1 }
    }' job.json || fail "the figures do not add up"

expect_exit 0 "$HINDCAST" estimate job.yaml --explain
expect_text out 'llama3-8b, 8.03 B parameters'
expect_text out 'tp 2 x pp 2 x dp 16'
expect_text out 'hours x GPUs x price'
expect_text out 'm L / pp = 16 x 32 / 2 = 256'
expect_text out 'idle time of the mean GPU: fill, drain, wait for the fullest stage'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "long lines"

expect_text out 'forward, x 3 = 5.14704e+10 with the backward pass'
expect_exit 0 "$HINDCAST" estimate job.yaml --explain --set estimate.plan.tuning=lora
expect_text out 'forward, x 2 = '

# Without a length there is a step, but no run.
expect_exit 0 "$HINDCAST" estimate - --json <<'END'
{"estimate": {"model": "llama3-8b", "plan": {"gpus": 8, "tp": 8}, "gpu": "A100-SXM-80"}}
END
expect_text out '"days": null'

# What does not fit is answered, with what would.
expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.model=llama3-70b --set estimate.plan.tp=1 --set estimate.plan.pp=1
expect_text out 'DOES NOT FIT'
expect_text out 'The nearest plan that would: tp'
expect_exit 0 "$HINDCAST" estimate job.yaml --json --set estimate.model=llama3.1-405b
expect_text out '"fits": false'

refuse() {
    message=$1
    shift
    expect_exit 2 "$HINDCAST" estimate job.yaml "$@"
    expect_text err "$message"
    expect_text err 'hindcast help job lists every key.'
}
expect_exit 2 "$HINDCAST" estimate job.yaml --set estimate.plan.tp=3
expect_text err 'estimate.plan.tp: expected a divisor of the 32 attention heads, found 3; 2 would do'
expect_text err 'The nearest plan that would do: tp 4 x pp 2 x dp 8'
refuse 'estimate.plan.tuning.rank: expected 1 to 4096' --set estimate.plan.tuning='{ kind: lora, rank: 9999 }'
refuse 'estimate.plan.gpus: expected tp' --set estimate.plan.dp=3
refuse 'unknown model "lama3-8b"; did you mean "llama3-8b"?' --set estimate.model=lama3-8b
refuse 'unknown GPU "H100-SMX"; did you mean "H100' --set estimate.gpu=H100-SMX
refuse 'does not multiply in fp4; it has' --set estimate.plan.precision=fp4
refuse 'unknown region "us-cntral1"; did you mean "us-central1"?' --set estimate.cost='{ region: us-cntral1 }'
refuse 'estimate.tokens: expected a number from 1' --set estimate.tokens=-1
refuse 'estimate.tokens: expected a number' --set estimate.tokens=.nan
refuse 'estimate.plan.gpus: expected a whole number from 1' --set estimate.plan.gpus=0
refuse 'estimate.plan.tp: expected a whole number from 1' --set estimate.plan.tp=99999999999999999999
refuse 'tokens say how long the run is' --set estimate.steps=10
refuse 'unknown key; did you mean "plan"?' --set estimate.plam=1
expect_exit 2 "$HINDCAST" estimate job.yaml --profile nobody
expect_text err 'profile: expected one of '
expect_exit 2 "$HINDCAST" estimate absent.yaml
expect_exit 2 "$HINDCAST" estimate
expect_text err 'which job?'

# No plan at all: 8 GPUs do not hold Mixtral's optimizer.
expect_exit 2 "$HINDCAST" estimate job.yaml --set estimate.model=mixtral-8x7b --set estimate.plan='{ gpus: 8, ep: 3 }'
expect_text err 'estimate.plan.ep: expected a divisor of the 8 experts, found 3; 2 would do'
expect_text err 'No other split over 8 GPUs would do.'

# What is not known is null: the power of TPUs, the price of H20. So is an end that is not to be expected.
expect_exit 0 "$HINDCAST" estimate job.yaml --json --set estimate.cost='{}' --set estimate.gpu=TPU-v5e
expect_text out '"kwh": null'
expect_text out '"kg_co2": null'
expect_exit 0 "$HINDCAST" estimate job.yaml --explain --set estimate.cost='{}' --set estimate.gpu=TPU-v5e
expect_text out 'no power is known (cost.watts)'
expect_exit 0 "$HINDCAST" estimate job.yaml --json --set estimate.cost='{}' --set estimate.gpu=H20
expect_text out '"dollars": null'
expect_exit 0 "$HINDCAST" estimate job.yaml --json --set estimate.failures='{ per_node_day: 1000, interval: 365d }'
expect_text out '"days_with_failures": null'
expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.failures='{ per_node_day: 1000, interval: 365d }'
expect_text out 'no end is expected with them'

# Failures that hardly ever come, and checkpoints that cost nothing.
expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.failures.per_node_day=1e-300
expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.failures.checkpoint=0
expect_text out 'checkpoints cost nothing'

for example in "$HC_SOURCE"/docs/examples/estimate-*.yaml; do
    expect_exit 0 "$HINDCAST" estimate "$example"
    expect_text out 'GPU-hours'
done

# Every kind of the catalogue has an estimate.
for kind in V100 A100-40GB A100 A100-PCIe H100 H800 H20 H200 GH200 B200 GB200 B300 MI250X MI300X MI325X MI355X L40S L4 A10G T4 TPU-v4 TPU-v6e \
    Trainium2 Gaudi3; do
    precision=bf16
    case $kind in V100 | T4) precision=fp16 ;; esac
    expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.gpu=$kind --set estimate.plan.precision=$precision
done

# Two sites: ZeRO-1 reduces 4 bytes of each parameter and gathers 2; half of that leaves each of the sites.
cat >sites.yaml <<'END'
estimate:
  model: llama3-8b
  plan: { gpus: 128, tp: 4, global_batch: 256, zero: 1 }
  gpu: H100
  steps: 1000
  network: { sites: 2, wan: { bandwidth: 100Gbps, latency: 30ms, egress: 0.02 } }
END
expect_exit 0 "$HINDCAST" estimate sites.yaml --json
bytes=$(json_value out egress_bytes)
awk "BEGIN { expected = 1000 * 6 * 8.03e9; exit !($bytes > 0.99 * expected && $bytes < 1.01 * expected) }" ||
    fail "egress of $bytes bytes"
dollars=$(json_value out egress_dollars)
awk "BEGIN { exit !($dollars / ($bytes / 1e9 * 0.02) - 1 < 1e-9 && $dollars / ($bytes / 1e9 * 0.02) - 1 > -1e-9) }" ||
    fail "egress of $dollars USD"
expect_exit 0 "$HINDCAST" estimate sites.yaml --json --set estimate.network.sites=1
[ "$(json_value out egress_bytes)" = 0.0 ] || fail "egress at one site"

# Stages on two kinds: fewer layers on the slow ones make the step shorter.
cat >stages.yaml <<'END'
estimate:
  model: llama3-8b
  plan: { gpus: 16, tp: 4, pp: 4, global_batch: 64 }
  stages: [{ gpu: H100, stages: 2 }, { gpu: A100, stages: 2 }]
END
expect_exit 0 "$HINDCAST" estimate stages.yaml --json
even=$(json_value out step_seconds)
expect_exit 0 "$HINDCAST" estimate stages.yaml --json --set 'estimate.plan.stage_layers=[10, 10, 6, 6]'
uneven=$(json_value out step_seconds)
awk "BEGIN { exit !($uneven < 0.9 * $even) }" || fail "even $even s, uneven $uneven s"
expect_exit 2 "$HINDCAST" estimate stages.yaml --set 'estimate.stages[0].stages=3'
expect_text err "add up to the plan's pp 4, got 5"
expect_exit 2 "$HINDCAST" estimate stages.yaml --set estimate.gpu=H100
expect_text err 'gpu and stages exclude each other'
expect_exit 2 "$HINDCAST" estimate stages.yaml --set 'estimate.stages[1].gpu=A1000'
expect_text err 'did you mean'
expect_exit 2 "$HINDCAST" plan stages.yaml
expect_text err 'one kind of GPU at a time'

# Each lever comes with what is published of its quality; a plain plan with nothing.
expect_exit 0 "$HINDCAST" estimate job.yaml
expect_no_text out 'quality'
expect_exit 0 "$HINDCAST" estimate job.yaml --set estimate.plan.precision=fp8 --set estimate.plan.tuning=lora \
    --set estimate.plan.sparse_2to4=true --set estimate.plan.pruned=0.25
for lever in fp8: lora: '2:4 sparsity:' pruned:; do
    expect_text out "$lever"
done
[ "$(grep -c arXiv out)" -ge 4 ] || fail "quality without sources"
