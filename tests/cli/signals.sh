# SIGINT and SIGTERM end a run: exit 130 and 143, and a valid file that says it is not complete, which every
# command reads.
. "$(dirname "$0")/common.sh"

cat >s.yaml <<'END'
hindcast: 1
cluster: { nodes: [{ count: 256, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 5000000, duration: 1500d } }
END

# Waits until the run has written rows, at most a minute.
wait_for_rows() {
    for _ in $(seq 600); do
        size=$(stat -c %s r.h5.rank0000 2>/dev/null || echo 0)
        [ "$size" -lt 1000000 ] || return 0
        sleep 0.1
    done
    fail "no rows after a minute"
}

# check SIGNAL CODE
check() {
    "$HINDCAST" run s.yaml --out r.h5 --force >out 2>err &
    process=$!
    wait_for_rows
    kill -s "$1" "$process"
    code=0
    wait "$process" || code=$?
    [ "$code" -eq "$2" ] || fail "exit $code after SIG$1"
    expect_file err <<END
hindcast: stopped by SIG$1; r.h5 holds what was simulated
END
    [ "$(ls r.h5*)" = r.h5 ] || fail "left: $(ls r.h5*)"
    "$HINDCAST" report r.h5 --json >report.json
    [ "$(json_value report.json complete)" = false ] || fail "the report does not say that the run was stopped"
    "$HINDCAST" report r.h5 >report
    expect_text report "stopped by SIG$1"
    rows=$("$HINDCAST" export r.h5 --table jobs --to csv | sed 1d | wc -l)
    [ "$rows" -gt 1000 ] || fail "$rows jobs only"
    expect_exit 0 "$HINDCAST" recover r.h5
    expect_text out 'the run was stopped'
    expect_exit 0 "$HINDCAST" recover r.h5 --json
    [ "$(json_value out outcome)" = was_partial ] || fail "recover --json does not say that the run was stopped"
    expect_text out "\"jobs\": $rows"
}

# A log that is still being read: nothing was simulated, nothing is left.
check_reading() {
    sed 's/jobs.csv/-/' stdin.yaml >reading.yaml
    mkfifo idle
    "$HINDCAST" run reading.yaml --out idle.h5 <idle >out 2>err &
    process=$!
    exec 9>idle
    for _ in $(seq 600); do
        [ ! -e idle.h5.rank0000 ] || break
        sleep 0.1
    done
    sleep 0.2
    kill -s "$1" "$process"
    code=0
    wait "$process" || code=$?
    exec 9>&-
    rm idle
    [ "$code" -eq "$2" ] || fail "exit $code after SIG$1 while reading"
    expect_file err <<END
hindcast: stopped by SIG$1 before anything was simulated
END
    [ -z "$(ls idle.h5* 2>/dev/null)" ] || fail "left: $(ls idle.h5*)"
}

write_scenario stdin.yaml 8 fcfs
check_reading INT 130
check_reading TERM 143
check INT 130
check TERM 143
