"""Reads a Perfetto trace byte by byte and compares it with the run file that it was made from.

Usage: check_perfetto.py RUN.h5 TRACE. Knows nothing of the program that wrote the trace: the wire format is that of
protobuf.dev/programming-guides/encoding, field numbers are those of protos/perfetto/trace in google/perfetto, and
packets are put in order as its trace_sorter.h does: by time, those of one time by their place in the file.
Exit status 77: a module is absent. Prints what it saw.
"""

import collections
import struct
import sys

try:
    import h5py
except ImportError as absent:
    print(f"SKIPPED: {absent}")
    sys.exit(77)

# Fields of the messages that may occur: number -> (name, type). A type that is a dict is a message.
CLOCK = {1: ("clock_id", "uint"), 2: ("timestamp", "uint")}
SNAPSHOT = {1: ("clocks", CLOCK), 2: ("primary_trace_clock", "uint")}
COUNTER = {6: ("unit_name", "text")}
DESCRIPTOR = {1: ("uuid", "uint"), 2: ("name", "text"), 5: ("parent_uuid", "uint"), 8: ("counter", COUNTER),
              11: ("child_ordering", "uint"), 12: ("sibling_order_rank", "uint")}
ANNOTATION = {1: ("name_iid", "uint"), 4: ("int_value", "int"), 5: ("double_value", "double"),
              6: ("string_value", "text"), 10: ("name", "text")}
EVENT = {4: ("debug_annotations", ANNOTATION), 9: ("type", "uint"), 11: ("track_uuid", "uint"), 23: ("name", "text"),
         30: ("counter_value", "int"), 44: ("double_counter_value", "double"), 52: ("correlation_id", "uint")}
INTERNED_NAME = {1: ("iid", "uint"), 2: ("name", "text")}
INTERNED = {3: ("debug_annotation_names", INTERNED_NAME)}
PACKET = {6: ("clock_snapshot", SNAPSHOT), 8: ("timestamp", "uint"), 10: ("trusted_packet_sequence_id", "uint"),
          11: ("track_event", EVENT), 12: ("interned_data", INTERNED), 13: ("sequence_flags", "uint"),
          60: ("track_descriptor", DESCRIPTOR)}
TRACE = {1: ("packet", PACKET)}
REPEATED = {"packet", "clocks", "debug_annotations", "debug_annotation_names"}
SLICE_BEGIN, SLICE_END, COUNT = 1, 2, 4
MISSING = -2**63


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            assert value < 2**64 and (byte != 0 or shift == 7), "a number that is longer than it has to be"
            return value, at


def message(data, at, end, fields):
    found = {}
    while at < end:
        tag, at = varint(data, at)
        name, kind = fields[tag >> 3]
        wire = tag & 7
        if isinstance(kind, dict) or kind == "text":
            assert wire == 2, name
            length, at = varint(data, at)
            assert at + length <= end, f"{name} is longer than what it stands in"
            value = message(data, at, at + length, kind) if kind != "text" else data[at:at + length].decode("utf-8")
            at += length
        elif kind == "double":
            assert wire == 1, name
            value = struct.unpack_from("<d", data, at)[0]
            at += 8
        else:
            assert wire == 0, name
            value, at = varint(data, at)
            if kind == "int" and value >= 2**63:
                value -= 2**64
        if name in REPEATED:
            found.setdefault(name, []).append(value)
        else:
            assert name not in found, f"{name} twice"
            found[name] = value
    assert at == end
    return found


def annotations(event, names):
    found = {}
    for note in event.get("debug_annotations", []):
        values = [value for key, value in note.items() if key.endswith("_value")]
        name = note["name"] if "name" in note else names[note["name_iid"]]
        assert len(values) == 1 and name not in found
        found[name] = values[0]
    return found


