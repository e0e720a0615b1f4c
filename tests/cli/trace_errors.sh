# A trace that cannot be used: exit 3, a message that names the file, and no run file left behind.
. "$(dirname "$0")/common.sh"

write_scenario s.yaml 8 easy

# refuse FILE MESSAGE OPTION...
refuse() {
    file=$1
    message=$2
    shift 2
    expect_exit 3 "$HINDCAST" run s.yaml --out r.h5 --set "workload.traces[0].file=$file" "$@"
    expect_text err "$message"
    [ ! -s out ] || fail "$file: something on standard output"
    left=$(find . -name 'r.h5*')
    [ -z "$left" ] || fail "$file: left $left"
}

refuse nothere.csv 'nothere.csv: No such file or directory'

: >empty.csv
refuse empty.csv 'empty.csv: empty'
printf 'job_id,submit,procs,runtime,estimate\n' >header.csv
refuse header.csv 'header.csv: no job in it'
printf 'job_id,submit,gpus,runtime,estimate\n1,0,1,10,10\n' >column.csv
refuse column.csv 'column.csv: no column procs'

printf '\037\213this is not what follows in a gzip file' >broken.csv.gz
refuse broken.csv.gz 'broken.csv.gz: damaged gzip stream'
printf 'job_id,submit,procs,runtime,estimate\n1,0,1,10,10\n' | gzip -c | head -c 30 >cut.csv.gz
refuse cut.csv.gz 'cut.csv.gz: '
printf 'BZh91AY&SY junk' >other.csv
refuse other.csv 'other.csv: '

# Two of ten rows cannot be used; one in twenty may be.
{
    echo job_id,submit,procs,runtime,estimate
    echo 1,0,1,10,10
    echo 2,5,many,10,10
    for id in 3 4 5 6 7 8 9; do echo "$id,$id,1,10,10"; done
    echo 10,12,1,-5,10
} >rows.csv
refuse rows.csv 'rows.csv: 2 of 10 rows cannot be used (20.0 %, at most 5 % are accepted)'
expect_text err 'not_a_number 1 (line 3)'
expect_text err 'bad_times 1 (line 11)'
"$HINDCAST" run s.yaml --out r.h5 --set 'workload.traces[0].file=rows.csv' \
    --set 'workload.quarantine_limit=20 %' --json >r.json
[ "$(json_value r.json jobs)" = 8 ] || fail "8 jobs under a higher limit"

# What a name holds does not reach the terminal's own language.
expect_exit 1 "$HINDCAST" report "$(printf 'r\033[31m.h5')"
expect_text err 'r\x1b[31m.h5'
