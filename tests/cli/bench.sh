# The benchmarks print what they measured, for people and for programs.
. "$(dirname "$0")/common.sh"

phold() {
    "$HINDCAST" bench phold --lps 64 --lookahead 0.1 --remote 0.1 --end 10 "$@"
}

phold --json >phold.json
for key in events seconds user_cpu_s events_per_second digest; do
    [ -n "$(json_value phold.json "$key")" ] || fail "bench phold --json lacks $key"
done
# 64 processes, one event each at a time, mean delay 1: 640 events, give or take five deviations.
events=$(json_value phold.json events)
[ "$events" -gt 500 ] && [ "$events" -lt 780 ] || fail "$events events"
phold --json >again.json
[ "$(json_value again.json digest)" = "$(json_value phold.json digest)" ] || fail "two digests"
expect_exit 0 phold
expect_text out "$events events in"

expect_exit 0 "$HINDCAST" bench queue --pending 1000 --holds 10000
[ "$(grep -c 'ns per hold' out)" -eq 4 ] || fail "four shapes"
expect_exit 0 "$HINDCAST" bench queue --pending 1000 --holds 10000 --json
[ "$(grep -c '"ns_per_hold"' out)" -eq 4 ] || fail "four shapes"

expect_exit 0 "$HINDCAST" bench replay --jobs 2000 --gpus 256 --json
[ "$(json_value out jobs)" = 2000 ] || fail "2,000 jobs"
[ -n "$(json_value out jobs_per_second)" ] || fail "jobs per second"
expect_exit 0 "$HINDCAST" bench replay --jobs 2000 --policy fcfs --preset philly
expect_text out '2000 jobs'

for format in csv swf; do
    expect_exit 0 "$HINDCAST" bench import --rows 3000 --format $format --json
    [ "$(json_value out rows)" = 3000 ] || fail "3,000 rows of $format"
    for key in user_cpu_s rows_per_second peak_rss_bytes; do
        [ -n "$(json_value out $key)" ] || fail "bench import --json lacks $key"
    done
done
mkdir room
TMPDIR=$PWD/room expect_exit 0 "$HINDCAST" bench import --rows 100
expect_text out 'csv, 100 rows'
[ -z "$(ls room)" ] || fail "the log is still there"
TMPDIR=$PWD/none expect_exit 4 "$HINDCAST" bench import --rows 100

expect_exit 0 "$HINDCAST" bench external --passes 500 --json
[ "$(json_value out passes)" = 500 ] || fail "500 passes"
for key in us_per_pass median_us p99_us; do
    [ -n "$(json_value out $key)" ] || fail "bench external --json lacks $key"
done
mkdir -m 700 private
TMPDIR=$PWD/private expect_exit 0 "$HINDCAST" bench external --passes 100
expect_text out 'us per pass'
[ -z "$(ls private)" ] || fail "the socket is still there"
expect_exit 2 "$HINDCAST" bench external --endpoint tcp://192.0.2.1:1
expect_exit 2 "$HINDCAST" bench external --outside

expect_exit 0 "$HINDCAST" bench estimate --seconds 0.05 --json
[ -n "$(json_value out plans_per_second)" ] || fail "plans per second"
expect_exit 0 "$HINDCAST" bench estimate --seconds 0.05
expect_text out 'plans/s'
