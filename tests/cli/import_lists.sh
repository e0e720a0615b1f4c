# Lists of failures, machines and prices, written in one form.
. "$(dirname "$0")/common.sh"

cat >pool.csv <<'END'
0,add,a
60000,add,b
60000,add,c
90500,remove,a
x,add,d
END
expect_exit 0 "$HINDCAST" import pool.csv --format bamboo --out steps.csv --quarantine-limit 0.5 --quarantine bad.csv
expect_text out '4 of 5 rows used'
expect_text out '1 rows quarantined: 1 a field is not the number'
expect_text out 'steps.csv: 3 steps of availability'
expect_text bad.csv '5,not_a_number,"x,add,d"'
expect_file steps.csv <<'END'
begin,end,available,price_usd_per_hour,pool
0,60,1,,pool
60,90.5,3,,pool
90.5,,2,,pool
END
expect_exit 3 "$HINDCAST" import pool.csv --format bamboo --out none.csv
[ ! -e none.csv ] || fail "none.csv is there"
expect_exit 2 "$HINDCAST" import pool.csv --format bamboo --out steps.csv
expect_text err 'steps.csv: exists; --force replaces it'

expect_exit 0 "$HINDCAST" import pool.csv --format bamboo --out steps.h5 --quarantine-limit 0.5 --json
for pair in schema=hindcast-import-list-1 rows=5 used=4 items=3 'clock=unknown zero' format=bamboo; do
    [ "$(json_value out "${pair%%=*}")" = "${pair#*=}" ] || fail "not $pair"
done
if [ -n "$HC_PYTHON" ] && "$HC_PYTHON" -c 'import h5py' 2>/dev/null; then
    "$HC_PYTHON" - <<'END' || fail "h5py reads another table"
import h5py
with h5py.File("steps.h5") as f:
    assert list(f["availability"]["available"]) == [1, 3, 2]
END
fi

# From a pipe, as lists packed with xz are read.
expect_exit 0 sh -c "head -n 4 pool.csv | '$HINDCAST' import - --format bamboo --out piped.csv"
sed '2,$s/,pool$/,standard input/' steps.csv | cmp - piped.csv || fail "another list from a pipe"

# The pool is called as the file is, which must be a name.
odd=$(printf 'a\001b.csv')
printf '60000,add,n\n' >"$odd"
expect_exit 3 "$HINDCAST" import "$odd" --format bamboo --out odd.csv
expect_text err 'a\x01b.csv: the name of the file says whose list it is'
