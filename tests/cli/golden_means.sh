# Mean waits that have no column of starts: first_fit, and one pass per instant where pyss makes one per event.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling

check() {
    cp "$HC_SHARED/golden/scheduling/$1.csv" jobs.csv
    write_scenario scenario.yaml "$2" "$3"
    "$HINDCAST" run scenario.yaml --out jobs.h5 --force --json >run.json
    mean=$(printf '%.3f' "$(json_value run.json wait_mean_s)")
    [ "$mean" = "$4" ] || fail "$1 $3: mean wait $mean, not $4"
}

while read -r table processors policy mean; do
    check "$table" "$processors" "$policy" "$mean"
done <<'END'
cpu_synth_tiny 16 first_fit 8191.500
cpu_synth_fine 128 first_fit 618.861
cpu_synth_coarse 128 first_fit 363.960
cpu_sdsc5k 128 first_fit 3411.236
cpu_hpc2n 240 first_fit 3227.121
cpu_synth_coarse 128 easy 535.980
cpu_hpc2n 240 easy 3478.564
cpu_synth_coarse 128 easy_sjbf 516.780
cpu_sdsc5k 128 easy_sjbf 3872.375
cpu_hpc2n 240 easy_sjbf 3324.191
cpu_synth_tiny 16 conservative 9484.750
cpu_synth_fine 128 conservative 795.398
cpu_synth_coarse 128 conservative 504.720
cpu_sdsc5k 128 conservative 3860.668
cpu_hpc2n 240 conservative 3593.387
END
