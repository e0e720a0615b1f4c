# What `check` says about the Philly log: two weeks that hold survivors only, jobs that can never fit, the load
# against the capacity, in lines of at most 100 columns.
. "$(dirname "$0")/common.sh"
need_shared data/jobs_gpu/philly_sia_without_2vcs.csv.gz

cp "$shared" philly.csv.gz
cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 10, gpus: 8, gpu: P100 }, { count: 5, gpus: 2, gpu: P100 }] }
workload: { traces: [{ file: philly.csv.gz, format: philly-sia, licence: CC-BY-4.0 }] }
END

# The counts and dates of the log are those of its published statistics.
expect_exit 0 "$HINDCAST" check s.yaml
expect_text out 's.yaml: ok'
expect_text out '10 nodes x 8 P100 + 5 nodes x 2 P100 = 90 GPUs'
expect_text out 'licence CC-BY-4.0'
expect_text out '64,871 jobs of 64,871 rows'
expect_text out '2017-09-04 .. 2017-12-22'
expect_text out '50 jobs repeat another in every field'
expect_text out 'the first 4 weeks hold 5,600 jobs only'
expect_text out 'from: 2017-10-02 leaves them out'
expect_text out 'more is asked for than there is'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"

# 770,136 GPU-hours in 109.06 days on 90 GPUs.
"$HINDCAST" check s.yaml --json >check.json
load=$(printf '%.2f' "$(json_value check.json load)")
wanted=$(awk 'BEGIN { printf "%.2f", 770136 / (90 * (1513929731 - 1504521041) / 3600) }')
[ "$load" = "$wanted" ] || fail "load $load instead of $wanted"
[ "$(json_value check.json censored_weeks)" = 4 ] || fail "four censored weeks"

# Jobs of more than 90 GPUs, counted in the log itself.
large=$(gzip -dc philly.csv.gz | awk -F, 'NR > 1 && $3 + 0 > 90' | wc -l)
[ "$large" -gt 0 ] || fail "the log should have jobs of more than 90 GPUs"
expect_text out "never fit  $large jobs ask for more GPUs than there are; they will be rejected"

# The weeks that the published statistics are made of: 57,305 jobs, and no early survivors among them.
expect_exit 0 "$HINDCAST" check s.yaml --set 'workload.traces[0].from=2017-10-02' \
    --set 'workload.traces[0].to=2017-12-11'
expect_text out '57,305 jobs of 64,871 rows'
expect_text out '7,566 rows left out'
expect_no_text out 'left-censored'
