"""Reads a study file as people do: one line of pandas, and h5py.

Usage: read_with_python.py FILE, as study_file_driver writes it. Exit status 77: a module is absent.
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

runs = pandas.read_hdf(path, "runs")
assert list(runs.columns) == ["run", "point", "repetition", "seed", "state", "wall_seconds",
                              "wait_p95", "utilization", "cost", "error"]
assert len(runs) == 30 and runs["wait_p95"].isna().sum() == 2
assert runs["seed"][1] == 2**63 + 1
means = runs.groupby("point")["wait_p95"].mean()
assert means[0] == 32400 and abs(means[1] - 31800) < 1e-9

with h5py.File(path, "r") as file:
    assert set(file) == {"variables", "outputs", "points", "runs", "summary"}
    for name, dataset in file.items():
        assert list(pandas.read_hdf(path, name).columns) == list(dataset.dtype.names), name
        assert dataset.attrs["CLASS"] == b"TABLE" and dataset.attrs["TITLE"]
        for column in range(len(dataset.dtype)):
            assert dataset.attrs[f"FIELD_{column}_NAME"].decode() == dataset.dtype.names[column]
            assert dataset.attrs[f"COLUMN_{column}_UNIT"], (name, column)
            assert dataset.attrs[f"COLUMN_{column}_MEANING"], (name, column)
            assert f"FIELD_{column}_FILL" in dataset.attrs
    points = file["points"][:]
    assert list(points["nodes"]) == [32, 32, 36, 36, 40, 40]
    assert [p.decode() for p in points["policy"]] == ["easy", "las"] * 3
    assert file["points"].dtype["nodes"] == numpy.dtype("<f8")
    assert file["runs"].attrs["COLUMN_6_UNIT"] == b"s"
    states = h5py.check_enum_dtype(file["runs"].dtype["state"])
    assert states == {"ok": 0, "failed": 1, "skipped": 2}
    assert file["summary"]["is_pareto"][0] and numpy.isnan(file["summary"]["half_width"][0])
    assert file["summary"]["output"][0] == b"cost"
    assert file.attrs["format"] == b"hindcast study" and file.attrs["complete"] == 1
    assert file.attrs["seed"] == 2**64 - 1 and file.attrs["ranks"] == 64
    assert file.attrs["umlauts"].decode() == "München"

print("read with h5py", h5py.__version__, "and pandas", pandas.__version__)
