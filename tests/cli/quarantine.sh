# --quarantine FILE lists every row that cannot be used, with its line and the reason, whether the run goes on or
# stops at the limit.
. "$(dirname "$0")/common.sh"

write_scenario s.yaml 8 easy
{
    echo job_id,submit,procs,runtime,estimate
    echo 1,0,1,10,10
    echo '"a,b",5,many,10,10'
    echo 3,7,1,10,10
    echo 4,8,0,10,10
    echo 5,9,1,nan,10
    echo 6,-9,1,10,10
} >jobs.csv

expect_rows() {
    cut -d, -f1,2 "$1" >rows
    expect_file rows <<'END'
line,reason
3,not_a_number
6,no_run_time
7,no_submit
END
    expect_text "$1" '3,not_a_number,"""a,b"",5,many,10,10"'
}

expect_exit 3 "$HINDCAST" run s.yaml --quarantine stopped.csv
expect_rows stopped.csv
expect_exit 0 "$HINDCAST" run s.yaml --quarantine went_on.csv --set workload.quarantine_limit=0.9
expect_text out '3 quarantined'
expect_text out '1 left out'
expect_rows went_on.csv
expect_exit 0 "$HINDCAST" check s.yaml --quarantine checked.csv --set workload.quarantine_limit=0.9
expect_rows checked.csv

# The list never replaces the trace.
cp jobs.csv before.csv
expect_exit 2 "$HINDCAST" check s.yaml --quarantine jobs.csv
expect_text err 'jobs.csv: the list of quarantined rows would overwrite the trace'
cmp jobs.csv before.csv || fail "the trace was changed"
