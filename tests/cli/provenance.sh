# Where the numbers of a run file come from: inputs with their SHA-256, the list of nodes included, the whole
# scenario, the command as UTF-8 whatever bytes were typed.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }

printf 'sn,cpu_milli,memory_mib,gpu,model\nnode-a,64000,262144,2,V100M16\n' >nodes.csv
printf 'id,submit,gpus,runtime\n1,0,1,60\n2,5,2,60\n' >jobs.csv
cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes_from: { file: nodes.csv, format: openb } }
workload: { traces: [{ file: jobs.csv, format: csv, licence: CC-BY-4.0, columns: { job_id: id, submit: submit, gpus: gpus, runtime: runtime } }] }
END
name=$(printf 'caf\351.h5')
expect_exit 0 "$HINDCAST" run s.yaml --out "$name" --quiet
mv "$name" r.h5
cat >expected_sums <<END
$(sha256sum nodes.csv | cut -d' ' -f1)
$(sha256sum jobs.csv | cut -d' ' -f1)
END
"$HC_PYTHON" - >sums <<'END'
import h5py
with h5py.File("r.h5") as f:
    text = lambda key: f.attrs[key].decode("utf-8") if isinstance(f.attrs[key], bytes) else str(f.attrs[key])
    assert text("nodes_file") == "nodes.csv", text("nodes_file")
    assert "caf\u00e9.h5" in text("command_line"), text("command_line")
    assert "policy: easy" in text("scenario"), text("scenario")
    assert f["inputs"][0]["licence"] == b"CC-BY-4.0"
    print(text("nodes_sha256"))
    print(f["inputs"][0]["sha256"].decode())
END
diff expected_sums sums || fail "a SHA-256 differs"

# Tables that are joined with a log are inputs like it.
printf 'j1,worker,1.0,Terminated,110.0,150.0,600.0,1.0,50.0,T4\n' >pai_task_table.csv
printf 'j1,i1,u1,Terminated,100.0,150.0\n' >pai_job_table.csv
cat >pai.yaml <<'EOF'
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: 2, gpu: T4 }] }
workload: { traces: [{ file: pai_task_table.csv, format: pai }] }
EOF
expect_exit 0 "$HINDCAST" run pai.yaml --out pai.h5 --quiet
expect_exit 0 "$HINDCAST" check pai.yaml
sum=$(sha256sum pai_job_table.csv | cut -d' ' -f1)
grep -q "joined with pai_job_table.csv (sha256 $(echo "$sum" | cut -c1-8))" out || fail "check is silent on a joined table"
echo "pai_job_table.csv sha256 $sum" >expected_joined
"$HC_PYTHON" - >joined <<'EOF'
import h5py
with h5py.File("pai.h5") as f:
    joined = f.attrs["joined_files"]
    print(joined.decode() if isinstance(joined, bytes) else joined)
EOF
diff expected_joined joined || fail "a joined table is not in the run file"
