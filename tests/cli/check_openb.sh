# What `check` says about the openb nodes and pods: nodes by kind, load for each set of kinds that jobs accept, and
# jobs that never ran.
. "$(dirname "$0")/common.sh"
need_shared data/alibaba/openb_pod_list_gpuspec33.csv

cp "$shared" pods.csv
cp "$HC_SHARED/data/alibaba/openb_node_list_gpu_node.csv" nodes.csv
cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes_from: { file: nodes.csv, format: openb } }
workload: { traces: [{ file: pods.csv, format: openb }], cpu_jobs: run }
END
expect_exit 0 "$HINDCAST" check s.yaml
expect_text out '= 6,212 GPUs'
expect_text out '549 nodes x 8 G2'
expect_text out '39 nodes x 8 G3'
expect_text out '2 nodes x 1 A10'
expect_text out '897 jobs never ran'
[ "$(awk 'length($0) > 100' out | wc -l)" -eq 0 ] || fail "lines of more than 100 columns"

# Pods that ran and accept T4 alone, counted in the list itself; 842 T4 in the list of nodes.
t4=$(awk -F, '$6 == "T4" && $11 != ""' pods.csv | wc -l)
grouped=$(echo "$t4" | sed 's/\([0-9]\)\([0-9]\{3\}\)$/\1,\2/')
expect_text out "T4: $grouped jobs,"
expect_text out 'of 842 GPUs,'

# Without CPU pods.
zero=$(awk -F, 'NR > 1 && $4 == 0 && $11 != ""' pods.csv | wc -l)
expect_exit 0 "$HINDCAST" check s.yaml --set workload.cpu_jobs=leave_out --json
expect_text out '"gpus": 6212'
[ "$zero" -gt 0 ] || fail "the list should have pods without GPUs"
[ "$(json_value out jobs)" -eq $((8152 - 897 - zero)) ] || fail "pods without GPUs are not left out"