class Trace:
    def __init__(self, path):
        data = open(path, "rb").read()
        packets = message(data, 0, len(data), TRACE)["packet"]
        self.tracks, self.slices, self.counters, self.snapshots = {}, [], collections.defaultdict(list), []
        self.names = {}
        assert packets[0]["sequence_flags"] == 3, "the first packet clears the state that the others need"
        events = []
        for packet in packets:
            assert packet["trusted_packet_sequence_id"] == 1
            for name in packet.get("interned_data", {}).get("debug_annotation_names", []):
                assert name["iid"] not in self.names and name["iid"] > 0
                self.names[name["iid"]] = name["name"]
            if "track_descriptor" in packet:
                self.add_track(packet["track_descriptor"])
            if "clock_snapshot" in packet:
                self.snapshots.append(packet["clock_snapshot"])
            if "track_event" in packet:
                assert packet["sequence_flags"] == 2 and packet["track_event"]["track_uuid"] in self.tracks
                assert packet["timestamp"] < 2**63
                events.append((packet["timestamp"], packet["track_event"]))
        events.sort(key=lambda event: event[0])  # stable
        self.play(events)

    def add_track(self, track):
        assert track["uuid"] > 0 and track["uuid"] not in self.tracks
        if "parent_uuid" in track:
            assert self.tracks[track["parent_uuid"]]["child_ordering"] == 3
        self.tracks[track["uuid"]] = track

    def play(self, events):
        """No two slices of a track overlap: each begins when the one before it has ended."""
        open_slices = {}
        for time, event in events:
            track = event["track_uuid"]
            assert ("counter" in self.tracks[track]) == (event["type"] == COUNT)
            if event["type"] == COUNT:
                self.counters[track].append((time, event.get("counter_value", event.get("double_counter_value"))))
            elif event["type"] == SLICE_BEGIN:
                assert track not in open_slices, "slices of a track overlap"
                open_slices[track] = (time, event)
            else:
                assert event["type"] == SLICE_END
                self.add_slice(track, *open_slices.pop(track), time)
        for track, (time, event) in open_slices.items():
            self.add_slice(track, time, event, None)

    def add_slice(self, track, begin, event, end):
        self.slices.append((track, begin, end, event["name"], event.get("correlation_id"),
                            annotations(event, self.names)))


def device_text(rows):
    parts = []
    for row in rows:
        if row["count"] > 0:
            part = f"{row['device']}" if row["count"] == 1 else f"{row['device']}-{row['device'] + row['count'] - 1}"
            parts.append(part if row["milli"] == 1000 else f"{part} ({row['milli']}/1000)")
    return ",".join(parts)


def named(table, index):
    return table[index]["name"].decode() if index < len(table) else None


def expected_slices(run, shift):
    jobs = {row["index"]: row for row in run["jobs"][:]}
    attempts = {(row["job"], row["attempt"]): row for row in run["attempts"][:]}
    ends = {value: name for name, value in h5py.check_enum_dtype(run["attempts"].dtype["how"]).items()}
    nodes, users, groups, partitions = (run[name][:] for name in ("nodes", "users", "groups", "partitions"))
    held = collections.defaultdict(list)
    for row in run["placements"][:]:
        held[row["job"], row["attempt"], row["node"]].append(row)
    for (job, attempt, node), rows in held.items():
        if (job, attempt) not in attempts:
            continue
        row = attempts[job, attempt]
        gpus = row["gpu_milli"] / 1000
        notes = {"gpus": int(gpus) if gpus == int(gpus) else gpus, "nodes": row["nodes"],
                 "devices": device_text(rows) or None, "attempt": attempt, "ended": ends[row["how"]],
                 "restart_ns": row["restart_ns"] or None, "lost_ns": row["lost_ns"] or None}
        name = f"#{job}"  # a run that was killed has attempts of jobs that it has not written
        if job in jobs:
            spec = jobs[job]
            name = spec["job_id"].decode()
            notes.update({"user": named(users, spec["user"]), "group": named(groups, spec["group"]),
                          "submit_ns": spec["submit_ns"],
                          "wait_ns": None if spec["wait_ns"] == MISSING else spec["wait_ns"]})
        yield (f"partition {partitions[nodes[node]['partition']]['name'].decode()}", nodes[node]["name"].decode(),
               name, int(job) + 1, int(row["start_ns"]) + shift,
               None if row["end_ns"] == MISSING else int(row["end_ns"]) + shift,
               tuple(sorted((key, value) for key, value in notes.items() if value is not None)))


