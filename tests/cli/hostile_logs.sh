# Logs that are damaged, or made to harm: each ends in an error or in quarantined rows that name their place, in
# 100 MiB of address space. On a quiet machine none takes a second; what hangs is stopped after a minute.
. "$(dirname "$0")/common.sh"

# Sanitizers reserve address space that they never use: there it is not limited.
limit='ulimit -v 102400;'
sh -c "$limit \"$HINDCAST\" --version" >/dev/null 2>&1 || limit=

# bounded CODE COMMAND: a line for the shell, whose last part is the program.
bounded() {
    expected=$1
    code=0
    timeout 60 sh -c "$limit $2" >out 2>err || code=$?
    [ "$code" -ne 124 ] || fail "hangs: $2"
    [ "$code" -eq "$expected" ] || {
        cat err
        fail "exit $code instead of $expected: $2"
    }
    rm -f o.csv
}

# refuse MESSAGE FORMAT FILE: the log as a whole.
refuse() {
    bounded 3 "'$HINDCAST' import $3 --format $2 --out o.csv"
    expect_text err "$1"
}

# quarantine LINE,REASON FORMAT FILE: one row of it.
quarantine() {
    bounded 0 "'$HINDCAST' import $3 --format $2 --quarantine-limit 0.9 --quarantine q.csv --out o.csv"
    expect_text q.csv "$1,"
}

header='job_id,submit,runtime,gpus'
{ echo "$header" && seq 1 20000 | sed 's/.*/&,&,10,1/'; } >sound.csv
seq 1 20000 | sed 's/.*/& & 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1/' >sound.swf
bounded 0 "'$HINDCAST' import sound.csv --format csv --out o.csv"
bounded 0 "'$HINDCAST' import sound.swf --format swf --out o.csv"

for log in csv swf; do
    gzip -c sound.$log >whole.gz
    size=$(wc -c <whole.gz)
    for part in 1 2 3; do
        head -c $((size * part / 4)) whole.gz >cut.gz
        refuse 'cut.gz: the gzip stream is cut off' $log cut.gz
    done
    { head -c $((size / 2)) whole.gz && echo damage && tail -c $((size / 2 - 7)) whole.gz; } >bad.gz
    refuse 'bad.gz: ' $log bad.gz
    { cat whole.gz && echo more; } >more.gz
    refuse 'more.gz: other bytes behind the gzip stream' $log more.gz

    # A line of 1 GiB, plain and from 1 MiB of gzip.
    bounded 3 "head -c 1073741824 /dev/zero | tr '\\0' 1 | '$HINDCAST' import - --format $log --out o.csv"
    expect_text err 'standard input:1: a line of more than 1048576 bytes'
done
head -c 134217728 /dev/zero | gzip -1 >bomb.gz
refuse 'bomb.gz:1: a line of more than 1048576 bytes' swf bomb.gz
refuse 'bomb.gz:1: a line of more than 1048576 bytes' csv bomb.gz

# UTF-16, with and without the mark at the front.
printf '\377\376j\0o\0b\0\n\0' >utf16.csv
refuse 'utf16.csv: text in UTF-16' csv utf16.csv
refuse 'utf16.csv: text in UTF-16' swf utf16.csv
printf 'j\0o\0b\0\n\0' >bare16.csv
refuse 'bare16.csv:1: expected a header row' csv bare16.csv

# Columns.
printf '%s,gpus\n1,1,1,1,1\n' "$header" >twice.csv
refuse 'twice.csv:1: two columns (4 and 5) are called gpus' csv twice.csv
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "c%d,", i; print "x" }' >wide.csv
refuse 'wide.csv:1: expected a header row of up to 1024 names' csv wide.csv
: >empty.csv
refuse 'empty.csv: empty; expected a header row' csv empty.csv
refuse 'empty.csv: no job in it' swf empty.csv

# Rows. The second and the last are sound.
rows() {
    { echo "$header" && echo 1,1,10,1 && printf '%b\n' "$1" && echo 9,9,10,1; } >rows.csv
}
rows '2,2,1\000,1' && quarantine 3,bad_text csv rows.csv
rows '2,1e300,10,1' && quarantine 3,out_of_range csv rows.csv
rows '2,1e-300,10,1' && quarantine 3,out_of_range csv rows.csv
rows '2,2,10,1e300' && quarantine 3,out_of_range csv rows.csv
rows '2,99999999999999999999,10,1' && quarantine 3,out_of_range csv rows.csv
rows '2,nan(7),10,1' && quarantine 3,not_a_number csv rows.csv
rows '2,0x10,10,1' && quarantine 3,not_a_number csv rows.csv
rows '2,inf,10,1' && quarantine 3,not_a_number csv rows.csv
rows '2,2,10' && quarantine 3,field_count csv rows.csv
rows '2,2,10,1,1' && quarantine 3,field_count csv rows.csv
rows "$header" && quarantine 3,not_a_number csv rows.csv
rows '2,2,10,"1' && quarantine 3,bad_text csv rows.csv
rows '2,2,1"0,1' && quarantine 3,bad_text csv rows.csv
rows '"a\033[2J",2,10,1' && quarantine 3,bad_text csv rows.csv
fields() {
    { echo '1 1 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1' && printf '%b\n' "$1"; } >rows.swf
}
fields '2 1e300 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1' && quarantine 2,out_of_range swf rows.swf
fields '2 2 1e300 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1' && quarantine 2,out_of_range swf rows.swf
fields '2 2 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1' && quarantine 2,field_count swf rows.swf
fields '2 2 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1 1 1' && quarantine 2,field_count swf rows.swf
fields '2 2\000 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 -1 -1' && quarantine 2,bad_text swf rows.swf
fields '2 2 0 10 4 -1 -1 5e9 9 -1 1 7 1 -1 1 -1 -1 -1' && quarantine 2,out_of_range swf rows.swf
fields '2 2 0 10 4 -1 -1 4 9 -1 1 7 1 -1 1 -1 2 1e300' && quarantine 2,out_of_range swf rows.swf

# Not a byte of it is text.
head -c 3000000 /dev/urandom >noise
for log in csv swf hindcast; do
    code=0
    timeout 60 sh -c "$limit '$HINDCAST' import noise --format $log --out o.csv" >out 2>err || code=$?
    [ "$code" -eq 3 ] || fail "exit $code for noise as $log"
    expect_text err 'noise'
done

# HDF5 of another kind, and half of the right one.
"$HINDCAST" import sound.csv --format csv --out sound.h5 >out
head -c 4000 sound.h5 >half.h5
refuse 'half.h5: cannot open' hindcast half.h5
refuse 'standard input: ' hindcast - </dev/null
[ -z "$(ls | grep -e tmp -e partial)" ] || fail "something half built is there"
