# Schedules of pyss and AccaSim on one machine: every start is the one of the table, and the mean wait is the
# published one, in the exported rows as in the summary.
. "$(dirname "$0")/common.sh"
need_shared golden/scheduling

# The starts of jobs.h5, and their mean wait, against a column of jobs.csv.
compare() {
    awk -F, -v column="$1" -v mean="$2" -v summary="$(json_value run.json wait_mean_s)" '
        function differs(a, b) { return a - b > 0.0005 || b - a > 0.0005 }
        NR == FNR && FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR == FNR && FNR > 1 { start[$(at["job_id"])] = $(at[column]); rows++ }
        NR != FNR && FNR > 1 { seen++; different += !($1 in start) || start[$1] != $3; wait += $10 }
        END {
            if (rows == 0 || seen != rows || different > 0)
                printf "%d of %d rows, %d differ\n", seen, rows, different
            else if (differs(wait / rows, mean) || differs(summary, mean))
                printf "mean wait %.4f, in the summary %s, not %s\n", wait / rows, summary, mean
        }' jobs.csv starts.csv
}

check() {
    cp "$HC_SHARED/golden/scheduling/$1.csv" jobs.csv
    write_scenario scenario.yaml "$2" "$3" "$4"
    "$HINDCAST" run scenario.yaml --out jobs.h5 --force --json >run.json
    "$HINDCAST" export jobs.h5 --table jobs --to csv >starts.csv
    complaint=$(compare "$5" "$6")
    [ -z "$complaint" ] || fail "$1 $3, pass: $4, $5: $complaint"
    count=$((count + 1))
}

# table, processors, policy, pass, column, mean wait in seconds
count=0
while read -r table processors policy pass column mean; do
    check "$table" "$processors" "$policy" "$pass" "$column" "$mean"
done <<'END'
cpu_synth_tiny 16 fcfs instant start_pyss_fcfs 35364.000
cpu_synth_tiny 16 fcfs event start_pyss_fcfs 35364.000
cpu_synth_tiny 16 fcfs instant start_accasim_fifo 35364.000
cpu_synth_tiny 16 sjf instant start_accasim_sjf 13048.750
cpu_synth_tiny 16 easy instant start_pyss_easy 9556.500
cpu_synth_tiny 16 easy event start_pyss_easy 9556.500
cpu_synth_tiny 16 easy_sjbf instant start_pyss_easy_sjbf 9416.000
cpu_synth_tiny 16 easy_sjbf event start_pyss_easy_sjbf 9416.000
cpu_synth_fine 128 fcfs instant start_pyss_fcfs 4402.165
cpu_synth_fine 128 fcfs event start_accasim_fifo 4402.165
cpu_synth_fine 128 sjf instant start_accasim_sjf 1315.999
cpu_synth_fine 128 easy instant start_pyss_easy 713.161
cpu_synth_fine 128 easy event start_pyss_easy 713.161
cpu_synth_fine 128 easy_sjbf instant start_pyss_easy_sjbf 688.734
cpu_synth_fine 128 easy_sjbf event start_pyss_easy_sjbf 688.734
cpu_synth_coarse 128 fcfs instant start_pyss_fcfs 2071.260
cpu_synth_coarse 128 fcfs event start_accasim_fifo 2071.260
cpu_synth_coarse 128 sjf instant start_accasim_sjf 748.560
cpu_synth_coarse 128 easy event start_pyss_easy 536.700
cpu_synth_coarse 128 easy_sjbf event start_pyss_easy_sjbf 515.820
cpu_sdsc5k 128 fcfs instant start_pyss_fcfs 15674.717
cpu_sdsc5k 128 fcfs event start_accasim_fifo 15674.717
cpu_sdsc5k 128 sjf instant start_accasim_sjf 5164.653
cpu_sdsc5k 128 easy instant start_pyss_easy 3683.850
cpu_sdsc5k 128 easy event start_pyss_easy 3683.850
cpu_sdsc5k 128 easy_sjbf event start_pyss_easy_sjbf 3872.345
cpu_hpc2n 240 fcfs instant start_pyss_fcfs 5601.351
cpu_hpc2n 240 fcfs event start_accasim_fifo 5601.351
cpu_hpc2n 240 sjf instant start_accasim_sjf 3330.009
cpu_hpc2n 240 easy event start_pyss_easy 3472.164
cpu_hpc2n 240 easy_sjbf event start_pyss_easy_sjbf 3323.565
cpu_synth_tiny 16 conservative_compress event start_pyss_conservative 7484.750
cpu_synth_fine 128 conservative_compress event start_pyss_conservative 801.672
cpu_synth_coarse 128 conservative_compress event start_pyss_conservative 488.400
cpu_sdsc5k 128 conservative_compress event start_pyss_conservative 3866.580
cpu_hpc2n 240 conservative_compress event start_pyss_conservative 3443.188
END
[ "$count" -eq 36 ] || fail "$count cases instead of 36"
