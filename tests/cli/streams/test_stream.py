"""tanlu stream: definitions, gaps, dead letters out, and mended rows in, each taken once."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from tanlu.cli.streams import stream as verb
from tanlu.monitor.devices import Registry, definitions, now_us
from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.cli.proofs.test_witness import running
from tests.cli.streams.test_running import serving

GOOD = {"seq": 1, "at": 1_700_000_000_000_000, "value": 20.0}


def _take(tongue: Tongue, stream: str, *rows: dict[str, object]) -> None:
    """Give rows to a stream as a server does, and drain them into the ledger."""
    from tanlu.monitor.stream import Body, Pipeline
    from tanlu.store.stream import drain, open_stream_log

    workspace = open_workspace(tongue.ledger, create=True)
    data = "\n".join(map(json.dumps, rows)).encode()
    with closing(Pipeline(open_stream_log(workspace), Registry.of(workspace))) as pipeline:
        pipeline.take([Body(stream, "application/x-ndjson", data, now_us())])
    list(drain(workspace))


def kept(folder: Path, token: str) -> Path:
    """Give a file that has a token."""
    path = folder / "token"
    path.write_text(f"{token}\n", encoding="utf-8")
    return path


def test_roles_are_those_of_the_definitions() -> None:
    assert (definitions.ROLES, definitions.ESTIMATES) == (verb.ROLES, verb.ESTIMATES)


def test_a_stream_is_defined_and_what_is_not_said_stays(empty: Tongue) -> None:
    empty.ask("stream", "define", "hall_c", "--role", "gauge", "--unit", "degC", "--step", 60)
    empty.ask("stream", "define", "hall_c", "--maximum", 40)
    shown = empty.ask("stream", "show", "hall_c")
    now = shown["now"]

    assert (now["unit"], now["step_us"], now["maximum"]) == ("degC", 60_000_000, 40.0)
    assert len(shown["lines"]) == 2
    assert empty.ask("stream", "list")["closed"] is True
    said = empty.ask("stream", "show", "nothing", expect=1)
    assert said["error"]["code"] == "TL364"


def test_the_list_has_the_shipped_streams_in_either_tongue(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True)

    assert "Electricity used" in empty.say("stream", "list")
    assert "累计用电量" in empty.say("stream", "list", language="zh")
    assert empty.ask("stream", "show", "tank_ml")["source"].startswith("assumption")
    shown = empty.say("stream", "show", "tank_ml", language="zh")
    assert "说明：油箱油量" in shown
    assert "since" not in shown


def test_a_definition_that_cannot_be_is_refused(empty: Tongue) -> None:
    said = empty.ask("stream", "define", "x", "--minimum", 5, "--maximum", 4, expect=1)

    assert said["error"]["code"] == "TL364"


def test_gaps_come_from_the_log_when_no_server_runs(empty: Tongue) -> None:
    _take(empty, "temperature_c", GOOD | {"device": "m"}, GOOD | {"device": "m", "seq": 5})
    told = empty.ask("stream", "gaps")
    gap = {"stream": "temperature_c", "device": "m", "first_seq": 2, "last_seq": 4, "count": 3}

    assert told == {"gaps": [gap], "missing": 3}
    assert empty.ask("stream", "gaps", "other")["missing"] == 0
    assert "3 readings are missing" in empty.say("stream", "gaps")


def test_gaps_come_from_the_server_that_runs(empty: Tongue) -> None:
    gap = {"stream": "s", "device": "m", "first_seq": 2, "last_seq": 2, "count": 1}
    answer = {"gaps": [gap], "missing": 1, "ranges": 1}
    answers = {"/healthz": (200, {}), "/v1/gaps?stream=s": (200, answer)}
    with serving(answers, empty.ledger):
        assert empty.ask("stream", "gaps", "s") == {"gaps": [gap], "missing": 1}


def test_what_was_refused_is_mended_and_fed_again_once(empty: Tongue, tmp_path: Path) -> None:
    bad = GOOD | {"device": "m", "value": 9_000.0}
    _take(empty, "temperature_c", bad, GOOD | {"device": "n"})
    listed = empty.ask("stream", "quarantine")
    assert (listed["rows"], listed["counts"][0]["stream"]) == (1, "temperature_c")
    out = tmp_path / "letters.ndjson"
    empty.ask("stream", "quarantine", "--out", out)
    row = json.loads(out.read_text(encoding="utf-8"))
    assert (row["device"], row["_stream"], row["_code"]) == (
        "m", "temperature_c", listed["counts"][0]["code"],
    )  # fmt: skip
    out.write_text(json.dumps(row | {"value": 21.0}), encoding="utf-8")

    done = [empty.ask("stream", "refeed", out) for _ in range(2)]
    assert [each["rows_new"] for each in done] == [1, 0]
    assert [each["rows_known"] for each in done] == [0, 1]
    assert done[0]["rows_quarantined"] == 0
    assert empty.ask("stream", "quarantine")["rows"] == 0


def test_what_was_refused_is_told_in_the_language_of_who_asks(empty: Tongue) -> None:
    from tanlu.monitor.stream import Pipeline
    from tanlu.store.stream import drain, open_stream_log

    made = open_workspace(empty.ledger, create=True)
    with closing(Pipeline(open_stream_log(made), Registry.of(made))) as pipeline:
        pipeline.refuse("jt808", b"~", "TL390", "no frame begins here", now_us())
    list(drain(made))

    assert "no frame begins here  the bytes are kept" in empty.say("stream", "quarantine")
    said = empty.say("stream", "quarantine", language="zh")
    assert "此处不是帧的开头  字节已隔离保存" in said


def test_rows_are_posted_to_the_server_that_runs(empty: Tongue, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    rows = [GOOD | {"_stream": "a", "_hint": "?", "_quarantine_id": "q"}, {"_raw": "x"}, GOOD]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    receipt = {"rows_in": 1, "rows_new": 1, "rows_known": 0, "rows_quarantined": 0, "codes": {}}
    answers = {"/healthz": (200, {}), "/v1/streams/a": (200, receipt)}
    with serving(answers, empty.ledger) as asked:
        done = empty.ask("stream", "refeed", path, "--token", kept(tmp_path, "t"))

    assert (done["rows_new"], done["skipped"], done["server"]) == (1, 2, True)
    assert json.loads(asked[-1]["body"]) == GOOD | {"_quarantine_id": "q"}
    assert asked[-1]["token"] == "Bearer t"


def test_old_readings_go_and_what_was_stated_of_them_stays(empty: Tongue) -> None:
    _take(empty, "temperature_c", GOOD | {"device": "m"})
    early = empty.ask("stream", "retire", "reading", "--before", "2001-01", "--reason", "r")
    late = empty.ask("stream", "retire", "reading", "--before", "2100-01", "--reason", "r")

    assert (early["files"], len(late["files"])) == ([], 1)
    workspace = open_workspace(empty.ledger)
    assert workspace.scan("reading").collect().is_empty()
    assert [line["reason"] for line in workspace.log("retire")] == ["r"]
    assert (
        empty.ask("stream", "retire", "reading", "--before", "2100-01", "--reason", "r")["files"]
        == []
    )


@pytest.mark.parametrize("text", ["{", "[1]", "5"])
def test_a_file_that_is_no_lines_of_json_has_a_code(
    empty: Tongue, tmp_path: Path, text: str
) -> None:
    open_workspace(empty.ledger, create=True)
    path = tmp_path / "rows.ndjson"
    path.write_text(text, encoding="utf-8")

    assert empty.ask("stream", "refeed", path, expect=1)["error"]["code"] == "TL301"


def test_a_file_that_is_there_is_not_written_over(empty: Tongue, tmp_path: Path) -> None:
    open_workspace(empty.ledger, create=True)
    path = tmp_path / "rows.ndjson"
    path.write_text("mine", encoding="utf-8")

    assert empty.ask("stream", "quarantine", "--out", path, expect=1)["error"]["code"] == "TL614"
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_a_real_server_takes_mended_rows_of_enrolled_devices_alone(
    empty: Tongue, tmp_path: Path
) -> None:
    token = empty.ask("device", "enrol", "gw", "--scope", "hall/*", "--token")["token"]
    token = kept(tmp_path, token)
    empty.ask("device", "enrol", "hall/1")
    path = tmp_path / "rows.ndjson"
    rows = [GOOD | {"device": name, "_stream": "temperature_c"} for name in ("hall/1", "other")]
    rows.append(rows[0] | {"seq": 4})
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with running("serve", "--ingest", "--ledger", empty.ledger) as told:
        assert told["open"] is False
        refused = empty.ask("stream", "refeed", path, expect=1)["error"]
        done = empty.ask("stream", "refeed", path, "--token", token)
        gaps = empty.ask("stream", "gaps", "--token", token)

    assert refused["code"] == "TL368"
    assert (done["server"], done["rows_new"], done["codes"]) == (True, 2, {"TL354": 1})
    assert [(gap["first_seq"], gap["last_seq"]) for gap in gaps["gaps"]] == [(2, 3)]
    assert empty.ask("stream", "gaps")["missing"] == 2
    assert empty.ask("stream", "quarantine")["rows"] == 1
