"""A folder watched: files once, whatever dies on the way."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.serve.gateway.folder import watch
from tests.serve.gateway.brokers.doubles import Group, until


def rows(first, count):
    return "".join(
        json.dumps({"device": "m1", "seq": first + n, "at": 1, "value": n}) + "\n"
        for n in range(count)
    )


def drop(path, name, text):
    place = path / "energy_wh"
    place.mkdir(parents=True, exist_ok=True)
    (place / f".{name}").write_text(text)
    (place / f".{name}").rename(place / name)


def test_files_are_taken_once_and_moved_with_their_receipts(tmp_path):
    group = Group(tmp_path / "log")
    one = watch(group, tmp_path / "drop", look_s=0.02)
    drop(tmp_path / "drop", "a.ndjson", rows(0, 10))
    drop(tmp_path / "drop", "b.xlsx", "")
    done = tmp_path / "drop" / "done" / "energy_wh"
    assert until(lambda: one.counters()["done"] == 1 and one.counters()["refused"] == 1)
    one.stop()
    assert one.error is None
    assert len(group.rows) == 10
    receipt = json.loads((done / "a.ndjson.receipt.json").read_text())
    assert (receipt["rows_in"], receipt["rows_new"], receipt["stream"]) == (10, 10, "energy_wh")
    refused = tmp_path / "drop" / "refused" / "energy_wh" / "b.xlsx.receipt.json"
    assert json.loads(refused.read_text())["code"] == "TL301"
    assert [path.name for path in (tmp_path / "drop" / "energy_wh").iterdir()] == []


def test_a_death_between_durable_and_moved_doubles_nothing(tmp_path):
    group = Group(tmp_path / "log")
    one = watch(group, tmp_path / "drop", look_s=0.02)

    def died(*_, **__):
        raise KeyboardInterrupt

    one._folder.finish = died
    drop(tmp_path / "drop", "a.ndjson", rows(0, 10))
    assert until(lambda: isinstance(one.error, KeyboardInterrupt))
    again = watch(group, tmp_path / "drop", look_s=0.02)
    assert until(lambda: again.counters()["done"] == 1)
    again.stop()
    assert (len(group.rows), again.counters()["rows_known"]) == (10, 10)


def test_a_full_pipeline_is_asked_again(tmp_path):
    group = Group(tmp_path / "log", full_every=2)
    one = watch(group, tmp_path / "drop", look_s=0.02)
    for number in range(4):
        drop(tmp_path / "drop", f"{number}.ndjson", rows(number * 5, 5))
    assert until(lambda: one.counters()["done"] == 4)
    one.stop()
    assert len(group.rows) == 20


def test_an_error_of_the_pipeline_ends_the_watch_and_leaves_the_file(tmp_path):
    group = Group(tmp_path / "log")
    group.failing = OSError("gone")
    one = watch(group, tmp_path / "drop", look_s=0.02)
    drop(tmp_path / "drop", "a.ndjson", rows(0, 1))
    assert until(lambda: one.error is not None)
    one.stop()
    assert (tmp_path / "drop" / "energy_wh" / "a.ndjson").exists()


def test_a_folder_that_cannot_be_made_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TanluError, match="TL301"):
        watch(Group(tmp_path / "log"), tmp_path / "file" / "x")


def test_a_file_that_grows_while_it_is_taken_stays_until_it_is_whole(tmp_path):
    group = Group(tmp_path / "log")
    place = tmp_path / "drop" / "energy_wh"
    place.mkdir(parents=True)
    submit, grows = group.submit, place / "a.ndjson"

    def written(body):
        if len(body.data) == len(rows(0, 10)):
            with grows.open("a") as file:
                file.write(rows(10, 5))
        return submit(body)

    group.submit = written
    grows.write_text(rows(0, 10))
    with watch(group, tmp_path / "drop", look_s=0.02) as one:
        assert until(lambda: one.counters()["done"] == 1)
        assert (one.counters()["grown"], len(group.rows)) == (1, 15)


def test_what_a_link_points_to_is_neither_read_nor_moved(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.ndjson").write_text(rows(0, 3))
    folder = tmp_path / "drop"
    (folder / "energy_wh").mkdir(parents=True)
    (folder / "linked").symlink_to(elsewhere)
    (folder / "energy_wh" / "b.ndjson").symlink_to(elsewhere / "secret.ndjson")
    group = Group(tmp_path / "log")
    with watch(group, folder, look_s=0.02) as one:
        drop(folder, "a.ndjson", rows(0, 1))
        assert until(lambda: one.counters()["done"] == 1)
    assert len(group.rows) == 1
    assert (elsewhere / "secret.ndjson").exists()


def test_names_that_are_no_text_or_too_long_for_a_receipt_stop_no_other(tmp_path):
    import os

    group = Group(tmp_path / "log")
    folder = tmp_path / "drop"
    with watch(group, folder, look_s=0.02) as one:
        drop(folder, os.fsdecode(b"a\xff\nb.ndjson"), rows(0, 1))
        drop(folder, "b" * 246 + ".ndjson", rows(1, 1))
        drop(folder, "z.ndjson", rows(2, 1))
        assert until(lambda: one.counters()["done"] == 2 and one.error is not None)
        assert one.error.code == "TL301"
    assert len(group.rows) == 3
