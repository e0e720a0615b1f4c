#!/usr/bin/python3
"""Reads the events of a run into pandas while it goes on: one DataFrame per table, complete.

    hindcast run s.yaml --stream ipc:///run/user/1000/h --replay ipc:///run/user/1000/h.replay --wait-subscribers 1 &
    stream_dataframe.py ipc:///run/user/1000/h --replay ipc:///run/user/1000/h.replay --csv events.csv

Rows are numbered per rank without gaps. What is missing is asked for at the replay endpoint; without one it is counted.
docs/stream.md describes the messages.
"""
import argparse
import collections
import os
import sys

import msgpack
import numpy
import pandas
import zmq

TABLES = {"placement": "placements", "decision": "decisions", "sample": "series", "ledger": "ledger"}  # else events
SILENCE_MS = 30000  # a publisher that lives says something each second


class StreamReader:
    def __init__(self, endpoint, replay=None):
        """With a replay, waits for the publisher, which waits for this reader at its end."""
        self.name = f"dataframe-{os.urandom(8).hex()}"
        self.hello, self.ended, self.lost = None, {}, 0
        self.next = collections.defaultdict(int)  # of each rank: number of the row that comes next
        self.columns = collections.defaultdict(lambda: collections.defaultdict(list))  # table -> column -> bytes
        self.rows = collections.defaultdict(list)  # of a stream of maps
        self.ask = None
        if replay:
            self.ask = zmq.Context.instance().socket(zmq.REQ)
            self.ask.setsockopt(zmq.LINGER, 0)
            self.ask.connect(replay)
            _, messages = self.request(op="hello", reader=self.name)
            self.ask.setsockopt(zmq.RCVTIMEO, SILENCE_MS)
            for message in messages:  # hello, and how those ranks ended that have
                self.take(*message)
        self.live = zmq.Context.instance().socket(zmq.SUB)
        self.live.subscribe(b"")
        self.live.connect(endpoint)

    def request(self, **question):
        self.ask.send(msgpack.packb(question))
        status, *frames = self.ask.recv_multipart()
        return msgpack.unpackb(status), [frames[i:i + 3] for i in range(0, len(frames) - 2, 3)]

    def read(self):
        """Returns when all ranks have ended. A publisher that has gone silent leaves `ended` without some of them."""
        while self.hello is None or set(self.ended) < set(self.hello["ranks"]):
            if not self.live.poll(SILENCE_MS if self.hello else None):
                return
            self.take(*self.live.recv_multipart())
        if self.ask:
            self.request(op="done", reader=self.name)

    def take(self, topic, header, payload):
        header, payload = msgpack.unpackb(header), msgpack.unpackb(payload)
        if topic == b"ctl.hello":
            self.hello = payload
        elif topic == b"ctl.end" or header["count"] > 0:
            self.fill(header["rank"], header["seq"])
            self.keep(header, payload)
        if topic == b"ctl.end":
            self.ended[header["rank"]] = payload

    def fill(self, rank, end):
        """Asks for the rows before `end` that did not come. An answer may be a part; an empty one is the last."""
        while self.ask and self.next[rank] < end:
            status, messages = self.request(op="events", rank=rank, **{"from": self.next[rank], "to": end})
            for _, header, payload in messages:
                self.keep(msgpack.unpackb(header), msgpack.unpackb(payload))
            if not status["ok"] or not messages:
                return

    def keep(self, header, payload):
        rank, first, count = header["rank"], header["seq"], header["count"]
        self.lost += max(0, first - self.next[rank])
        known = max(0, self.next[rank] - first)  # rows that came already
        self.next[rank] = max(self.next[rank], first + count)
        if known >= count:
            return
        if "cols" not in payload:
            self.rows[TABLES.get(payload["type"], "events")].append({**payload, "rank": rank})
            return
        payload["cols"]["rank"] = numpy.full(count, rank, "<u4").tobytes()
        for name, data in payload["cols"].items():
            self.columns[payload["t"]][name].append(data[len(data) // count * known:])

    def frame(self, table):
        """A table as the run file has it, with `rank` and `seq`; enumerations are categories."""
        if self.rows:
            return pandas.DataFrame(self.rows[table])
        types = {**self.hello["tables"][table]["columns"], "rank": "<u4"}
        frame = pandas.DataFrame({name: numpy.frombuffer(b"".join(self.columns[table][name]), dtype)
                                  for name, dtype in types.items()})
        for name, values in self.hello["tables"][table]["names"].items():
            frame[name] = pandas.Categorical.from_codes(frame[name], values)
        return frame


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("endpoint")
    parser.add_argument("--replay", help="endpoint of the replay")
    parser.add_argument("--table", default="events")
    parser.add_argument("--csv", help="write the table to this file")
    options = parser.parse_args()
    reader = StreamReader(options.endpoint, options.replay)
    reader.read()
    if reader.hello is None:
        sys.exit("no stream")
    frame = reader.frame(options.table)
    print(frame.describe(include="all"))
    if options.csv:
        frame.to_csv(options.csv, index=False)
    print(f"{sum(reader.next.values()) - reader.lost} rows, {len(frame)} of them {options.table}, {reader.lost} lost")
    if reader.lost or set(reader.ended) < set(reader.hello["ranks"]):
        sys.exit("incomplete")


if __name__ == "__main__":
    main()
