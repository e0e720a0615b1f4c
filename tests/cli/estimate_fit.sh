# Profiles are fitted as docs/models.md says: the shipped ones come out, rows are not used twice, files read back.
. "$(dirname "$0")/common.sh"
[ -n "$HC_PYTHON" ] || { echo "SKIPPED: no python3"; exit 77; }
need_shared data/training
"$HC_PYTHON" "$HC_SOURCE/tests/cli/split_tables.py" "$shared" .

# expect_shipped PROFILE FREE TABLES...: the fit finds what the profile holds, to one percent or a tenth of its interval.
expect_shipped() {
    profile=$1
    free=$2
    shift 2
    "$HINDCAST" estimate "$@" --free "$free" --out "$profile.yaml" --json >fit.json
    "$HC_PYTHON" - "$profile" "$HC_SOURCE/workloads/step/efficiency.c" <<'END'
import json, math, re, sys
profile, source = sys.argv[1:3]
text = open(source).read()
part = text[text.index(f'"{profile}"'):]
for name, found in json.load(open("fit.json"))["parameters"].items():
    shipped = float(re.search(rf"\[HC_EFF_{name.upper()}\] = ([0-9.e-]+)", part).group(1))
    allowed = max(0.01, 0.1 * math.log(found["high"] / found["low"]))
    if abs(math.log(found["value"] / shipped)) > allowed:
        sys.exit(f"{profile}: {name}: ships {shipped}, the fit finds {found['value']}")
END
}
expect_shipped a100-2026 gemm,score_passes,logit_passes,layer_seconds,step_seconds,send_share \
    --fit single_fit.csv --fit multi_fit.csv --test single_test.csv --test multi_test.csv
expect_shipped h100-2026 gemm_8bit,expert_seconds --fit h100_fit.csv --test h100_test.csv
expect_shipped gb200-2026 gemm_8bit,gemm_4bit,grouped --fit gb200_fit.csv --test gb200_test.csv
expect_shipped b200-2026 gemm,layer_seconds --fit b200_fit.csv --test b200_test.csv

# What was written predicts what it said.
"$HINDCAST" estimate --fit single_fit.csv --test single_test.csv --out mine.yaml --json >fit.json
"$HINDCAST" estimate --table single_test.csv --columns vtrain --profile mine.yaml --out out.csv --json >table.json
"$HC_PYTHON" - <<'END'
import json, sys
fit, table = json.load(open("fit.json")), json.load(open("table.json"))
if abs(fit["tested"]["mean"] - table["error_of_step_time"]["mean"]) > 1e-12:
    sys.exit("the profile does not predict what its fit said")
END

expect_exit 3 "$HINDCAST" estimate --fit single_fit.csv --test single_fit.csv
expect_text err "the same row as"
expect_exit 2 "$HINDCAST" estimate --fit single_fit.csv --free gemm,gem
expect_text err 'got "gem"'
expect_exit 2 "$HINDCAST" estimate --fit single_fit.csv --free gemm,gemm
expect_text err "there twice"
expect_exit 3 "$HINDCAST" estimate --fit h100_fit.csv --fit gb200_fit.csv
expect_text err "a profile is of one kind"
expect_exit 2 "$HINDCAST" estimate --fit single_fit.csv --gpu A10O
expect_text err "did you mean"
printf 'model,gpu,gpus,tp,pp,dp,micro_batch,global_batch,precision,measured_ms\nllama3-8b,A100,8,8,1,1,1,8,fp8,900\n' >fp8.csv
expect_exit 3 "$HINDCAST" estimate --fit fp8.csv
expect_text err "no row tells a step time that could be predicted"
expect_exit 2 "$HINDCAST" estimate --test single_fit.csv
sed 's/gemm: .*/gemm: 2/' mine.yaml >wrong.yaml
expect_exit 2 "$HINDCAST" estimate --table single_test.csv --columns vtrain --profile wrong.yaml --out out2.csv
expect_text err "wrong.yaml:"
expect_exit 2 "$HINDCAST" estimate --table single_test.csv --columns vtrain --profile a100 --out out2.csv
expect_text err "a100-2026"
