# The Venus list under its published calendar: what the ledger and `check` say, against the calendar's own sum.
. "$(dirname "$0")/common.sh"
need_shared data/jobs_gpu/helios_venus_gpu_jobs_to_2020-08-31.csv.gz
cp "$shared" venus.csv.gz
need_shared data/jobs_gpu/helios_venus_cluster_gpu_number.csv
cp "$shared" calendar.csv

# Time 0 of the list is 2020-03-18 04:01:39: April begins 13 d 19:58:21 later, at 1195101 s.
cat >s.yaml <<'END'
hindcast: 1
cluster:
  nodes: [{ count: 158, gpus: 8, name: n }]
  capacity: { file: calendar.csv, zero: 2020-03-18 04:01:39 }
workload:
  traces:
    - file: venus.csv.gz
      format: csv
      columns: { job_id: job_id, submit: arrival_s, runtime: service_sec, gpus: gpu_count }
scheduler: { policy: easy, placement: spread }
END

# The calendar on the list's axis: "second GPUs", all 1,264 before April.
calendar() {
    awk -F, 'NR == 1 { print 0, 1264; next } { print 1195101 + (NR - 2) * 86400, $NF }' calendar.csv
}

# expect_equal WHAT A B: up to a millionth, which is what is left of sums in floating point.
expect_equal() {
    awk -v a="$2" -v b="$3" 'BEGIN { d = a - b; exit !(b > 0 && d * d <= 1e-12 * b * b) }' ||
        fail "$1: $2 instead of $3"
}

# Places are spread, so that jobs hold nodes when these go.
for policy in easy fcfs conservative srtf; do
    "$HINDCAST" run s.yaml --set scheduler.policy=$policy --out r.h5 --force --json >r.json ||
        fail "run with $policy"
    "$HINDCAST" export r.h5 --table ledger >ledger.csv
    "$HINDCAST" export r.h5 --table attempts >attempts.csv
    "$HINDCAST" export r.h5 --table placements >placements.csv

    # From the first submission, at 0, to the last end; GPU-seconds by bucket.
    sum=$(awk -F, 'NR > 1 { s += $3 } END { printf "%.3f", s }' ledger.csv)
    offline=$(awk -F, '$2 == "offline" { printf "%.3f", $3 }' ledger.csv)
    end=$(awk -v s="$sum" 'BEGIN { printf "%.3f", s / 1264 }')

    # What the calendar leaves out, but for what jobs still held there.
    calendar >steps
    out=$(awk -v end="$end" '
        NR > 1 { stop = $1 < end ? $1 : end; if (stop > at) s += (stop - at) * (1264 - gpus) }
        { at = $1; gpus = $2 }
        END { if (end > at) s += (end - at) * (1264 - gpus); printf "%.3f", s }' steps)
    draining=$(awk -F, '
        FILENAME == "steps" { split($0, f, " "); n++; at[n] = f[1]; nodes[n] = f[2] / 8; next }
        FILENAME == "attempts.csv" && FNR == 1 { for (i = 1; i <= NF; i++) a[$i] = i; next }
        FILENAME == "attempts.csv" { k = $a["job_id"] "/" $a["attempt"]; b[k] = $a["start_s"];
                                     e[k] = $a["end_s"]; next }
        FNR == 1 { for (i = 1; i <= NF; i++) p[$i] = i; next }
        { k = $p["job_id"] "/" $p["attempt"]
          for (i = 1; i <= n; i++) if ($p["node"] >= nodes[i]) {
              from = b[k] > at[i] ? b[k] : at[i]
              to = i < n && at[i + 1] < e[k] ? at[i + 1] : e[k]
              if (to > from) s += (to - from) * $p["count"]
          } }
        END { printf "%.3f", s }' steps attempts.csv placements.csv)
    awk -v d="$draining" 'BEGIN { exit !(d > 0) }' || fail "no job drained under $policy"
    expect_equal "GPU time out of service under $policy" "$offline" \
        "$(awk -v o="$out" -v d="$draining" 'BEGIN { printf "%.3f", o - d }')"
done

# Nobody starts on a node that is out of service.
late=$(awk -F, '
    FILENAME == "steps" { split($0, f, " "); n++; at[n] = f[1]; nodes[n] = f[2] / 8; next }
    FILENAME == "attempts.csv" && FNR == 1 { for (i = 1; i <= NF; i++) a[$i] = i; next }
    FILENAME == "attempts.csv" { b[$a["job_id"] "/" $a["attempt"]] = $a["start_s"]; next }
    FNR == 1 { for (i = 1; i <= NF; i++) p[$i] = i; next }
    { s = b[$p["job_id"] "/" $p["attempt"]]; in_service = 158
      for (i = 1; i <= n && at[i] <= s; i++) in_service = nodes[i]
      late += $p["node"] >= in_service } END { print late + 0 }' steps attempts.csv placements.csv)
[ "$late" -eq 0 ] || fail "$late places on nodes that are out of service"

expect_exit 0 "$HINDCAST" report r.h5
expect_text out 'on nodes out of service'
[ "$(digest_of s.yaml)" = "$(digest_of s.yaml)" ] || fail "another digest the second time"

# The load of April and later: what is asked for, by the calendar's sum over the span of submissions.
expect_exit 0 "$HINDCAST" check s.yaml
expect_text out 'capacity   968 to 1,264 GPUs in service'
"$HINDCAST" check s.yaml --json --set 'workload.traces[0].from=1195101s' >check.json 2>err || {
    cat err
    fail "check from April on"
}
load=$(json_value check.json load)
gzip -dc venus.csv.gz | awk -F, 'NR > 1 && $2 >= 1195101 { if (!n++) print "first", $2
    last = $2; s += $3 * $4 } END { printf "last %.3f\ndemand %.3f\n", last, s }' >asked
wanted=$(awk 'NR == FNR { v[$1] = $2; next }
    FNR > 1 { from = v["first"] > at ? v["first"] : at; to = v["last"] < $1 ? v["last"] : $1
              if (to > from) s += (to - from) * gpus }
    { at = $1; gpus = $2 }
    END { printf "%.9f", v["demand"] / s }' asked steps)
expect_equal "load" "$load" "$wanted"

# Jobs that need nodes which never come back are left; the run is over and its exit code 0.
cat >gone.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 2, gpus: 4 }], capacity: { steps: [{ at: 15s, gpus: 4 }] } }
workload: { traces: [{ file: jobs.csv, format: csv, columns: { submit: submit, gpus: gpus, runtime: run } }] }
END
printf 'submit,gpus,run\n0,4,60\n20,8,10\n30,4,10\n' >jobs.csv
expect_exit 0 "$HINDCAST" run gone.yaml
expect_text out '1: 0 running, 1 waiting for nodes that did not come back'
expect_no_text out 'NOT COMPLETE'

# What the calendar cannot mean is named with its place.
expect_exit 2 "$HINDCAST" check gone.yaml --set 'cluster.capacity.steps[0].gpus=6'
expect_text err 'cluster.capacity.steps[0].gpus'
expect_text err 'expected 4 or 8 (GPUs of the first 1 or 2 nodes), got 6'
expect_exit 3 "$HINDCAST" check s.yaml --set 'cluster.nodes[0].count=150'
expect_text err 'calendar.csv:139: total: expected at most the 1200 GPUs'
