# `fidelity: analytic`: what is trained takes as long as its placement says; with numbers of ranks as arguments, the same on
# so many.
. "$(dirname "$0")/common.sh"

cat >explicit.yaml <<'YAML'
hindcast: 1
fidelity: analytic
cluster:
  network: { racks_per_pod: 2, rack_oversubscription: 2 }
  nodes:
    - { count: 16, gpus: 8, gpu: H100-SXM5-80GB, per_rack: 4, partition: new }
    - { count: 16, gpus: 8, gpu: A100, per_rack: 4, partition: old, name: a }
workload:
  training:
    - { name: base, model: llama3-8b, plan: { gpus: 64, tp: 4, global_batch: 256, zero: 1 }, steps: 2000 }
    - { name: tune, count: 40, every: 3min, user: ann, model: llama3-8b, plan: { gpus: 8, tp: 4, global_batch: 64 }, steps: 100 }
    - { name: aged, count: 9, every: 7min, partition: old, model: llama3-8b, plan: { gpus: 16, tp: 4, pp: 2 }, tokens: 1e7 }
    - { name: a-name-of-more-than-ten-letters, submit: 1h, limit: 2d, priority: 3, model: llama3-8b, plan: { gpus: 64, tp: 4, global_batch: 256, zero: 1 }, steps: 2000 }
scheduler: { policy: priority, preempt: suspend, placement: spread, restart: [{ time: 1min }] }
YAML

ranks=$*
same_on_ranks() { # SCENARIO
    expect_exit 0 "$HINDCAST" run "$1" --out 1.h5 --force --json
    digest=$(json_value out digest)
    for count in $ranks; do
        expect_exit 0 on_ranks "$count" "$HINDCAST" run "$1" --out n.h5 --force --json
        [ "$(json_value out digest)" = "$digest" ] || fail "$1: another digest on $count ranks"
        same_tables 1.h5 n.h5 "on $count ranks"
    done
}
same_on_ranks explicit.yaml
expect_exit 0 "$HINDCAST" explain 1.h5 --job a-name-of-more-than-ten-letters
expect_text out 'trains a-name-of-more-than-ten-letters: llama3-8b, 64 GPUs'
expect_text out ': a step takes'
expect_text out 'where packed'

# A mix of jobs at each site of a federation, some of which are sent to another kind of GPU.
cat >mix.yaml <<'YAML'
hindcast: 1
fidelity: analytic
federation:
  broker: { policy: least_loaded, dispatch: 1min, report_delay: 30s }
  sites:
    - { name: new, count: 2, cluster: { nodes: [{ count: 8, gpus: 8, gpu: H100-SXM5-80GB, per_rack: 2 }] } }
    - { name: old, cluster: { nodes: [{ count: 12, gpus: 4, gpu: A100, per_rack: 4 }] }, scheduler: { policy: las } }
workload:
  synthetic:
    jobs: 300
    load: 0.9
    classes:
      - { name: tune, share: 4, training: { model: llama3-8b, plan: { gpus: 1, recompute: full, tuning: lora } }, run_time: { kind: lognormal, median: 1h, sigma: 1 } }
      - { name: train, share: 1, training: { model: llama3-8b, plan: { gpus: 16, tp: 4, global_batch: 64 }, steps: 700 } }
scheduler: { policy: easy, placement: spread }
output: { events: all }
YAML
same_on_ranks mix.yaml

expect_exit 0 "$HINDCAST" export 1.h5 --table events
grep -q dispatch out || fail "nobody was sent on"

# What is wrong is told where it stands.
refuse() { # MESSAGE SED
    sed "$2" explicit.yaml >bad.yaml
    expect_exit 2 "$HINDCAST" check bad.yaml
    expect_text err "$1"
}
refuse 'what is trained needs fidelity: analytic' 's/analytic/recorded/'
refuse 'give tokens or steps, one of the two' 's/steps: 100 /steps: 100, tokens: 5 /'
refuse 'did you mean "llama3-8b"' 's/llama3-8b, plan: { gpus: 8/llama3-8c, plan: { gpus: 8/'
refuse 'the cluster has no GPU "V100"' 's/steps: 100 /steps: 100, gpu: V100 /'
refuse 'cannot be trained on H100-SXM5-80GC: no accelerator of that name is known (hindcast help gpus); did you mean "H100-SXM5-80GB"?' 's/H100-SXM5-80GB/H100-SXM5-80GC/'
refuse 'there is no partition "odl"' 's/partition: old, model/partition: odl, model/'
refuse 'tp' 's/gpus: 8, tp: 4/gpus: 8, tp: 3/'
refuse 'give traces, synthetic or training, one of the three' 's/^workload:/workload:\n  synthetic: { preset: demo }/'

# Steps of a job that lies in one rack, and of one that is torn over two sites: the same plan, and the WAN on top.
cat >sites.yaml <<'YAML'
hindcast: 1
fidelity: analytic
cluster:
  nodes: [{ count: 4, gpus: 8, gpu: H100, site: oslo, name: o }, { count: 4, gpus: 8, gpu: H100, site: rome, name: r }]
  network: { wan: { bandwidth: 100Gbps, latency: 20ms } }
workload:
  training:
    - { name: near, model: llama3-8b, plan: { gpus: 32, tp: 4, global_batch: 512, zero: 1, recompute: full }, steps: 100 }
    - { name: half, submit: 10h, model: llama3-8b, plan: { gpus: 16, tp: 4, zero: 1, recompute: full }, steps: 100 }
    - { name: torn, submit: 10h, model: llama3-8b, plan: { gpus: 32, tp: 4, global_batch: 512, zero: 1, recompute: full }, steps: 100 }
YAML
step_of() { # JOB
    awk -F, -v job="$1" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i } $column["job_id"] == job { print $column["step_s"] }' attempts
}
"$HINDCAST" run sites.yaml --out sites.h5 --force -q || fail "sites"
"$HINDCAST" export sites.h5 --table attempts >attempts
"$HINDCAST" export sites.h5 --table placements >placements
grep '^torn' placements | grep -q ',o2$' || fail "torn is not in oslo"
grep '^torn' placements | grep -q ',r1$' || fail "torn is not in rome"
awk -v near="$(step_of near)" -v torn="$(step_of torn)" 'BEGIN { exit !(near > 0 && torn > near) }' || fail "near $(step_of near) s, torn $(step_of torn) s"
