# The page of hindcast watch --web in headless Chromium. HC_PICTURES: a folder for pictures of it.
. "$(dirname "$0")/common.sh"
for program in chromium chromedriver; do
    command -v "$program" >/dev/null || {
        echo "SKIPPED: $program is absent"
        exit 77
    }
done
cat >s.yaml <<'END'
hindcast: 1
name: march-on-easy
cluster: { nodes: [{ count: 40, gpus: 8 }] }
workload: { synthetic: { preset: demo, jobs: 9000, duration: 20d } }
output: { sample: 30min }
END
"$HINDCAST" run s.yaml --out r.h5 --quiet
timeout 240 "$HC_PYTHON" "$(dirname "$0")/watch_browser.py" ${HC_PICTURES:-} || fail "in the browser"
