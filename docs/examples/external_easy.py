#!/usr/bin/python3
"""EASY backfilling (Lifka 1995), as a scheduler outside Hindcast.

    ./external_easy.py ipc:///run/user/1000/scheduler &
    hindcast run s.yaml --set scheduler.policy=external \\
        --set scheduler.endpoint=ipc:///run/user/1000/scheduler

Jobs start in the order of their submission. The first one that does not fit gets a reservation: the time at which enough
running jobs will have ended by their limits. Others may start before it if they end by then, or need no more GPUs than the
reservation leaves. Counts GPUs, as `policy: easy` does on a cluster of one node; on several nodes a job may need more than a
number of free GPUs.  Debian: python3-zmq, python3-msgpack. What is said: docs/external-scheduler.md
"""
import sys
from collections import defaultdict

import msgpack
import zmq


class Partition:
    def __init__(self):
        self.queue = {}  # job -> (thousandths of GPUs, limit), in the order of submission
        self.running = {}  # job -> (expected end, thousandths of GPUs)

    def listen(self, message):
        for job in message["submitted"]:
            self.queue[job["job"]] = (job["gpus"] * job["gpu_milli"], job["limit_ns"])
        for start in message["started"]:  # what ran before the begin, and what was decided here
            size = sum(gpus[2] * gpus[3] for gpus in start["gpus"])
            self.queue.pop(start["job"], None)
            self.running[start["job"]] = (start["expected_end_ns"], size)
        for job in message["ended"]:
            del self.running[job]

    def start(self, job, now):
        size, limit = self.queue.pop(job)
        self.running[job] = (now + limit, size)
        return size

    def reserve(self, size, free, now):
        """When so much will be free, and how much more is free then. A job that has outrun its limit ends next."""
        ends = sorted((max(end, now + 1), milli) for end, milli in self.running.values())
        shadow, at = now, 0
        while free < size or (at < len(ends) and ends[at][0] == shadow):
            shadow, free = ends[at][0], free + ends[at][1]
            at += 1
        return shadow, free - size

    def schedule(self, message):
        now, free, started = message["time_ns"], message["free_milli"], []
        for job in list(self.queue):  # from the first on, while they fit
            if self.queue[job][0] > free:
                break
            free -= self.start(job, now)
            started.append(job)
        if len(self.queue) < 2:
            return started
        head, *others = self.queue
        shadow, extra = self.reserve(self.queue[head][0], free, now)
        for job in others:
            size, limit = self.queue[job]
            ends_before = now + limit <= shadow
            if size <= free and (ends_before or size <= extra):
                free -= self.start(job, now)
                extra -= 0 if ends_before else size
                started.append(job)
        return started


def serve(endpoint):
    socket = zmq.Context().socket(zmq.REP)
    socket.bind(endpoint)
    partitions = defaultdict(Partition)
    while True:
        message = msgpack.unpackb(socket.recv())
        if message["type"] == "hello":
            answer = {"v": 1}
        elif message["type"] == "pass":
            partition = partitions[message["partition"]]
            partition.listen(message)
            answer = {"pass": message["pass"], "start": partition.schedule(message)}
        else:  # the run is over
            return
        socket.send(msgpack.packb(answer))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} ENDPOINT")
    serve(sys.argv[1])
