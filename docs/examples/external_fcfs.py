#!/usr/bin/python3
"""First come, first served, as a scheduler outside Hindcast.

    ./external_fcfs.py ipc:///run/user/1000/scheduler &
    hindcast run s.yaml --set scheduler.policy=external \\
        --set scheduler.endpoint=ipc:///run/user/1000/scheduler

Debian: python3-zmq, python3-msgpack. What is said: docs/external-scheduler.md
"""
import sys
from collections import defaultdict, deque

import msgpack
import zmq


def schedule(queue, message):
    """The jobs that start now: one at a time. What is left for others is told with the next question."""
    for job in message["submitted"]:
        queue.append((job["job"], job["gpus"] * job["gpu_milli"]))
    if queue and queue[0][1] <= message["largest_milli"]:
        return [queue.popleft()[0]]
    return []


def serve(endpoint):
    socket = zmq.Context().socket(zmq.REP)
    socket.bind(endpoint)
    queues = defaultdict(deque)  # one per partition
    while True:
        message = msgpack.unpackb(socket.recv())
        if message["type"] == "hello":
            answer = {"v": 1}
        elif message["type"] == "pass":
            queue = queues[message["partition"]]
            start = schedule(queue, message)
            answer = {"pass": message["pass"], "start": start, "again": bool(start and queue)}
        else:  # the run is over
            return
        socket.send(msgpack.packb(answer))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} ENDPOINT")
    serve(sys.argv[1])
