# A log of any format, written as CSV or HDF5, and read again: the same jobs, the same run.
. "$(dirname "$0")/common.sh"

cat >log.swf <<'END'
; UnixStartTime: 1000000000
; MaxProcs: 64
; TimeZoneString: Europe/Stockholm
1 0 10 100 4 -1 -1 4 200 -1 1 7 1 -1 1 2 -1 -1
2 5 0 50 8 -1 -1 8 20 -1 0 8 1 -1 1 2 1 30
3 9 -1 -1 8 -1 -1 8 20 -1 5 8 1 -1 1 2 -1 -1
4 20 1 x 8 -1 -1 8 20 -1 5 8 1 -1 1 2 -1 -1
5 30 0 40.5 64 -1 -1 -1 -1 -1 1 9 2 -1 1 2 77 1
END

import() {
    "$HINDCAST" import log.swf --format swf --quarantine-limit 0.5 "$@"
}

expect_exit 0 import --out jobs.csv --quarantine bad.csv
expect_text out '3 jobs of 5 rows'
expect_text out '1 rows quarantined:'
expect_text out '1 job never ran'
expect_text out 'the job that it followed is not among the jobs before it'
expect_text out 'Europe/Stockholm'
expect_file jobs.csv <<'END'
job_id,submit,start,runtime,time_limit,gpus,user,group,partition,status,depends_on,think_time
1,0,10,100,200,4,7,1,2,completed,,
2,5,5,50,20,8,8,1,2,failed,1,30
5,30,30,40.5,,64,9,2,2,completed,77,1
END
expect_text bad.csv '7,not_a_number'

expect_exit 0 import --out jobs.h5 --json
for pair in rows=5 kept=3 never_run=1 gpu_hours=0.94222222222222218 zone=Europe/Stockholm 'clock=unix zero' \
    schema=hindcast-import-1; do
    [ "$(json_value out "${pair%%=*}")" = "${pair#*=}" ] || fail "not $pair"
done
expect_text out '"predecessor_unknown": 1'

# Nothing is replaced unasked; a failure leaves nothing.
expect_exit 2 import --out jobs.csv
expect_text err 'jobs.csv: exists; --force replaces it'
expect_exit 2 import --out jobs.h5
expect_exit 0 import --out jobs.csv --force
expect_exit 3 "$HINDCAST" import log.swf --format swf --out few.csv
expect_exit 2 "$HINDCAST" import jobs.csv --format csv --out jobs.csv --force
expect_text err 'jobs.csv: would be overwritten by what it holds'
expect_exit 4 import --out nowhere/jobs.csv
expect_exit 4 import --out nowhere/jobs.h5
[ ! -e few.csv ] || fail "few.csv is there"
[ -z "$(ls | grep tmp)" ] || fail "something half built is there"

# The run is the same from all three.
scenario() {
    cat >"$1.yaml" <<END
hindcast: 1
cluster: { nodes: [{ count: 1, gpus: 64 }] }
workload: { quarantine_limit: 50 %, traces: [{ file: $2, format: $3 }] }
END
}
scenario from_swf log.swf swf
scenario from_csv jobs.csv csv
scenario from_h5 jobs.h5 hindcast
swf=$(digest_of from_swf.yaml)
[ -n "$swf" ] || fail "no digest"
[ "$(digest_of from_csv.yaml)" = "$swf" ] || fail "another run from CSV"
[ "$(digest_of from_h5.yaml)" = "$swf" ] || fail "another run from HDF5"

# From one to the other and back.
expect_exit 0 "$HINDCAST" import jobs.h5 --format hindcast --out back.csv
cmp jobs.csv back.csv || fail "jobs.csv and back.csv differ"
expect_exit 0 "$HINDCAST" import jobs.csv --format csv --out again.csv
cmp jobs.csv again.csv || fail "jobs.csv and again.csv differ"

# Columns by other names.
printf 'when,how many,how long\n1,2,3\n' >own.csv
expect_exit 0 "$HINDCAST" import own.csv --format csv --column submit=when --column 'gpus=how many' \
    --column 'runtime=how long' --out named.csv
expect_file named.csv <<'END'
submit,runtime,gpus
1,3,2
END
expect_exit 3 "$HINDCAST" import own.csv --format csv --out other.csv
expect_text err 'own.csv: no column submit, gpus; found: when, how many, how long'

refuse() {
    message=$1
    shift
    expect_exit 2 "$HINDCAST" import "$@"
    expect_text err "$message"
}
refuse 'which file?'
refuse 'Give --format F' own.csv --out o.csv
refuse 'Give --out OUT.csv' own.csv --format csv
refuse 'ends in .csv or .h5, got "o.txt"' own.csv --format csv --out o.txt
refuse '--format: expected one of swf, csv' own.csv --format xls --out o.csv
refuse '--column: expected NAME=HEADER with NAME one of job_id' own.csv --format csv --out o.csv --column gpuss=x
refuse '--column: only format csv' log.swf --format swf --out o.csv --column gpus=x
refuse '--size: expected requested_first' log.swf --format swf --out o.csv --size big

# Where h5py is: the table is one that it reads.
if [ -n "$HC_PYTHON" ] && "$HC_PYTHON" -c 'import h5py' 2>/dev/null; then
    "$HC_PYTHON" - <<'END' || fail "h5py reads another table"
import h5py
with h5py.File("jobs.h5") as f:
    jobs = f["jobs"][:]
    assert f.attrs["format"] == b"hindcast jobs" or f.attrs["format"] == "hindcast jobs"
    assert list(jobs["gpus"]) == [4, 8, 64], jobs["gpus"]
    assert jobs["depends_on"][1] == b"1"
END
fi
