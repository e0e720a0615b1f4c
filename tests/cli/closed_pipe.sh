# A reader that stops early, such as head, is no error worth a message.
. "$(dirname "$0")/common.sh"

printf 'job_id,submit,procs,runtime,estimate\n1,0,8,100,100\n' >jobs.csv
write_scenario s.yaml 8 fcfs

# The reader is gone before the program writes.
into_closed_pipe() {
    { sleep 0.2 && "$HINDCAST" "$@" 2>err; } | true
    [ ! -s err ] || {
        cat err
        fail "a message: $*"
    }
}

into_closed_pipe run s.yaml --out r.h5
into_closed_pipe report r.h5
into_closed_pipe export r.h5
into_closed_pipe help scenario
