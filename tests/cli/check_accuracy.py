"""How far `hindcast estimate --table` is from measured steps: by table, model and plan, on rows that no profile was fitted on.
Prints the figures of docs/models.md and fails where a bar is missed."""

import csv
import re
import subprocess
import sys

hindcast, data, out = sys.argv[1:4]
failures = []


def predict(name, *options):
    path = f"{out}/{name}"
    subprocess.run([hindcast, "estimate", "--table", f"{data}/{name}", "--out", path, *options],
                   check=True, stdout=subprocess.DEVNULL)
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def seconds(row):
    return float(row["predicted_step_seconds"])


def summary(errors):
    sizes = sorted(abs(e) for e in errors)
    n = len(sizes)
    rank = 0.9 * (n - 1)
    low = int(rank)
    p90 = sizes[low] + (rank - low) * (sizes[min(low + 1, n - 1)] - sizes[low])
    middle = (sizes[(n - 1) // 2] + sizes[n // 2]) / 2
    return sum(sizes) / n, middle, p90, sizes[-1], sum(errors) / n


def show(what, errors, bar=None):
    mean, median, p90, worst, bias = summary(errors)
    verdict = "" if bar is None else f"  bar {100 * bar:.1f} %: " + ("met" if mean <= bar else "MISSED")
    print(f"{what:52} {len(errors):5} {100 * mean:7.1f} {100 * median:7.1f} {100 * p90:7.1f} "
          f"{100 * worst:7.1f} {100 * bias:+7.1f}{verdict}")
    if bar is not None and mean > bar:
        failures.append(what)


def by(what, rows, key):
    for value in sorted({key(r) for r in rows}):
        show(f"  {what} {value}", [r["error"] for r in rows if key(r) == value])


def vtrain(name):
    rows = predict(name, "--columns", "vtrain")
    for row in rows:
        row["error"] = seconds(row) * 1000 / float(row["iteration time (ms)"]) - 1
    return rows


def errors(rows):
    return [row["error"] for row in rows]


print(f"{'% of the step time':52} {'rows':>5} {'mean':>7} {'median':>7} {'p90':>7} {'worst':>7} {'bias':>7}")

single = vtrain("vtrain_ground_truth_single.csv")
fitted = [r for r in single if r["hidden size"] == "1024" and r["# layers"] in ("12", "24")]
unused = [r for r in single if r not in fitted]
show("vTrain, one node: fitted on (h 1024, L 12 and 24)", errors(fitted))
show("vTrain, one node: not used", errors(unused), 0.08)
show("  h 2048, L 16 and 20", [r["error"] for r in unused if r["hidden size"] == "2048" and r["# layers"] in ("16", "20")])
by("tp", unused, lambda r: r["tensor parallelism"])
by("pp", unused, lambda r: r["pipeline parallelism"])

multi = vtrain("vtrain_ground_truth_multi.csv")
used = [r for r in multi if r["Parameters (billion)"] in ("3.6", "39.1")]
rest = [r for r in multi if r not in used]
show("vTrain, many nodes: fitted on (3.6 and 39.1 B)", errors(used))
show("vTrain, many nodes: not used", errors(rest), 0.08)
by("billions", rest, lambda r: r["Parameters (billion)"])
by("tp", rest, lambda r: r["tensor parallelism"].rjust(2))
show("vTrain, all rows of many nodes", errors(multi), 0.08)

published = [r for r in predict("train_published.csv") if r["predicted_step_seconds"]]


def rate_error(row):
    return float(row["value"]) / float(row["predicted_tflops_per_gpu"]) - 1


korthikanti = [r for r in published if r["metric"] == "iteration time"]
for r in korthikanti:
    r["error"] = seconds(r) / float(r["value"]) - 1
show("Korthikanti 2022, table 5", errors(korthikanti), 0.035)
narayanan = [r for r in published if "Table 1" in r["source"] and "Narayanan" in r["source"]]
for r in narayanan:
    r["error"] = rate_error(r)
show("Narayanan 2021, table 1", errors(narayanan), 0.06)
table2 = [r for r in published if "Table 2" in r["source"] and "Narayanan" in r["source"]]
for r in table2:
    r["error"] = rate_error(r)
show("Narayanan 2021, table 2, PTD-P", [r["error"] for r in table2 if "PTD" in r["model"]])
show("Narayanan 2021, table 2, ZeRO-3", [r["error"] for r in table2 if "ZeRO" in r["model"]])

reports = [r for r in published if r["metric"] == "MFU" and "via" in r["source"]]
for r in reports:
    share = float(re.match(r"[0-9.]+", r["value"]).group()) / 100
    peak = {"A100": 312, "H100": 989}[r["gpu"][:4]]
    r["error"] = share * peak / float(r["predicted_tflops_per_gpu"]) - 1
    r["kind"] = ("experts" if re.search(r"8x22|A14B|DBRX", r["model"]) else "dense") + " " + r["gpu"][:4]
by("other reports, MFU,", reports, lambda r: r["kind"])

bridge = [r for r in predict("megatron_bridge_perf.csv") if r["predicted_step_seconds"] and r["unit"].startswith("tokens")]
for r in bridge:
    value = float(re.match(r"\d+", r["value"]).group())
    gpus, batch, seq = int(r["gpus"]), int(r["global_batch"]), int(r["seq"])
    r["error"] = seconds(r) / (batch * seq / value / gpus) - 1
    r["release"] = re.search(r"\[(\d\d\.\d\d(?:\.\d\d)?) ", r["source"]).group(1)
    r["kind"] = "experts" if r["experts"] else "dense"
    r["device"] = "GB200" if "GB200" in r["gpu"] else "H100"
    r["used"] = r["release"] in ("26.04", "26.06") and "Pre-Training" in r["source"] and "OSS" not in r["model"]
unseen = [r for r in bridge if not r["used"]]
dense = [r for r in unseen if r["kind"] == "dense"]
show("Megatron-Bridge, dense, H100, not used", [r["error"] for r in dense if r["device"] == "H100"], 0.10)
show("Megatron-Bridge, dense, GB200, not used", [r["error"] for r in dense if r["device"] == "GB200"])
experts = [r for r in unseen if r["kind"] == "experts"]
show("Megatron-Bridge, experts, not used", errors(experts), 0.25)
by("model", unseen, lambda r: r["device"] + " " + r["model"])

b200 = predict("simumax_b200_validation.csv")
for r in b200:
    r["error"] = seconds(r) * 1000 / float(r["measured_ms"]) - 1
    r["used"] = r["model"] == "llama3_70b" and r["seq"] == "4096"
show("B200 in bf16 (SimuMax's measurements), not used", [r["error"] for r in b200 if not r["used"]])
memory = [float(r["predicted_memory_bytes"]) / 2**30 / float(r["measured_alloc_GiB"]) - 1 for r in b200]
show("B200, memory allocated", memory, 0.05)

if failures:
    sys.exit("missed: " + ", ".join(failures))
