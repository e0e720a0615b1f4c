# A policy in a shared object, built with nothing but what is installed, schedules as the policies inside do; what is no such
# object, or decides what cannot be, ends with a message.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling
cmake --install "$HC_BUILD" --prefix "$PWD/prefix" --component development >log || fail "the header is not installed"

build() {
    cc -std=c99 -Wall -Wextra -pedantic -Werror -shared -fPIC -I prefix/include -o "$1.so" "$2"
}

build shortest "$HC_SOURCE/docs/examples/plugin/shortest_first.c"
cp "$HC_SHARED/golden/scheduling/cpu_sdsc5k.csv" jobs.csv
write_scenario s.yaml 128 easy
plugin() {
    "$HINDCAST" run s.yaml --set scheduler.policy=plugin --set "scheduler.file=$1" --json --force --out plugin.h5
}

plugin shortest.so >out
[ "$(json_value out digest)" = "$(digest_of s.yaml --set scheduler.policy=sjf)" ] || fail "not as sjf"
"$HINDCAST" export plugin.h5 --table jobs --to csv | cut -d, -f1,3 | sed 1d | sort >found
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { print $(at["job_id"]) "," $(at["start_accasim_sjf"]) }' jobs.csv | sort >wanted
diff wanted found >differences || fail "$(wc -l <differences) starts are not those of AccaSim"
by_size=$(digest_of s.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so --set scheduler.options=size)
[ "$by_size" = "$(digest_of s.yaml --set scheduler.policy=fcfs --set scheduler.order=size)" ] || fail "not as order size"

# The file is where the scenario is, and its options are checked by the policy.
mkdir other
cd other
[ "$(digest_of ../s.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so)" = \
    "$(json_value ../out digest)" ] || fail "another digest from another folder"
cd ..
expect_exit 1 "$HINDCAST" run s.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so \
    --set scheduler.options=longest --out no.h5
expect_text err 'shortest.so, partition 0: options: expected limit or size, got "longest"'

# Ranks have a policy of their own for each of their partitions. Open MPI leaks: .ci/lsan.supp knows where.
LSAN_OPTIONS=suppressions=$HC_SOURCE/.ci/lsan.supp
ASAN_OPTIONS=fast_unwind_on_malloc=0
export LSAN_OPTIONS ASAN_OPTIONS
write_jobs 3000 20
write_partitions p.yaml 1 jobs
one=$(digest_of p.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so)
[ "$one" = "$(digest_of p.yaml --set scheduler.policy=sjf)" ] || fail "not as sjf on partitions"
on_ranks 2 "$HINDCAST" run p.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so \
    --json --force --out ranks.h5 >out
[ "$(json_value out digest)" = "$one" ] || fail "another digest on two ranks"

# Sites of a federation as well.
write_federation f.yaml 200 2
inside=$(digest_of f.yaml --set scheduler.policy=sjf)
outside=$(digest_of f.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so)
[ "$outside" = "$inside" ] || fail "not as sjf in a federation"

expect_exit 2 "$HINDCAST" run p.yaml --set scheduler.policy=plugin --set scheduler.file=shortest.so --save state
expect_text err 'cannot save its state'
expect_exit 2 "$HINDCAST" check p.yaml --set scheduler.policy=plugin --set scheduler.file=none.so
expect_text err 'none.so: No such file or directory'
cp "$HC_SHARED/golden/scheduling/cpu_sdsc5k.csv" jobs.csv
expect_exit 2 plugin s.yaml
expect_text err 'expected a shared object with a policy'

echo 'int x; int x_get(void); int x_get(void) { return x; }' >empty.c
build empty empty.c
expect_exit 2 plugin empty.so
expect_text err 'exports no function hindcast_policy'

sed 's/{HC_GUEST_VERSION,/{HC_GUEST_VERSION + 1,/' "$HC_SOURCE/docs/examples/plugin/shortest_first.c" >newer.c
build newer newer.c
expect_exit 2 plugin newer.so
expect_text err 'was built for version 2 of <hindcast/policy.h>, and this is version 1: build it anew'

# A policy that starts everything regardless.
sed 's/host->fits(host->self, p->queue\[0\].job) == 1/1/' \
    "$HC_SOURCE/docs/examples/plugin/shortest_first.c" >rash.c
build rash rash.c
rm -f plugin.h5
expect_exit 1 plugin rash.so
expect_text err 'it does not fit: it asks for'
[ ! -e plugin.h5 ] || fail "a wrong schedule was written"

# As CMake users build it.
cmake -S "$HC_SOURCE/docs/examples/plugin" -B made -D CMAKE_PREFIX_PATH="$PWD/prefix" >log &&
    cmake --build made >>log || fail "the example does not build: $(tail -3 log)"
expect_exit 0 plugin made/shortest_first.so
