# `mpirun -n N hindcast run` writes what one rank writes: digest, report and every table. What goes wrong is told once.
. "$(dirname "$0")/common.sh"

write_jobs 6000 20
write_partitions s.yaml 1 all
write_federation f.yaml 800 2

same_on_ranks() { # SCENARIO
    expect_exit 0 "$HINDCAST" run "$1" --out 1.h5 --force --json
    mv out 1.json
    "$HINDCAST" report 1.h5 >1.report
    for count in 1 2 3 5 8; do
        expect_exit 0 on_ranks "$count" "$HINDCAST" run "$1" --out n.h5 --force --json
        [ "$(json_value out digest)" = "$(json_value 1.json digest)" ] || fail "another digest on $count ranks"
        [ "$(ls n.h5*)" = n.h5 ] || fail "left: $(ls n.h5*)"
        same_tables 1.h5 n.h5 "on $count ranks"
        "$HINDCAST" report n.h5 >n.report
        diff 1.report n.report || fail "another report on $count ranks"
        h5dump -a mpi_ranks n.h5 | grep -q "(0): $count" || fail "mpi_ranks does not say $count"
    done
}

same_on_ranks f.yaml
same_on_ranks s.yaml

# One rank publishes for all of its node: a reader has the rows of each to the last.
place=$(mktemp -d /tmp/hindcast-XXXXXX)
trap 'code=$?; rm -rf "$place"; [ "$code" -eq 1 ] || rm -rf "$SCRATCH"; exit "$code"' EXIT
"$HINDCAST" watch "ipc://$place/s" --json --exit-at-end >watched.json 2>said &
watch=$!
expect_exit 0 on_ranks 3 "$HINDCAST" run s.yaml --out n.h5 --force --json --stream "ipc://$place/s" \
    --stream-events all --wait-subscribers 1
wait "$watch" || { cat said; fail "the watch of three ranks"; }
for fact in '"lost_rows": 0' '"ended_ranks": 3' '"digest_right": true' "$(json_value out digest)"; do
    grep -q "$fact" watched.json || { cat watched.json; fail "no $fact of three ranks"; }
done

# Some rank cannot write: one message, its exit code, and no result.
mkdir full
ln -s /dev/full full/n.h5.rank0001
expect_exit 2 on_ranks 3 "$HINDCAST" run s.yaml --out full/n.h5 --json
[ "$(grep -c 'rank0001' err)" -eq 1 ] || { cat err; fail "not told once"; }
[ ! -e full/n.h5 ] || fail "a result in spite of a failure"

sed 's/easy/eesy/' s.yaml >bad.yaml
expect_exit 2 on_ranks 3 "$HINDCAST" run bad.yaml --out bad.h5
[ "$(grep -c 'did you mean "easy"' err)" -eq 1 ] || { cat err; fail "not told once"; }
expect_exit 2 on_ranks 3 "$HINDCAST" run s.yaml --no-such-option
[ "$(grep -c 'unrecognized option' err)" -eq 1 ] || { cat err; fail "not told once"; }

# Standard input is one rank's: no other would find anything there.
refuse_standard_input() { # MESSAGE SCENARIO
    expect_exit 2 on_ranks 2 "$HINDCAST" run "$2" --out stdin.h5 <jobs.csv
    expect_text err "$1"
    [ "$(grep -c 'found - (standard input), which each of the ranks would read' err)" -eq 1 ] || fail "not told once"
    [ -z "$(ls stdin.h5* 2>/dev/null)" ] || fail "left: $(ls stdin.h5*)"
}
sed 's/jobs.csv/-/' s.yaml >stdin.yaml
refuse_standard_input 'workload.traces[0].file: expected a file' stdin.yaml
sed 's/home.csv/-/' f.yaml >stdin.yaml
refuse_standard_input 'federation.sites[0].workload.traces[0].file: expected a file' stdin.yaml
sed '/nodes:/,/name: f }/d; s/^cluster:/cluster: { nodes_from: { file: "-", format: openb } }/' s.yaml >stdin.yaml
refuse_standard_input 'cluster.nodes_from.file: expected a file' stdin.yaml
refuse_standard_input 'expected a scenario in a file' -

expect_exit 2 on_ranks 2 "$HINDCAST" check s.yaml
expect_text err 'hindcast check: runs on one rank'
# mpirun ends all when one fails: before they have met, only the one that tells why may fail.
for wrong in 'run s.yaml --no-such-option' 'sweep' 'check s.yaml' 'rnu' 'bench' 'bench queue' ''; do
    # shellcheck disable=SC2086 # words, not one word
    expect_exit 0 env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=1 "$HINDCAST" $wrong
    [ ! -s err ] || fail "the second rank speaks"
    # shellcheck disable=SC2086
    expect_exit 2 env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 "$HINDCAST" $wrong
    [ -s err ] || fail "the first rank does not speak"
done

# PHOLD counts windows.
expect_exit 0 on_ranks 2 "$HINDCAST" bench phold --end 20 --json
[ "$(json_value out windows)" -gt 100 ] || fail "no windows"
digest=$(json_value out digest)
expect_exit 0 "$HINDCAST" bench phold --end 20 --json
[ "$(json_value out windows)" -eq 0 ] || fail "windows on one rank"
[ "$(json_value out digest)" = "$digest" ] || fail "another digest of PHOLD on 2 ranks"
