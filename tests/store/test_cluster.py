"""The same specifications on a real cluster: a master and two workers on loopback."""

from __future__ import annotations

import os
import shutil
import time

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import cluster as clusters
from tanlu.store.engine import join_intervals, run
from tests.store.engine import formulas
from tests.store.engine.test_joining import KEYS, resolved

ROWS = 20_000


def refuse(why: str) -> None:
    if os.environ.get("TANLU_PROVISIONED") == "1":
        pytest.fail(f"CLUSTER ABSENT on a provisioned machine: {why}")
    pytest.skip(f"CLUSTER NOT TESTED: {why}; tools/house/provision installs Java")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        refuse("extra spark is absent")
    if shutil.which("java") is None:
        refuse("there is no java")
    folder = tmp_path_factory.mktemp("cluster")
    with (
        clusters.standalone(folder, workers=2, memory="768m") as master,
        clusters.Cluster(master, {"spark.executor.memory": "512m"}) as connected,
    ):
        yield connected


def halves(frame: pl.DataFrame, folder) -> list:
    """Write a frame as two files, the second without columns that are null in all its rows."""
    middle = frame.height // 2
    files = [folder / "first.parquet", folder / "second.parquet"]
    frame[:middle].write_parquet(files[0])
    frame[middle:].write_parquet(files[1])
    return files


@pytest.mark.slow
@pytest.mark.engine
def test_both_workers_compute(cluster) -> None:
    tracker = cluster.session.sparkContext._jsc.sc().statusTracker()
    until = time.monotonic() + 90
    # the second may still be on its way when the first takes work
    while len(tracker.getExecutorInfos()) < 3 and time.monotonic() < until:
        time.sleep(0.2)

    assert len(tracker.getExecutorInfos()) - 1 == 2  # the driver counts as one


@pytest.mark.slow
@pytest.mark.engine
def test_every_operator_with_every_edge_gives_the_bits_of_the_interpreter(cluster, tmp_path):
    spec, frame = formulas.edges()
    frame = frame.with_row_index("row")
    expected = run(spec, frame, engine="python")
    out = cluster.compute(spec, halves(frame, tmp_path), tmp_path / "out")
    actual = pl.read_parquet(out).sort("row").select(expected.columns)

    for name in spec.outputs:
        assert (name, formulas.bits(expected.select(name))) == (
            name,
            formulas.bits(actual.select(name)),
        )


@pytest.mark.slow
@pytest.mark.engine
def test_absent_inputs_are_null_and_other_columns_pass(cluster, tmp_path) -> None:
    pl.DataFrame({"note": ["n"], "x": [2.0]}).write_parquet(tmp_path / "in.parquet")
    spec = formulas.one_step(["coalesce", "y", "x"])
    out = cluster.compute(spec, [tmp_path / "in.parquet"], tmp_path / "out")

    assert pl.read_parquet(out).to_dicts() == [{"note": "n", "x": 2.0, "out": 2.0}]


@pytest.mark.slow
@pytest.mark.engine
def test_the_transport_formulas_are_equal_to_the_microgram(cluster, tmp_path) -> None:
    from benchmarks import inputs

    from tanlu.account.batch import ready as legs_of
    from tanlu.account.legs.computing import spec as formulas_of
    from tanlu.factors import library

    legs = pl.read_parquet(inputs.make(tmp_path, ROWS))
    ready, _ = legs_of(legs, library(), "iso14083", "AR6")
    spec = formulas_of()
    ready = ready.select(name for name, _ in spec.inputs if name in ready.columns).with_row_index(
        "row"
    )
    expected = run(spec, ready).select("row", *spec.outputs)
    out = cluster.compute(spec, halves(ready, tmp_path), tmp_path / "out")
    actual = pl.read_parquet(out).sort("row").select(expected.columns)

    assert expected.height == ready.height >= ROWS
    assert expected.drop_nulls("ttw_co2e_ug").height > 0.9 * ROWS
    assert expected.equals(actual.cast(dict(expected.schema)))
    assert (
        run(spec, ready[:500], engine="python").select("row", *spec.outputs).equals(expected[:500])
    )


@pytest.mark.slow
@pytest.mark.engine
def test_the_match_join_is_that_of_one_machine(cluster, tmp_path) -> None:
    keys = [(kind, place) for kind in ("road", None) for place in ("CN-31", "CN", None)]
    table = resolved({key: [0, 10, 20, 30] for key in keys[:5]})
    rows = [(*key, at) for key in [*keys, ("sea", "CN")] for at in (None, -1, 0, 9, 10, 25, 30)]
    frame = pl.DataFrame(rows, schema=["kind", "place", "start"], orient="row")
    frame = frame.with_row_index("row")
    table.write_parquet(tmp_path / "resolved.parquet")
    out = cluster.join(
        halves(frame, tmp_path), [tmp_path / "resolved.parquet"], tmp_path / "out", keys=KEYS
    )
    actual = pl.read_parquet(out).sort("row")
    expected = join_intervals(frame, table, keys=KEYS)

    assert expected.equals(actual.select(expected.columns).cast(dict(expected.schema)))


def test_without_java_it_says_so(monkeypatch, tmp_path) -> None:
    pytest.importorskip("pyspark", reason="extra spark is absent")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)

    with pytest.raises(TanluError, match="java"), clusters.standalone(tmp_path):
        pass


def test_a_process_that_dies_while_starting_tells_why(monkeypatch, tmp_path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/spark-class"
    program.write_text("#!/bin/sh\necho no more memory\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(clusters, "_home", lambda: tmp_path)

    with pytest.raises(TanluError, match="no more memory"), clusters.standalone(tmp_path / "c"):
        pass
