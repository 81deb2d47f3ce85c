"""Traces of strangers: what is one is read, what is none is told, nothing is unpacked."""

from __future__ import annotations

import zipfile

import pytest

from tanlu.errors import TanluError
from tanlu.track.courier import reading
from tanlu.track.courier.reading import labelled

HEAD = "timestamp,x,y,groundtruth\n"
GOOD = HEAD + "1964-01-12 00:00:05.013000011,-1.5,2.25,OnFoot\n1964-01-12 00:00:10,3,4,Driving\n"


def _zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members:
            archive.writestr(name, text)
    return path


def test_a_trace_is_read_as_it_stands(tmp_path):
    found = labelled(_zip(tmp_path / "a.zip", [("deep/er/one.csv", GOOD)]))

    assert found.traces.rows() == [
        ("deep/er/one.csv", -188438394987000, -1.5, 2.25, "walk"),
        ("deep/er/one.csv", -188438390000000, 3.0, 4.0, "van"),
    ]
    assert (found.rows_in, found.rows_rejected, found.unreadable) == (2, 0, 0)


AT = [-188438394987000, -188438390000000]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t").replace("\n", "\r\n") + "\r\n",
        GOOD.replace(HEAD, "TimeStamp, X ,Y,Ground_Truth\n").replace("OnFoot", " on foot"),
        GOOD.replace("1964-01-12 ", "1964/01/12T").replace("011", "011Z"),
        GOOD.replace("00:00:05.013000011", "08:00:05.013+08:00").replace("10,3", "10+0000,3"),
        (
            "y,groundtruth,x,timestamp,speed\n2.25,OnFoot,-1.5,1964-01-12 00:00:05.013,9\n"
            "4,Driving,3,1964-01-12 00:00:10,9\n"
        ),
        HEAD.strip() + ",\n" + GOOD.removeprefix(HEAD).replace("\n", ",,\n"),
    ],
)
def test_a_trace_is_read_however_its_table_is_laid_out(tmp_path, text):
    found = labelled(_zip(tmp_path / "a.zip", [("one.CSV", text)]))

    assert found.traces.drop("trace").rows() == [
        (AT[0], -1.5, 2.25, "walk"), (AT[1], 3.0, 4.0, "van"),
    ]  # fmt: skip
    assert (found.rows_rejected, found.unreadable) == (0, 0)


@pytest.mark.parametrize("begin", [0.0, 1_760_000_000.0])
@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
def test_times_may_be_numbers_of_any_unit(tmp_path, begin, scale):
    times = [begin, begin + 5.0, begin + 1.0, begin + 65.0, begin + 65.0]
    lines = [f"{int(one * scale)},1,2,OnFoot\n" for one in times]
    found = labelled(_zip(tmp_path / "a.zip", [("one.csv", HEAD + "".join(lines))]))

    assert found.traces["at"].to_list() == [int(one * 1e6) for one in times]


def test_a_number_that_no_clock_says_is_no_time(tmp_path):
    bad = "1e300,1,2,OnFoot\ninf,1,2,OnFoot\n"
    found = labelled(_zip(tmp_path / "a.zip", [("one.csv", GOOD + bad)]))

    assert (found.rows_in, found.rows_rejected) == (4, 2)


def test_a_file_of_a_head_alone_is_a_trace_without_rows(tmp_path):
    found = labelled(_zip(tmp_path / "a.zip", [("empty.csv", HEAD), ("one.csv", GOOD)]))

    assert (found.rows_in, found.rows_rejected, found.unreadable) == (2, 0, 0)


def test_a_folder_gives_what_its_zip_gives(tmp_path):
    folder = tmp_path / "traces"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "one.csv").write_text(GOOD)
    (folder / "note.txt").write_text("no trace")

    from_folder = labelled(folder).traces

    assert from_folder.equals(labelled(_zip(tmp_path / "a.zip", [("b/one.csv", GOOD)])).traces)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "no table"), ("timestamp,x,y\n1,2,3\n", "lacks groundtruth"), ("\x00\xff,\n", "lacks")],
)
def test_what_is_no_trace_is_a_finding(tmp_path, text, why):
    found = labelled(_zip(tmp_path / "a.zip", [("bad.csv", text), ("good.csv", GOOD)]))

    assert found.unreadable == 1
    assert found.findings.select("code", "subject").rows() == [("TL410", "bad.csv")]
    assert why in found.findings["hint"][0]
    assert found.traces.height == 2


def test_rows_that_tell_nothing_are_counted(tmp_path):
    bad = "noon,1,2,OnFoot\n1964-01-12 00:00:15,x,2,OnFoot\n1964-01-12 00:00:20,1,inf,OnFoot\n"
    bad += "1964-01-12 00:00:25,1,2,Flying\n"
    found = labelled(_zip(tmp_path / "a.zip", [("one.csv", GOOD + bad)]))

    assert (found.rows_in, found.rows_rejected) == (6, 4)
    assert found.findings.select("code", "count").rows() == [("TL411", 4)]


def test_what_a_desk_leaves_beside_is_passed_over(tmp_path):
    beside = [("__MACOSX/._one.csv", "?"), (".hidden.csv", "?"), ("one.csv", GOOD)]
    found = labelled(_zip(tmp_path / "a.zip", beside))

    assert found.findings.is_empty()


def test_a_second_member_of_one_name_is_a_finding(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = _zip(tmp_path / "a.zip", [("one.csv", GOOD), ("one.csv", GOOD)])

    found = labelled(path)

    assert found.traces.height == 2
    assert found.findings["code"].to_list() == ["TL410"]


def test_a_member_that_unfolds_too_far_is_not_unfolded(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MEMBER_B", 1000)
    found = labelled(_zip(tmp_path / "a.zip", [("bomb.csv", GOOD * 100), ("one.csv", GOOD)]))

    assert found.findings["hint"].to_list() == ["it is larger than a trace may be"]
    assert found.traces.height == 2


@pytest.mark.parametrize(("limit", "value"), [("ALL_B", 200), ("MEMBERS", 2)])
def test_an_archive_beyond_the_limits_is_refused(tmp_path, monkeypatch, limit, value):
    monkeypatch.setattr(reading, limit, value)
    path = _zip(tmp_path / "a.zip", [(f"{k}.csv", GOOD) for k in range(3)])

    with pytest.raises(TanluError, match="than may be read"):
        labelled(path)


def test_a_damaged_member_is_a_finding(tmp_path):
    path = _zip(tmp_path / "a.zip", [("one.csv", GOOD), ("two.csv", GOOD)])
    data = path.read_bytes()
    path.write_bytes(data.replace(b"OnFoot", b"OnFood", 1))

    found = labelled(path)

    assert found.findings["code"].to_list() == ["TL410"]
    assert "CRC" in found.findings["hint"][0]


@pytest.mark.parametrize("make", ["absent", "no zip", "empty"])
def test_a_source_without_traces_is_refused(tmp_path, make):
    path = tmp_path / "a.zip"
    if make == "no zip":
        path.write_text("no zip")
    elif make == "empty":
        _zip(path, [])

    with pytest.raises(TanluError, match="TL410"):
        labelled(path)
