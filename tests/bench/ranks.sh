# What ranks are good for: one rank and two, by turns, the fastest of ROUNDS. The machine is measured beside: two runs of
# one rank at the same time are slower than one alone where its cores are not two whole ones; no program can then be twice
# as fast on two ranks.
# Usage: ranks.sh HINDCAST [ROUNDS]
set -eu
hindcast=$(realpath "$1")
rounds=${2:-5}
examples=$(realpath "$(dirname "$0")/../../docs/examples")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

on_two() { mpirun --allow-run-as-root --bind-to core -n 2 "$@"; }
now() { date +%s.%N; }

# Wall seconds of a command.
seconds() {
    begin=$(now)
    "$@" >/dev/null 2>&1
    echo "$(now) $begin" | awk '{ printf "%.3f\n", $1 - $2 }'
}
two_at_once() {
    taskset -c 0 "$hindcast" run "$1" --out a.h5 --force -q &
    taskset -c 1 "$hindcast" run "$1" --out b.h5 --force -q
    wait
}
least() { sort -n | head -n 1; }

rate() { sed -n 's/.*"events_per_second": \([0-9.]*\).*/\1/p'; }
most() { sort -n | tail -n 1; }
phold() { # LPS LOOKAHEAD END
    for _ in $(seq "$rounds"); do
        "$hindcast" bench phold --lps "$1" --lookahead "$2" --end "$3" --json | rate >>one
        on_two "$hindcast" bench phold --lps "$1" --lookahead "$2" --end "$3" --json | rate >>two
    done
    echo "$1 $2 $(most <one) $(most <two)" |
        awk '{ printf "PHOLD %6d processes, lookahead %4s: one rank %5.1f M events/s, two %5.1f M, %.2fx\n", $1, $2, $3 / 1e6, $4 / 1e6, $4 / $3 }'
    rm one two
}
phold 1024 0.9 2000
phold 1024 0.1 2000
phold 1024 0.01 1000
phold 65536 0.1 20

for _ in $(seq "$rounds"); do
    seconds on_two "$hindcast" bench phold --lps 4 --end 1 >>start
    seconds "$hindcast" run "$examples/federation.yaml" --out f.h5 --force -q >>one
    seconds on_two "$hindcast" run "$examples/federation.yaml" --out f.h5 --force -q >>two
    seconds two_at_once "$examples/federation.yaml" >>both
done
echo "$(least <one) $(least <two) $(least <both) $(least <start)" |
    awk '{ printf "federation.yaml: one rank %.1f s, two %.1f s, %.2fx; without the %.2f s in which two ranks start %.2fx\n", $1, $2, $1 / $2, $4, $1 / ($2 - $4)
           printf "two runs at once %.1f s: the machine is worth %.2f cores\n", $3, 2 * $1 / $3 }'
