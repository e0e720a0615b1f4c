#!/usr/bin/python3
"""A reader of a stream and its replay that says what it got, for stream_netns.sh.

    netns_peer.py all EVENTS REPLAY [KEYS SERVER_KEY]         reads to the end; fails unless every row came, once and in order
    netns_peer.py any EVENTS REPLAY STOP [KEYS SERVER_KEY]    says how many messages came until the file STOP is there

KEYS may be PUBLIC:SECRET, two files of which the first gives the public key.
"""
import os
import sys

import msgpack
import zmq
import zmq.auth

SILENCE_MS = 60000


def connect(kind, endpoint, keys):
    socket = zmq.Context.instance().socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    if keys:
        public_file, secret_file = keys[0].split(":") if ":" in keys[0] else (keys[0], keys[0])
        socket.curve_publickey, _ = zmq.auth.load_certificate(public_file)
        _, socket.curve_secretkey = zmq.auth.load_certificate(secret_file)
        socket.curve_serverkey, _ = zmq.auth.load_certificate(keys[1])
    if kind == zmq.SUB:
        socket.subscribe(b"")
    socket.connect(endpoint)
    return socket


def ask(replay, **question):
    replay.send(msgpack.packb(question))
    return msgpack.unpackb(replay.recv_multipart()[0])


def read_all(events, replay, keys):
    live, asking = connect(zmq.SUB, events, keys), connect(zmq.DEALER, replay, keys)
    asking.setsockopt(zmq.RCVTIMEO, SILENCE_MS)
    assert ask(asking, op="hello", reader="netns")["ok"], "the replay refuses"
    rows = 0
    while live.poll(SILENCE_MS):
        topic, header, payload = live.recv_multipart()
        header, payload = msgpack.unpackb(header), msgpack.unpackb(payload)
        if topic == b"ctl.end":
            assert payload["published"] == rows, f"{rows} rows of {payload['published']}"
            assert ask(asking, op="done", reader="netns")["ok"]
            print(f"{rows} rows")
            return
        if header["count"] > 0:
            assert header["seq"] == rows, f"row {header['seq']} behind {rows} rows"
            rows += header["count"]
    sys.exit(f"silence after {rows} rows")


def count_any(events, replay, stop, keys):
    live, asking = connect(zmq.SUB, events, keys), connect(zmq.DEALER, replay, keys)
    messages = answers = 0
    while not os.path.exists(stop):
        try:
            asking.send(msgpack.packb({"op": "hello", "reader": "intruder"}), zmq.NOBLOCK)
        except zmq.Again:
            pass  # nobody takes it
        if live.poll(100):
            live.recv_multipart()
            messages += 1
        if asking.poll(0):
            asking.recv_multipart()
            answers += 1
    print(f"{messages} messages, {answers} answers")


if __name__ == "__main__":
    if sys.argv[1] == "all":
        read_all(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        count_any(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