def check_slices(trace, run, shift):
    found = collections.Counter()
    lanes = collections.defaultdict(set)
    for track, begin, end, name, correlation, notes in trace.slices:
        descriptor = trace.tracks[track]
        if "parent_uuid" in descriptor:
            parent = trace.tracks[descriptor["parent_uuid"]]["name"]
            lanes[parent, descriptor["name"]].add(track)
            found[parent, descriptor["name"], name, correlation, begin, end, tuple(sorted(notes.items()))] += 1
    expected = collections.Counter(expected_slices(run, shift))
    assert found == expected, f"slices differ: {list((found - expected))[:2]} instead of {list((expected - found))[:2]}"
    check_lane_counts(lanes, expected)
    return sum(found.values())


def check_lane_counts(lanes, slices):
    """A node has as many tracks as attempts were on it at once; what ends at an instant makes room for what begins."""
    changes = collections.defaultdict(list)
    for parent, node, _, _, begin, end, _ in slices:
        changes[parent, node].append((begin, 1, 1))
        if end is not None:
            # One of no length takes a track for no time, but may not lie inside another.
            changes[parent, node].append((end, 0 if end > begin else 2, -1))
    for key, list_of_changes in changes.items():
        most = now = 0
        for _, _, change in sorted(list_of_changes):
            now += change
            most = max(most, now)
        assert len(lanes[key]) <= most, f"{key}: {len(lanes[key])} tracks for {most} attempts at once"


def check_counters(trace, run, shift):
    partitions = [f"partition {row['name'].decode()}" for row in run["partitions"][:]]
    columns = {"queue length": ("queue_length", 1), "running jobs": ("running", 1),
               "waiting GPUs": ("waiting_milli", 1000), "busy GPUs": ("busy_milli", 1000),
               "free GPUs": ("free_milli", 1000), "fragmented GPUs": ("fragmented_milli", 1000)}
    expected = collections.defaultdict(list)
    for row in run["series"][:]:
        for name, (column, scale) in columns.items():
            expected[partitions[row["partition"]], name].append((int(row["time_ns"]) + shift, row[column] / scale))
    found = {}
    for track, descriptor in trace.tracks.items():
        if "counter" in descriptor:
            assert descriptor["counter"]["unit_name"] == ("GPUs" if "GPUs" in descriptor["name"] else "jobs")
            found[trace.tracks[descriptor["parent_uuid"]]["name"], descriptor["name"]] = trace.counters.get(track, [])
    assert len(found) == len(partitions) * len(columns)
    for key, values in found.items():
        assert values == expected.get(key, []), key
    return sum(len(values) for values in found.values())


def check_run(trace, run):
    """@return how far times are moved."""
    (track, begin, end, name, _, notes), = [s for s in trace.slices if "parent_uuid" not in trace.tracks[s[0]]]
    times = [int(run.attrs["begin_ns"])] + [int(row["start_ns"]) for row in run["attempts"][:]]
    times += [int(row["time_ns"]) for row in run["series"][:]]
    shift = max(0, -min(times))
    last = max(times + [int(row["end_ns"]) for row in run["attempts"][:]])
    assert int(notes["time_shift_ns"]) == shift and ("moved" in trace.tracks[track]["name"]) == (shift > 0)
    assert (begin, end) == (min(times) + shift, last + shift), (begin, end, min(times), last, shift)
    assert name == run.attrs["name"].decode() and notes["policy"] == run.attrs["policy"].decode()
    assert notes.get("digest", "") == run.attrs["digest"].decode()
    zero = {b"civil": 0, b"unix zero": int(run.attrs["unix_zero_seconds"]) * 10**9}.get(run.attrs["clock"])
    dates = zero is not None and min(times) + zero >= 0
    assert len(trace.snapshots) == (1 if dates else 0)
    for snapshot in trace.snapshots:
        clocks = {clock["clock_id"]: clock["timestamp"] for clock in snapshot["clocks"]}
        assert snapshot["primary_trace_clock"] == 6 and set(clocks) == {1, 6}
        assert clocks[1] - clocks[6] == zero - shift
    return shift


def main():
    trace = Trace(sys.argv[2])
    with h5py.File(sys.argv[1], "r") as run:
        shift = check_run(trace, run)
        slices = check_slices(trace, run, shift)
        values = check_counters(trace, run, shift)
    print(f"{slices} slices, {values} values, moved by {shift} ns, {len(trace.snapshots)} dates")


main()
