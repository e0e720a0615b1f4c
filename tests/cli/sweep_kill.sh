# sweep_kill.sh COUNT: kills one rank of a study at so many moments and goes on with another number of ranks. Every
# run is there exactly once, with the values that it has in a study that was not killed, and only runs that were in
# flight are made twice.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sweep_study.sh"

write_study s.yaml 6 2000
runs=36

begin=$(date +%s.%N)
expect_exit 0 ranks 2 sweep s.yaml --out whole.h5 --quiet
seconds=$(echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }')
table_of whole.h5 >whole
[ "$(wc -l <whole)" -eq "$runs" ] || fail "$runs rows expected"

awk -v count="$1" -v seconds="$seconds" 'BEGIN {
    x = 20261123
    for (n = 1; n <= count; n++) {
        x = (x * 69069 + 12345) % 4294967296
        print n, (0.1 + 0.8 * x / 4294967296) * seconds
    }
}' >moments

# The process of one rank: children of this mpirun that are the program. victim MPIRUN NUMBER
victim() {
    pgrep -P "$1" -x hindcast | sed -n "$(($2 % 3 + 1))p"
}

partial=0
while read -r number moment; do
    rm -f k.h5 k.h5.*
    mpirun --oversubscribe --allow-run-as-root -n 3 "$HINDCAST" sweep s.yaml --out k.h5 --quiet \
        >killed_out 2>killed_err &
    launcher=$!
    sleep "$moment"
    process=$(victim "$launcher" "$number")
    [ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true
    wait "$launcher" 2>/dev/null || true
    if [ -e k.h5 ]; then
        table_of k.h5 | diff whole - || fail "after $moment s: another table"
        continue
    fi
    # mpirun has returned, and so have all ranks.
    expect_exit 0 "$HINDCAST" sweep s.yaml --list --out k.h5
    finished=$(grep -c ' ok$' out || true)
    expect_exit 0 ranks 2 sweep s.yaml --out k.h5 --json
    made=$(json_value out made)
    [ "$((finished + made))" -eq "$runs" ] ||
        fail "after $moment s: $finished finished, $made made anew, of $runs"
    table_of k.h5 | diff whole - || fail "after $moment s: another table"
    [ "$(ls k.h5.* 2>/dev/null | wc -l)" -eq 0 ] || fail "remains: $(ls)"
    if [ "$finished" -gt 0 ] && [ "$finished" -lt "$runs" ]; then
        partial=$((partial + 1))
    fi
done <moments
echo "$1 kills of a study of $seconds s: $partial in the middle"
[ "$partial" -gt 0 ] || fail "no kill met the middle of the study"
