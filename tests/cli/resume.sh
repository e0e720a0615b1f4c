# A run that is stopped with its state saved, and taken up again, ends as one that was never stopped: digest and every
# table, also on other numbers of ranks. Usage: resume.sh ROUNDS
. "$(dirname "$0")/common.sh"

rounds=${1:-2}
write_jobs 200000 2
write_partitions s.yaml 10 jobs
write_federation f.yaml 8000 20

# What the run gives that is never stopped: whole.h5 and its digest.
run_whole() { # SCENARIO
    expect_exit 0 "$HINDCAST" run "$1" --out whole.h5 --force --json
    digest=$(json_value out digest)
}

# start RANKS ARGUMENT...: in the background; `process` is the one that gets signals.
start() {
    count=$1
    shift
    if [ "$count" -eq 1 ]; then
        "$HINDCAST" run "$@" >out 2>err &
    else
        on_ranks "$count" "$HINDCAST" run "$@" >out 2>err &
    fi
    launched=$!
}

# The process that does the work of rank 0.
find_rank_0() {
    process=$launched
    for _ in $(seq 100); do
        found=$(pgrep -f "^$HINDCAST run .*r.h5" | sort -n | head -n 1)
        [ -z "$found" ] || process=$found
        [ -z "$found" ] || break
        sleep 0.05
    done
}

# Waits until the simulation has written some rows in this generation.
wait_for_rows() { # PATTERN
    for _ in $(seq 600); do
        for file in $1; do
            size=$(stat -c %s "$file" 2>/dev/null || echo 0)
            [ "$size" -lt 300000 ] || return 0
        done
        kill -0 "$launched" 2>/dev/null || return 0
        sleep 0.02
    done
}

compare() {
    [ "$(json_value out digest)" = "$digest" ] || { cat out err; fail "another digest: $1"; }
    same_tables whole.h5 r.h5 ": $1"
    [ "$(ls r.h5*)" = r.h5 ] || fail "left: $(ls r.h5*)"
}

# Stops a run with its state saved; fails when it was over before. stop SCENARIO RANKS TERM|USR2
stop() {
    rm -f r.h5* r.state*
    start "$2" "$1" --out r.h5 --save r.state --json
    find_rank_0
    wait_for_rows "r.h5.rank*"
    case $3 in
    TERM) pkill -TERM -f "^$HINDCAST run .*r.h5" || true ;;
    USR2)
        kill -s USR2 "$process" 2>/dev/null || true
        sleep 0.1
        kill -s USR2 "$process" 2>/dev/null || true
        ;;
    esac
    code=0
    wait "$launched" || code=$?
    [ "$code" -ne 0 ] || return 1
    [ "$code" -eq 75 ] || { cat err; fail "exit $code after $3 on $2 ranks"; }
    expect_text err "hindcast run --resume r.state"
    [ ! -e r.h5 ] || fail "a result of a run that was stopped"
}

# resume SCENARIO RANKS HOW_IT_WAS_STOPPED
resume() {
    if [ "$2" -eq 1 ]; then
        expect_exit 0 "$HINDCAST" run --resume r.state --json
    else
        expect_exit 0 on_ranks "$2" "$HINDCAST" run "$1" --resume r.state --json
    fi
    compare "$3, resumed on $2 ranks"
}

# round RANKS TERM|USR2 RANKS_LATER
round() {
    if stop s.yaml "$1" "$2"; then
        resumed_count=$((resumed_count + 1))
        resume s.yaml "$3" "$2 on $1 ranks"
    else
        echo "the run was over before the signal"
    fi
}

run_whole s.yaml
resumed_count=0
for i in $(seq "$rounds"); do
    round 1 TERM 1
    round 1 USR2 2
    round 2 TERM 1
    round 2 USR2 3
done
[ "$resumed_count" -ge $((2 * rounds)) ] || fail "of $((4 * rounds)) runs only $resumed_count were stopped"

# A state that was saved on the way serves after kill -9: the rows behind it are not doubled.
rm -f r.h5* r.state*
start 1 s.yaml --out r.h5 --save r.state --save-every 100ms --json
for _ in $(seq 300); do
    [ ! -e r.state ] || break
    sleep 0.02
