#!/usr/bin/python3
"""growth.py [OUT.svg]: how the cost of a replay grows, by `hindcast bench replay`.

Prints user CPU seconds and microseconds per job over the number of jobs, of nodes and of waiting jobs, and draws them
(with matplotlib) into OUT.svg. Asserts nothing.
"""

import json
import os
import subprocess
import sys

program = os.environ.get("HINDCAST", "build/release/hindcast")


def bench(**options):
    """The fastest of three runs of up to a million jobs, one run of more."""
    arguments = [program, "bench", "replay", "--json"]
    for name, value in options.items():
        arguments += ["--" + name.replace("_", "-"), str(value)]
    runs = 3 if options["jobs"] <= 1000000 else 1
    results = [
        json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
        for _ in range(runs)
    ]
    return min(results, key=lambda r: r["user_cpu_s"])


def series(title, unit, points):
    print(f"\n{title}")
    print(f"{unit:>12} {'CPU s':>9} {'us/job':>9} {'peak MiB':>9}")
    rows = []
    for x, options in points:
        r = bench(**options)
        micros = 1e6 * r["user_cpu_s"] / options["jobs"]
        print(f"{x:12,d} {r['user_cpu_s']:9.2f} {micros:9.2f} {r['peak_rss_bytes'] / 2**20:9.0f}")
        rows.append((x, micros))
    return rows


JOBS = [10000, 30000, 100000, 300000, 1000000, 3000000, 10000000]
NODES = [1000, 3000, 10000, 30000, 100000]
WAITING = [300, 1000, 3000, 10000, 30000, 100000]

panels = [
    (
        "jobs (EASY, 2,048 GPUs in nodes of 8, load 0.9)",
        series("jobs", "jobs", [(n, dict(jobs=n, gpus=2048, load=0.9)) for n in JOBS]),
    ),
    (
        "nodes of 8 GPUs (EASY, 300,000 jobs, load 0.9)",
        series(
            "nodes", "nodes", [(n, dict(jobs=300000, gpus=8 * n, load=0.9)) for n in NODES]
        ),
    ),
    (
        "jobs of an overloaded queue (EASY, 128 processors, load 2)",
        series(
            "an overloaded queue: half of the jobs wait at the end of submissions",
            "jobs",
            [(2 * n, dict(jobs=2 * n, gpus=128, gpus_per_node=128, load=2)) for n in WAITING],
        ),
    ),
]

if len(sys.argv) > 1:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "hindcast"
    import matplotlib.pyplot as plot

    figure, axes = plot.subplots(1, len(panels), figsize=(12, 3.4), sharey=True)
    for axis, (title, rows) in zip(axes, panels):
        axis.plot([x for x, _ in rows], [y for _, y in rows], marker="o", color="#1b6ca8")
        axis.set_xscale("log")
        axis.set_title(title, fontsize=9)
        axis.set_ylim(bottom=0)
        axis.grid(True, alpha=0.3)
    axes[0].set_ylabel("microseconds of CPU per job")
    figure.tight_layout()
    figure.savefig(sys.argv[1], metadata={"Date": None})
