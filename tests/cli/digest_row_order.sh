# Rows of one submit time may stand in any order in the input: ids that are all digits compare as numbers, others
# as text, and rows without ids by what they hold. The schedule and the digest stay the same.
. "$(dirname "$0")/common.sh"

# 600 jobs, six at each instant, some of them alike but for the id.
awk 'BEGIN {
    for (n = 1; n <= 600; n++) {
        x = (x * 1103515245 + 12345) % 2147483648
        run = 60 * (1 + int(x / 65536) % 40)
        print n "," 300 * int((n - 1) / 6) "," 1 + int(x / 1024) % 16 "," run "," run + 60 * (n % 3)
    }
}' >rows

# shuffle SEED: other orders within each instant; seed 0 leaves the rows as they are, seed 1 turns them round.
shuffle() {
    awk -F, -v x="$1" '{
        key = x == 0 ? NR : x == 1 ? -NR : (seed = ((NR == 1 ? x : seed) * 69069 + 1) % 4294967296)
        printf "%d %d %s\n", $2, key, $0
    }' rows | sort -k1,1n -k2,2n | cut -d' ' -f3
}

# try NAME PROGRAM SCENARIO: an awk program makes the rows of the trace.
try() {
    first=
    for seed in 0 1 7 99 12345; do
        shuffle "$seed" | awk -F, "$2" >jobs.csv
        digest=$(digest_of "$3")
        : "${first:=$digest}"
        [ "$digest" = "$first" ] || fail "$1: $digest in order $seed, $first in order 0"
    done
    [ -n "$first" ] || fail "$1: no digest"
}

write_scenario with_ids.yaml 64 easy
sed 's/job_id: job_id, //' with_ids.yaml >without_ids.yaml
try 'ids of digits' 'BEGIN { print "job_id,submit,procs,runtime,estimate" } { print }' with_ids.yaml
try 'ids that are text' 'BEGIN { print "job_id,submit,procs,runtime,estimate" } { print "job-" $0 }' with_ids.yaml
try 'no ids' 'BEGIN { print "submit,procs,runtime,estimate" } { print $2 "," $3 "," $4 "," $5 }' without_ids.yaml

# first_of FIRST SECOND: which of two jobs that need the whole machine at once starts first.
first_of() {
    printf 'job_id,submit,procs,runtime,estimate\n%s,0,64,10,10\n%s,0,64,10,10\n' "$1" "$2" >jobs.csv
    "$HINDCAST" run with_ids.yaml --out pair.h5 --force --quiet
    "$HINDCAST" export pair.h5 --table jobs --to csv | awk -F, 'NR > 1 && $3 == 0 { print $1 }'
}
[ "$(first_of 10 9)" = 9 ] || fail "ids of digits do not compare as numbers"
[ "$(first_of 9 10)" = 9 ] || fail "ids of digits do not compare as numbers"
[ "$(first_of job-9 job-10)" = job-10 ] || fail "ids that are text do not compare as text"
[ "$(first_of job-10 job-9)" = job-10 ] || fail "ids that are text do not compare as text"