done
sleep 0.1
kill -9 "$launched" 2>/dev/null || true
wait "$launched" 2>/dev/null || true
if [ ! -e r.h5 ]; then
    expect_exit 2 "$HINDCAST" run s.yaml --resume r.state --set seed=4
    expect_text err 'another scenario or other inputs'
    expect_exit 0 "$HINDCAST" run --resume r.state --json
    compare "killed"
fi

# The sites of a federation, with jobs on their way between them: one state, taken up by more ranks and by one.
run_whole f.yaml
stop f.yaml 2 USR2 || fail "the federation was over before the signal"
mkdir kept
cp r.state r.h5.rank* kept
for count in 3 1; do
    rm -f r.h5* r.state*
    cp kept/* .
    resume f.yaml "$count" "a federation on 2 ranks"
done

# Training jobs that give way and go on elsewhere, at another speed.
sed -e '/^hindcast:/,$!d' -e 's/count: 320/count: 100, partition: a/' -e 's/duration: 30d/duration: 3000d/' \
    -e 's/gpus: 1024, tp: 8, pp: 4, interleave: 4/gpus: 256, tp: 8, pp: 4, interleave: 4/' -e 's/^scheduler:.*/scheduler: { policy: las, las: { thresholds: [2h, 1d] }, placement: spread, restart: [{ time: 3min }] }/' \
    "$HC_SOURCE/docs/examples/training-mix.yaml" >m.yaml
run_whole m.yaml
if stop m.yaml 1 TERM; then
    resume m.yaml 2 "training"
else
    echo "the training was over before the signal"
fi

# A place for the state that is not there is told before anything is simulated, and nothing is left.
for count in 1 2; do
    expect_exit 4 on_ranks "$count" "$HINDCAST" run s.yaml --out n.h5 --save no/such/folder/n.state
    expect_text err 'no/such/folder/n.state'
    expect_text err 'No such file or directory'
    [ -z "$(ls n.h5* 2>/dev/null)" ] || fail "left: $(ls n.h5*)"
done

# A stop whose saving fails ends with the code of that, and with a run file of what was simulated.
fail_to_save() { # RANKS SIGNAL...
    rm -f r.h5*
    mkdir states
    start "$1" s.yaml --out r.h5 --save states/r.state --json
    shift
    find_rank_0
    wait_for_rows "r.h5.rank*"
    rm -r states
    for signal in "$@"; do
        last=$signal
        kill -s "$signal" "$process"
        sleep 0.1
    done
    code=0
    wait "$launched" || code=$?
    [ "$code" -eq 4 ] || { cat err; fail "exit $code after $* without a place for the state"; }
    expect_text err 'states/r.state'
    expect_text err 'No such file or directory'
    expect_text err "hindcast: stopped by SIG$last; r.h5 holds what was simulated"
    expect_no_text err '--resume'
    [ "$(ls r.h5*)" = r.h5 ] || fail "left: $(ls r.h5*)"
    expect_exit 0 "$HINDCAST" report r.h5 --json
    [ "$(json_value out complete)" = false ] || fail "the report does not say that the run was stopped"
    expect_exit 0 "$HINDCAST" report r.h5
    expect_text out "stopped by SIG$last"
}
fail_to_save 1 TERM
fail_to_save 2 TERM
fail_to_save 1 USR2 USR2
fail_to_save 2 USR2 USR2

# What cannot be.
expect_exit 2 "$HINDCAST" run s.yaml --save-every 10min
expect_text err '--save-every: to which file?'
expect_exit 2 "$HINDCAST" run s.yaml --save r.state --save-every soon
expect_text err 'expected a time such as 10min'
expect_exit 2 "$HINDCAST" run
expect_text err 'which scenario?'
expect_exit 2 "$HINDCAST" run --resume s.yaml
expect_text err 's.yaml: '
code=0
"$HINDCAST" run --resume r.state --force >out 2>err || code=$?
[ "$code" -ne 0 ] || fail "a run that has ended was resumed"
