# Tables of measured runs keep what they hold and gain what is predicted.
. "$(dirname "$0")/common.sh"

cat >in.csv <<'END'
gpus,"x, y",model,gpu,tp,pp,micro_batch,global_batch,note
64,"a ""quoted"" one",llama3-8b,H100,2,2,1,256,kept
64,,no such model,H100,2,2,1,256,
7,,llama3-8b,H100,2,2,1,256
64,,llama3-8b,H100-SMX,2,2,1,256,
64,,llama3-8b,H100,,,,,
64,,llama3-8b,H100,2,2,(not in table),256,
END
expect_exit 0 "$HINDCAST" estimate --table in.csv --out out.csv
expect_text out 'in.csv: 6 rows, 3 predicted, 3 not'
expect_text out 'written to out.csv'
cut -d, -f1-9 in.csv | sed 's/$/,/' >before
# Every row begins as it did, where it had all its cells.
paste -d'\n' in.csv out.csv | awk '
    NR % 2 == 1 { before = $0; next }
    substr($0, 1, length(before)) != before { print "changed: " before; exit 1 }' || fail "rows were changed"
head -1 out.csv | grep -q ',note,predicted_step_seconds,predicted_tflops_per_gpu,predicted_memory_bytes,note$' || fail "header"
for text in 'the catalogue has no model ""no such model""' 'did you mean H100' 'plan not stated, the fastest that fits: tp ' 'micro-batch 1: not stated, the fastest that fits' \
    'dimensions of llama3-8b from the catalogue' 'expected tp * cp * dp * pp'; do
    expect_text out.csv "$text"
done
[ "$(grep -c '^7,,llama3-8b,H100,2,2,1,256,,,,,"not predicted' out.csv)" -eq 1 ] || fail "a short row is not filled up"

# What is missing is named, and what is misspelt.
printf 'model,gpu,gpus,tp\nllama3-8c,H100,8,8\nllama3-8b,H100,nan,8\n' >bad.csv
expect_exit 0 "$HINDCAST" estimate --table bad.csv --out bad_out.csv
expect_text bad_out.csv 'has no model ""llama3-8c""; did you mean llama3-8b?'
expect_text bad_out.csv 'not predicted: gpus: not stated'

expect_exit 2 "$HINDCAST" estimate --table in.csv --out out.csv
expect_text err 'out.csv: exists; --force replaces it'
expect_exit 0 "$HINDCAST" estimate --table in.csv --out out.csv --force --json
[ "$(json_value out predicted)" = 3 ] || fail "--json"
expect_exit 3 "$HINDCAST" estimate --table out.csv --out again.csv
expect_exit 2 "$HINDCAST" estimate --table in.csv
expect_text err '--table needs --out'
expect_exit 2 "$HINDCAST" estimate --table in.csv --out x.csv --columns vtrian
expect_text err 'did you mean "vtrain"?'
printf 'a,b\n1,2\n' >other.csv
expect_exit 3 "$HINDCAST" estimate --table other.csv --out x.csv
expect_text err 'other.csv: no column "model"'
printf 'model,gpu,gpus\n"x,1,2\n' >open.csv
expect_exit 3 "$HINDCAST" estimate --table open.csv --out x.csv
expect_text err 'open.csv:2: a quote of this row is never closed'
[ ! -e x.csv ] || fail "a file was left"

need_shared data/training
for table in train_published megatron_bridge_perf simumax_b200_validation; do
    expect_exit 0 "$HINDCAST" estimate --table "$shared/$table.csv" --out $table.csv --json
    [ "$(json_value out rows)" -le $(($(json_value out predicted) + 2)) ] || fail "$table: rows that are not predicted"
done
for table in single multi; do
    file=$shared/vtrain_ground_truth_$table.csv
    expect_exit 0 "$HINDCAST" estimate --table "$file" --out vtrain.csv --columns vtrain --force --json
    [ "$(json_value out rows)" = "$(json_value out predicted)" ] || fail "$table: rows that are not predicted"
    cut -d, -f"1-$(head -1 "$file" | tr , '\n' | wc -l)" vtrain.csv | tr -d '\r' >cells; tr -d '\r' <"$file" | cmp - cells || fail "$table: cells were changed"
done
expect_exit 3 "$HINDCAST" estimate --table "$file" --out x.csv
expect_text err '--columns vtrain reads'
