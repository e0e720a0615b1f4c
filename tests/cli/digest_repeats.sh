# The same scenario gives the same digest, whatever is written out and wherever; another seed gives another one.
. "$(dirname "$0")/common.sh"

cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 32, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 5000, duration: 10d } }
END

first=$(digest_of s.yaml)
[ -n "$first" ] || fail "no digest"

same() {
    other=$(digest_of s.yaml "$@")
    [ "$other" = "$first" ] || fail "$other instead of $first with: $*"
}

same
for level in none jobs all; do
    same --set "output.events=$level"
done
same --set output.sample=0s
same --set output.sample=7s
same --set name=another
same --seed 1
[ "$(digest_of s.yaml --seed 2)" != "$first" ] || fail "the seed makes no difference"
[ "$(digest_of s.yaml --set scheduler.policy=fcfs)" != "$first" ] || fail "the policy makes no difference"

# The digest of the summary is the one in the report and in the file.
cp digest.h5 last.h5
expect_text digest.json "$("$HINDCAST" report last.h5 | sed -n 's/.*digest \([0-9a-f]*\)$/\1/p')"
