#!/usr/bin/python3
"""philly_nodes.py [SHARED]: what can be checked of a log that recorded no waits.

Replays the visible Philly jobs (first fit, so that nearly nobody waits: the log gives no queue) on 552 nodes of 8
GPUs, packed and spread, and prints, week by week, the mean number of nodes in use beside the published
minute-by-minute count of active nodes. Two virtual clusters are missing from the job list.
"""

import csv
import datetime
import gzip
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

shared = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("HC_SHARED", "../shared")
program = os.environ.get("HINDCAST", "build/release/hindcast")
folder = os.path.join(shared, "data", "jobs_gpu")
if not os.path.isdir(folder):
    print("SKIPPED: no logs in", folder)
    sys.exit(77)

EPOCH = datetime.datetime(1970, 1, 1)
WEEK = 7 * 86400


def week_of(seconds):
    return int((seconds // 86400 + 3) // 7)  # from Monday


def published():
    sums = {}
    with gzip.open(os.path.join(folder, "philly_node_sequence.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            time = (datetime.datetime.fromisoformat(row["time"]) - EPOCH).total_seconds()
            total = sums.setdefault(week_of(time), [0.0, 0])
            total[0] += float(row["active"])
            total[1] += 1
    return {week: (total[0] / total[1], total[1]) for week, total in sums.items()}


def simulated(placement):
    with tempfile.TemporaryDirectory() as scratch:
        scenario = os.path.join(scratch, "philly.yaml")
        log = os.path.realpath(os.path.join(folder, "philly_sia_without_2vcs.csv.gz"))
        with open(scenario, "w") as file:
            file.write(
                "hindcast: 1\ncluster: { nodes: [ { count: 552, gpus: 8 } ] }\n"
                f'workload: {{ traces: [ {{ file: "{log}", format: philly-sia }} ] }}\n'
                f"scheduler: {{ policy: first_fit, placement: {placement} }}\noutput: {{ events: none }}\n"
            )
        run = os.path.join(scratch, "run.h5")
        subprocess.run([program, "run", scenario, "--out", run, "--quiet"], check=True)
        with h5py.File(run) as file:
            return file["jobs"][:], file["attempts"][:], file["placements"][:]


def node_weeks(attempts, placements):
    """Node-seconds in use per week: the union of the intervals of each node."""
    spans = {int(a["job"]): (a["start_ns"] / 1e9, a["end_ns"] / 1e9) for a in attempts}
    by_node = {}
    for p in placements:
        by_node.setdefault(int(p["node"]), []).append(spans[int(p["job"])])
    weeks = {}
    for intervals in by_node.values():
        reached = -numpy.inf
        for start, end in sorted(intervals):
            start = max(start, reached)
            reached = max(reached, end)
            while start < end:
                week = week_of(start)
                stop = min(end, (week * 7 - 3 + 7) * 86400)
                weeks[week] = weeks.get(week, 0.0) + stop - start
                start = stop
    return weeks


recorded = published()
used = {}
for placement in ("packed", "spread"):
    jobs, attempts, placements = simulated(placement)
    used[placement] = node_weeks(attempts, placements)
waits = jobs["wait_ns"] / 1e9
print(f"{len(jobs)} jobs, mean wait {waits.mean():.0f} s; nodes in use")
print(f"{'week of':12} {'published':>10} {'packed':>10} {'spread':>10}")
for week in sorted(recorded):
    active, minutes = recorded[week]
    packed, spread = (used[p].get(week, 0.0) / WEEK for p in ("packed", "spread"))
    day = EPOCH + datetime.timedelta(days=week * 7 - 3)
    note = "" if minutes > 9000 else f"   ({minutes / 1440:.1f} days published)"
    print(f"{day:%Y-%m-%d}   {active:10.1f} {packed:10.1f} {spread:10.1f}{note}")
