"""Reads the file of a run as people do: one line of pandas, and h5py.

Usage: read_with_python.py FILE, of 1,000 jobs as run_file_driver writes them. Exit status 77: a module is absent.
"""

import sys
import warnings

try:
    import h5py
    import numpy
    import pandas
    import tables  # noqa: F401  (pandas needs it)
except ImportError as absent:
    print(f"SKIPPED: {absent}")
    sys.exit(77)

warnings.simplefilter("error")
path = sys.argv[1]

jobs = pandas.read_hdf(path, "jobs")
assert len(jobs) == 1000
assert list(jobs.columns[:3]) == ["index", "job_id", "trace"]
assert jobs["job_id"][0] in (b"3000000", "3000000")
assert (jobs["submit_ns"] % 1_000_000_000 == 0).all()

with h5py.File(path, "r") as file:
    for name, dataset in file.items():
        frame = pandas.read_hdf(path, name)
        assert list(frame.columns) == list(dataset.dtype.names), name
        assert len(frame) == len(dataset), name
        assert dataset.attrs["CLASS"] == b"TABLE" and dataset.attrs["TITLE"]
        for column in range(len(dataset.dtype)):
            assert dataset.attrs[f"FIELD_{column}_NAME"].decode() == dataset.dtype.names[column]
            assert dataset.attrs[f"COLUMN_{column}_UNIT"], (name, column)
            assert dataset.attrs[f"COLUMN_{column}_MEANING"], (name, column)
            assert f"FIELD_{column}_FILL" in dataset.attrs
    states = h5py.check_enum_dtype(file["jobs"].dtype["state"])
    assert states == {"pending": 0, "running": 1, "completed": 2, "rejected": 3, "timeout": 4}
    assert file["jobs"].dtype["is_measured"] == numpy.dtype(bool)
    assert file["jobs"]["is_measured"].sum() == 990
    started = file["jobs"]["start_ns"] != numpy.iinfo("int64").min
    assert (started == (file["jobs"]["state"] == states["completed"])).all()
    assert file.attrs["format"] == b"hindcast run" and file.attrs["complete"] == 1
    assert file.attrs["umlauts"].decode() == "München"
    assert file["jobs"].compression == "gzip" and file["jobs"].shuffle

print("read with h5py", h5py.__version__, "and pandas", pandas.__version__)
