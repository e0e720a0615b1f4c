# A study made run by run, as an array of a batch system makes it; one that has changed; one that is stopped.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/sweep_study.sh"

write_study s.yaml 3
expect_exit 0 "$HINDCAST" sweep s.yaml --out one.h5
table_of one.h5 >one

# As an array of jobs does it: every run by itself, then all together.
for run in $(seq 0 16); do
    expect_exit 0 "$HINDCAST" sweep s.yaml --run "$run" --out array.h5
done
expect_text out 'utilization'
expect_exit 0 "$HINDCAST" sweep s.yaml --run 16 --out array.h5
expect_text err 'run 16 is finished already'
expect_exit 0 "$HINDCAST" sweep s.yaml --list --out array.h5
[ "$(grep -c ' ok$' out)" -eq 17 ] || fail "17 runs should be finished"
expect_exit 0 "$HINDCAST" sweep s.yaml --collect --out array.h5
expect_text out '17 of 18 runs are finished'
expect_exit 0 "$HINDCAST" sweep s.yaml --collect --out array.h5 --json
[ "$(json_value out ok)" = 17 ] && [ "$(json_value out missing)" = 1 ] || fail "another count: $(cat out)"
table_of array.h5 | head -n 17 >array
head -n 17 one | diff - array || fail "another table by --collect"
expect_exit 0 "$HINDCAST" sweep s.yaml --out array.h5
expect_text err '17 runs are finished already'
table_of array.h5 | diff one - || fail "another table by --run"
expect_exit 2 "$HINDCAST" sweep s.yaml --run 18
expect_text err 'the study has the runs 0 to 17'

# A study that has changed does not go on with the results of the old one.
expect_exit 0 "$HINDCAST" sweep s.yaml --run 0 --out changed.h5
sed 's/seed: 1/seed: 2/; s/count: 16/count: 15/' scenario.yaml >other.yaml
mv other.yaml scenario.yaml
expect_exit 2 "$HINDCAST" sweep s.yaml --out changed.h5
expect_text err 'belongs to a study that said something else'
expect_exit 0 "$HINDCAST" sweep s.yaml --out changed.h5 --force

# A signal ends the study between two stretches of a run; the same command goes on.
write_study long.yaml 40 2000
finished() {
    "$HINDCAST" sweep long.yaml --list --out long.h5 | grep -c ' ok$' || true
}
before=0
for count in 1 2; do
    mpirun --oversubscribe --allow-run-as-root -n "$count" "$HINDCAST" sweep long.yaml --out long.h5 \
        >out 2>err </dev/null &
    launcher=$!
    while [ "$(finished)" -le "$before" ]; do
        sleep 0.1
    done
    for process in $(pgrep -P "$launcher" -x hindcast); do
        kill -TERM "$process" || true
    done
    wait "$launcher" || true
    expect_text err 'stopped by SIGTERM'
    [ ! -e long.h5 ] || fail "a study that was stopped has a file"
    before=$(finished)
    [ "$before" -lt 240 ] || fail "no run was left"
done
expect_exit 0 ranks 3 sweep long.yaml --out long.h5 --json
[ "$(json_value out made)" -eq $((240 - before)) ] || fail "$before were finished, $(json_value out made) were made"
