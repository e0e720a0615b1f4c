# The test suite of pyss, case by case: every start and end is the one of the table, with one pass per instant
# and with one per event. With that one, pyss compresses when it backfills conservatively.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling/unit_pyss.csv

# One file per case and policy, and a list: file, processors, policy.
awk -F, 'NR == 1 { header = $0; next }
    $1 "," $2 != last {
        last = $1 "," $2
        file = sprintf("case%03d.csv", ++cases)
        print header >file
        print file, $3, $2
    }
    { print >file }' "$shared" >cases

check() {
    write_scenario scenario.yaml "$2" "$3" "$4"
    "$HINDCAST" run scenario.yaml --set "workload.traces[0].file=$1" --out case.h5 --force --quiet
    "$HINDCAST" export case.h5 --table jobs --to csv | cut -d, -f1,3,4 | sed 1d | sort >found
    cut -d, -f4,9,10 "$1" | sed 1d | sort >wanted
    diff wanted found || fail "$1 ($3, pass: $4)"
}

while read -r file processors policy; do
    check "$file" "$processors" "$policy" instant
    [ "$policy" != conservative ] || policy=conservative_compress
    check "$file" "$processors" "$policy" event
done <cases
[ "$(wc -l <cases)" -eq 131 ] || fail "$(wc -l <cases) cases instead of 131"
