# kill.sh COUNT: kills a run at so many moments. `recover` brings back every row that was committed, a prefix of
# the whole run; before the first job it leaves an empty file.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/remains.sh"

now() {
    date +%s.%N
}

begin=$(now)
"$HINDCAST" run s.yaml --out timed.h5 --quiet
seconds=$(echo "$begin $(now)" | awk '{ print $2 - $1 }')
run_whole

# Moments within the run; every fourth within its first tenth, where the file is made.
awk -v count="$1" -v seconds="$seconds" 'BEGIN {
    for (n = 1; n <= count; n++) {
        x = (x * 69069 + 12345) % 4294967296
        print x / 4294967296 * (n % 4 == 0 ? 0.1 : 0.95) * seconds
    }
}' >moments

nothing=0 empty=0 partial=0 complete=0
judge() {
    if [ ! -e r.h5 ] && [ ! -e r.h5.rank0000 ]; then
        expect_exit 2 "$HINDCAST" recover r.h5
        nothing=$((nothing + 1))
        return
    fi
    expect_exit 0 "$HINDCAST" recover r.h5
    [ ! -s err ] || fail "after $1 s: $(cat err)"
    check_prefix "after $1 s"
    if [ "$row_count" -eq 0 ]; then
        empty=$((empty + 1))
    elif [ "$row_count" -lt "$whole_count" ]; then
        expect_text out "recovered $row_count jobs"
        partial=$((partial + 1))
    else
        complete=$((complete + 1))
    fi
    if [ "$row_count" -lt "$whole_count" ]; then
        expect_text report 'NOT COMPLETE: recovered'
    fi
}

while read -r moment; do
    rm -f r.h5 r.h5.*
    "$HINDCAST" run s.yaml --out r.h5 --quiet &
    process=$!
    sleep "$moment"
    kill -KILL "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    judge "$moment"
done <moments
[ ! -e r.h5 ] || check_with_python 'the last kill'
echo "$1 kills of a run of $seconds s: $nothing before the file, $empty before the first row, $partial in the" \
    "middle, $complete at the end"
[ "$partial" -gt 0 ] || fail "no kill met the middle of the run"
