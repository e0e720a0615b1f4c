#!/usr/bin/python3
"""Writes how a run is doing to a file for Prometheus, each second, until the run has ended.

    hindcast run s.yaml --stream ipc:///run/user/1000/h &
    stream_openmetrics.py ipc:///run/user/1000/h /var/lib/node_exporter/hindcast.prom

The file is OpenMetrics that node_exporter's textfile collector reads as well; it is replaced as a whole. It has what
goes by the wall clock: is the run alive, how fast is it, what has it done. Simulated time does not fit a scraper: a
month passes between two scrapes. For that there is the run file (docs/run-file.md) and stream_dataframe.py.
"""
import os
import sys
import time

import msgpack
import zmq

SILENCE_MS = 5000  # heartbeats come each second

# Of each rank and of the run: name, type, key of the heartbeat, what it is.
OF_RANK = [
    ("hindcast_stream_rows", "counter", "published", "Rows of the stream so far."),
    ("hindcast_stream_dropped_rows", "counter", "dropped", "Rows that some reader did not get when they were sent."),
]
OF_RUN = [
    ("hindcast_simulated_events", "counter", "simulated_events", "Events that the simulation has executed."),
    ("hindcast_events_per_second", "gauge", "events_per_second", "Events per second of wall time, of late."),
    ("hindcast_submitted_jobs", "counter", "submitted", "Jobs that were submitted."),
    ("hindcast_completed_jobs", "counter", "completed", "Jobs that have ended."),
    ("hindcast_rejected_jobs", "counter", "rejected", "Jobs that can never run."),
    ("hindcast_waiting_jobs", "gauge", "waiting", "Jobs that wait now."),
    ("hindcast_running_jobs", "gauge", "running", "Jobs that run now."),
]


def label(text):
    return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') + '"'


def family(name, kind, meaning, samples):
    """Lines of a family; samples are pairs of labels and value."""
    suffix = "_total" if kind == "counter" else ""
    lines = [f"# TYPE {name} {kind}", f"# HELP {name} {meaning}"]
    return lines + [f"{name}{suffix}{{{labels}}} {value!r}" for labels, value in samples]


def exposition(run, beats, heard, is_alive, ended):
    lines = family("hindcast_up", "gauge", "Whether the publisher was heard of late.", [(run, int(is_alive))])
    lines += family("hindcast_heard_timestamp_seconds", "gauge", "When it was heard last.", [(run, heard)])
    lines += family("hindcast_ended", "gauge", "Whether all ranks have ended.", [(run, int(ended))])
    last = max(beats.values(), key=lambda beat: beat["heard"], default={})
    for name, kind, key, meaning in OF_RUN:
        if key in last:
            lines += family(name, kind, meaning, [(run, last[key])])
    for name, kind, key, meaning in OF_RANK if beats else []:
        samples = [(f'{run},rank="{rank}"', beat[key]) for rank, beat in sorted(beats.items())]
        lines += family(name, kind, meaning, samples)
    return "\n".join(lines) + "\n# EOF\n"


def replace(path, text):
    """Whoever reads the file finds the old text or the new one, never a part."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def main(endpoint, path):
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.subscribe(b"ctl.")  # control messages only: the run is not slowed by this reader
    socket.connect(endpoint)
    beats, ended, ranks, run, heard, written = {}, set(), None, 'run="",name=""', 0, 0
    while ranks is None or not ranks <= ended:
        is_alive = socket.poll(SILENCE_MS) != 0
        if is_alive:
            topic, header, payload = socket.recv_multipart()
            header, payload, heard = msgpack.unpackb(header), msgpack.unpackb(payload), time.time()
            if topic == b"ctl.hello":
                ranks = set(payload["ranks"])
                run = f"run={label(header['run'])},name={label(payload['name'])}"
            elif topic in (b"ctl.heartbeat", b"ctl.end"):  # both say how many rows there were
                beats.setdefault(header["rank"], {}).update(payload, heard=heard)
                ended |= {header["rank"]} if topic == b"ctl.end" else set()
        is_over = ranks is not None and ranks <= ended
        if is_over or time.monotonic() - written >= 1:
            replace(path, exposition(run, beats, heard, is_alive, is_over))
            written = time.monotonic()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
