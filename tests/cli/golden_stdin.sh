# A trace that comes through standard input (`file: -`), or compressed, gives the digest of the plain file.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling/cpu_synth_fine.csv

cp "$shared" jobs.csv
gzip -c jobs.csv >jobs.csv.gz
write_scenario s.yaml 128 easy
plain=$(digest_of s.yaml)
packed=$(digest_of s.yaml --set 'workload.traces[0].file=jobs.csv.gz')
through_pipe=$(cat jobs.csv | digest_of s.yaml --set 'workload.traces[0].file="-"')
through_file=$(digest_of s.yaml --set 'workload.traces[0].file="-"' <jobs.csv.gz)

sed 's/file: jobs.csv/file: -/' s.yaml >dash.yaml
written=$(digest_of dash.yaml <jobs.csv)

[ -n "$plain" ] || fail "no digest"
[ "$packed" = "$plain" ] || fail "compressed: $packed, plain: $plain"
[ "$through_pipe" = "$plain" ] || fail "pipe: $through_pipe, plain: $plain"
[ "$through_file" = "$plain" ] || fail "standard input: $through_file, plain: $plain"
[ "$written" = "$plain" ] || fail "file: - in the scenario: $written, plain: $plain"
