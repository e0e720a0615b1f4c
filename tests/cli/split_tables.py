"""Cuts the measured tables into rows to fit on and rows to test with, as docs/models.md says."""

import csv
import sys

data, out = sys.argv[1:3]


def split(name, is_fitted, stem, keep=lambda row: True):
    with open(f"{data}/{name}", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if keep(row)]
        columns = reader.fieldnames
    for part, chosen in (("fit", True), ("test", False)):
        with open(f"{out}/{stem}_{part}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(row for row in rows if is_fitted(row) == chosen)


def is_bridge_fitted(row):
    release = any(f"[{name} " in row["source"] for name in ("26.04", "26.06"))
    return release and "Pre-Training" in row["source"] and "OSS" not in row["model"]


split("vtrain_ground_truth_single.csv",
      lambda r: r["hidden size"] == "1024" and r["# layers"] in ("12", "24"), "single")
split("vtrain_ground_truth_multi.csv", lambda r: r["Parameters (billion)"] in ("3.6", "39.1"), "multi")
for device in ("H100", "GB200"):
    # tokens and TFLOP/s of one measurement are one row
    split("megatron_bridge_perf.csv", is_bridge_fitted, device.lower(),
          lambda r: device in r["gpu"] and r["unit"].startswith("tokens"))
split("simumax_b200_validation.csv", lambda r: r["model"] == "llama3_70b" and r["seq"] == "4096", "b200")
