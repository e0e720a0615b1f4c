"""Checks the consumers of docs/examples.

Usage: check_consumers.py EXAMPLES faults           against a publisher that loses, doubles and cuts batches
       check_consumers.py EXAMPLES metrics FILE     FILE is OpenMetrics
       check_consumers.py EXAMPLES events RUN.h5 CSV    CSV, by stream_dataframe.py, is the table of the run
       check_consumers.py EXAMPLES late LIVE REPLAY CSV    writes the CSV of a run s.yaml that is over, but waits
Exit status 77: a module is absent.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

try:
    import h5py
    import msgpack
    import numpy
    import pandas
    import zmq
except ImportError as absent:
    print(f"SKIPPED: {absent}")
    sys.exit(77)

TYPES = ["submit", "start", "end", "reject", "pass", "preempt", "capacity", "dispatch"]
EVENTS = {"time_ns": "<i8", "type": "|u1", "job": "<u4", "partition": "<u2", "value": "<u8"}
SERIES = {"time_ns": "<i8", "partition": "<u2", "queue_length": "<u4"}
TABLES = {"events": {"columns": {"seq": "<u8", **EVENTS}, "names": {"type": TYPES}},
          "series": {"columns": {"seq": "<u8", **SERIES}, "names": {}}}
RANKS = [0, 3]


class FaultyPublisher:
    """Two ranks whose rows are drawn from a seed. Batches are sent whole, twice, cut anew, or not at all."""

    def __init__(self, seed, is_map, row_count=5000):
        self.random = random.Random(seed)
        self.is_map = is_map
        self.batches = {rank: self.make_rank(row_count) for rank in RANKS}
        self.live = zmq.Context.instance().socket(zmq.XPUB)
        self.live.setsockopt(zmq.SNDHWM, 0)
        self.router = zmq.Context.instance().socket(zmq.ROUTER)
        self.port = self.live.bind_to_random_port("tcp://127.0.0.1")
        self.replay_port = self.router.bind_to_random_port("tcp://127.0.0.1")
        self.is_done = False

    def make_rank(self, row_count):
        """[(first, table, {column: array})]"""
        batches, first = [], 0
        while first < row_count:
            table, types = self.random.choice([("events", EVENTS)] * 4 + [("series", SERIES)])
            count = min(row_count - first, self.random.randint(1, 1024))
            if self.is_map:
                count = 1
            columns = {name: numpy.array([self.random.randrange(8 if name == "type" else 60000) for _ in range(count)],
                                         dtype) for name, dtype in types.items()}
            columns["seq"] = numpy.arange(first, first + count, dtype="<u8")
            batches.append((first, table, columns))
            first += count
        return batches

    def message(self, rank, table, columns):
        count = len(columns["seq"])
        header = {"run": "r1", "rank": rank, "seq": int(columns["seq"][0]), "count": count, "schema": 1}
        if self.is_map:
            payload = {name: int(values[0]) for name, values in columns.items()}
            payload["type"] = TYPES[payload["type"]] if table == "events" else "sample"
            topic = f"job.{payload['type']}" if table == "events" else "series.sample"
        else:
            payload = {"v": 1, "t": table, "n": count, "new": "to be ignored",
                       "cols": {name: values.tobytes() for name, values in columns.items()}}
            topic = "job.events" if table == "events" else "series.samples"
        return [topic.encode(), msgpack.packb(header), msgpack.packb(payload)]

    def control(self, topic, rank, seq, payload):
        header = {"run": "r1", "rank": rank, "seq": seq, "count": 0, "schema": 1}
        return [f"ctl.{topic}".encode(), msgpack.packb(header), msgpack.packb({"type": topic, **payload})]

    def hello(self):
        return self.control("hello", 0, 0, {"name": 'ma"de\\', "ranks": RANKS, "tables": TABLES, "replay": True})

    def send_faulty(self, rank, batch):
        _, table, columns = batch
        fault = self.random.random()
        cut = self.random.randrange(len(columns["seq"])) if len(columns["seq"]) > 1 else 0
        if fault < 0.2:
            return  # lost
        if fault < 0.3 and cut > 0:  # a part before the whole
            self.live.send_multipart(self.message(rank, table, {name: v[:cut] for name, v in columns.items()}))
        self.live.send_multipart(self.message(rank, table, columns))
        if fault > 0.9:  # the rest of it again, or all
            self.live.send_multipart(self.message(rank, table, {name: v[cut:] for name, v in columns.items()}))

    def publish(self):
        self.live.recv()  # a subscription
        self.live.send_multipart(self.hello())
        queues = {rank: list(batches) for rank, batches in self.batches.items()}
        while any(queues.values()):
            rank = self.random.choice([rank for rank in RANKS if queues[rank]])
            self.send_faulty(rank, queues[rank].pop(0))
        for rank in RANKS:
            published = sum(len(columns["seq"]) for _, _, columns in self.batches[rank])
            beat = {"begin_ns": 0, "time_ns": 5, "simulated_events": 9, "events_per_second": 1.5,
                    "published": published, "dropped": 0, "submitted": 4, "waiting": 1, "running": 1, "completed": 2, "rejected": 0}
            self.live.send_multipart(self.control("heartbeat", rank, published, beat))
            self.live.send_multipart(self.control("end", rank, published, {"published": published, "dropped": 7}))

    def answer(self):
        """Three batches at most to an answer, from the row that was asked for."""
        while not self.is_done:
            if not self.router.poll(50):
                continue
            peer, empty, question = self.router.recv_multipart()
            question = msgpack.unpackb(question)
            frames = self.hello() if question["op"] == "hello" else []
            if question["op"] == "events":
                wanted = [(first, table, columns) for first, table, columns in self.batches[question["rank"]]
                          if first + len(columns["seq"]) > question["from"] and first < question["to"]]
                for first, table, columns in wanted[:3]:
                    skip = max(0, question["from"] - first)
                    rest = {name: values[skip:question["to"] - first] for name, values in columns.items()}
                    frames += self.message(question["rank"], table, rest)
                frames.append(b"")
            self.router.send_multipart([peer, empty, msgpack.packb({"ok": True})] + frames)

    def frame(self, table):
        parts = [pandas.DataFrame({**columns, "rank": rank}) for rank, batches in self.batches.items()
                 for _, name, columns in batches if name == table]
        frame = pandas.concat(parts)
        if table == "events":
            frame["type"] = [TYPES[code] for code in frame["type"]]
        return frame.sort_values(["rank", "seq"]).reset_index(drop=True)


def same_rows(found, expected):
    found = found.sort_values(["rank", "seq"]).reset_index(drop=True)
    assert set(found.columns) - {"job", "type"} == set(expected.columns) - {"job", "type"}
    for name in expected.columns:
        assert list(found[name]) == list(expected[name]), name


def check_faults(stream_dataframe, seed, is_map, has_replay):
    publisher = FaultyPublisher(seed, is_map, 800 if is_map else 20000)
    threads = [threading.Thread(target=publisher.publish), threading.Thread(target=publisher.answer)]
    for thread in threads:
        thread.start()
    replay = f"tcp://127.0.0.1:{publisher.replay_port}" if has_replay else None
    reader = stream_dataframe.StreamReader(f"tcp://127.0.0.1:{publisher.port}", replay)
    reader.read()
    publisher.is_done = True
    for thread in threads:
        thread.join()
    assert set(reader.ended) == set(RANKS)
    expected = {table: publisher.frame(table) for table in TABLES}
    row_count = sum(len(frame) for frame in expected.values())
    found = {table: reader.frame(table) for table in TABLES}
    for table, frame in expected.items():
        if has_replay:
            same_rows(found[table], frame)
        else:  # each row once, and as many as are not lost
            assert not found[table].duplicated(["rank", "seq"]).any()
            common = frame.merge(found[table].astype({"type": str} if table == "events" else {}), how="inner")
            assert len(common) == len(found[table])
    received = sum(len(frame) for frame in found.values())
    assert reader.lost == row_count - received and (reader.lost == 0) == has_replay, (reader.lost, row_count, received)


def check_faults_in_metrics(examples):
    """The file appears whole, and holds what the last heartbeats and the ends said."""
    publisher = FaultyPublisher(1, False)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "hindcast.prom")
        process = subprocess.Popen([sys.executable, os.path.join(examples, "stream_openmetrics.py"),
                                    f"tcp://127.0.0.1:{publisher.port}", path])
        publisher.publish()
        assert process.wait(20) == 0
        assert os.listdir(folder) == ["hindcast.prom"]
        samples = read_metrics(path)
    run = (("name", 'ma"de\\'), ("run", "r1"))
    assert samples["hindcast_ended", run] == 1 and samples["hindcast_completed_jobs_total", run] == 2
    assert samples["hindcast_stream_rows_total", (run[0], ("rank", "3"), run[1])] == 5000
    assert samples["hindcast_stream_dropped_rows_total", (run[0], ("rank", "0"), run[1])] == 7


def read_metrics(path):
    """Strictly as OpenMetrics 1.0 has it, for counters and gauges; then by prometheus_client, if it is there."""
    text = open(path, encoding="utf-8").read()
    assert text.endswith("\n# EOF\n") and text.count("# EOF") == 1
    samples, families, family, kind = {}, set(), None, None
    for line in text.splitlines()[:-1]:
        if line.startswith("# TYPE "):
            family, kind = re.fullmatch(r"# TYPE ([a-z_]+) (counter|gauge)", line).groups()
            assert family not in families, "a family stands in one place"
            families.add(family)
        elif line.startswith("# HELP "):
            assert re.fullmatch(rf"# HELP {family} [^\\\n]+", line)
        else:
            name, labels, value = re.fullmatch(r"([a-z_]+)\{([^}]*)\} (-?[0-9.e+-]+)", line).groups()
            assert name == (family + "_total" if kind == "counter" else family), line
            pairs = re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', labels)
            assert ",".join(f'{key}="{value}"' for key, value in pairs) == labels
            pairs = [(key, re.sub(r'\\(["\\])', r"\1", text)) for key, text in pairs]
            assert (name, tuple(sorted(pairs))) not in samples
            samples[name, tuple(sorted(pairs))] = float(value)
    try:
        from prometheus_client.openmetrics import parser
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        return samples
    again = {(s.name, tuple(sorted(s.labels.items()))): s.value
             for family in parser.text_string_to_metric_families(text) for s in family.samples}
    assert again == samples
    assert len(list(text_string_to_metric_families(text))) > 0  # the older form, which node_exporter reads
    return samples


def check_metrics(path):
    samples = {name: value for (name, _), value in read_metrics(path).items()}
    assert samples["hindcast_ended"] == 1 and samples["hindcast_stream_rows_total"] > 0
    print(", ".join(f"{name} {value:g}" for name, value in samples.items()))


def check_events(path, csv_path):
    """Scheduling passes are left out: whether they are written, or streamed, is a matter of taste."""
    with h5py.File(path, "r") as run:
        names = {code: name for name, code in h5py.check_enum_dtype(run["events"].dtype["type"]).items()}
        rows = pandas.DataFrame(run["events"][:])
    rows["type"] = rows["type"].map(names)
    rows = rows[rows.type != "pass"]
    frame = pandas.read_csv(csv_path)
    frame = frame[frame.type != "pass"].sort_values(["rank", "seq"])
    assert len(frame) == len(rows) > 0, (len(frame), len(rows))
    missing = {"job": 2**32 - 1, "partition": 2**16 - 1}  # nothing, in a stream of maps
    for name in ("time_ns", "type", "job", "partition", "value"):
        found = frame[name].fillna(missing[name]).astype("int64") if name in missing else frame[name]
        assert list(found) == list(rows[name]), name
    print(f"{len(frame)} events")


def check_late(stream_dataframe, live, replay, csv_path):
    """One reader keeps the publisher waiting; another one comes when everything is over, and gets all of it."""
    first = stream_dataframe.StreamReader(live, replay)
    while not first.ended:
        first.take(*first.live.recv_multipart())
    time.sleep(0.5)  # the run has been put away
    second = stream_dataframe.StreamReader(live, replay)
    assert second.hello["name"] == "s" and second.hello["partitions"] == ["default"], second.hello
    second.read()
    assert second.lost == 0
    second.frame("events").to_csv(csv_path, index=False)
    first.read()


def main():
    examples, what = sys.argv[1:3]
    sys.path.insert(0, examples)
    import stream_dataframe
    if what == "faults":
        for seed in range(4):
            for is_map in (False, True):
                for has_replay in (False, True):
                    check_faults(stream_dataframe, seed, is_map, has_replay)
        check_faults_in_metrics(examples)
    elif what == "metrics":
        check_metrics(sys.argv[3])
    elif what == "late":
        check_late(stream_dataframe, *sys.argv[3:6])
    else:
        check_events(*sys.argv[3:5])


main()
