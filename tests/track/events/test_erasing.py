"""A person in events is erased: from every table and file that a capture writes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.store import Workspace, open_workspace
from tanlu.track.events import Settled, capture, documents, named_again, query, settle
from tests.track.events import made

NURSE = "urn:epc:id:gsrnp:4012345.0000000007"
LINK = "https://id.gs1.org/8017/401234500000000074"
# its check digit does not hold: a finding, and still a person
ODD = "https://id.gs1.org/8018/401234500000067650"
DRIVER, PHONE, MAIL = "王小明", 13912345678, "mailto:li.na@example.cn"
SECRETS = (
    "0000000007", "401234500000000074", "401234500000067650", "王小明", "13912345678", "li.na",
)  # fmt: skip


def _events() -> list[dict[str, Any]]:
    return [
        made.event(epcList=[NURSE, "urn:x:1"], **{"ex:driver": {"ab:n": DRIVER, "ab:t": PHONE}}),
        made.event(epcList=["urn:x:2"], readPoint={"id": LINK}),
        made.event(epcList=["urn:x:3", ODD], bizLocation={"id": MAIL}),
        made.event(epcList=["urn:x:4"], eventID=MAIL, action="ADD"),
        # refused, and kept as it came
        made.event(epcList=[LINK, "no uri"], **{"ex:driver": DRIVER}),
        made.event(action=NURSE),
    ]


# a field twice, of which a reader of JSON sees one
TWICE = made.packed(made.document([made.event(eventTime="x")])).replace(
    b'"action"', f'"ex:one": "\\u0074el:{PHONE}", "ex:one": "1", "action"'.encode()
)


def _keep(workspace: Workspace, data: bytes) -> Settled:
    with workspace.writer():
        new = settle(workspace, capture(data, recorded_us=5), personal=["ex:driver"])
        tables = {
            "epcis": new.epcis, "event": new.events, "quarantine": new.quarantine,
            "finding": new.findings,
        }  # fmt: skip
        filled = {name: rows for name, rows in tables.items() if rows.height}
        if filled:
            workspace.commit(filled, source={"file": "day.jsonld"}, personal=new.personal)
    return new


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made_ = open_workspace(tmp_path / "ledger", create=True)
    _keep(made_, made.packed(made.document(_events())))
    _keep(made_, TWICE)
    # what cannot be read at all is kept too
    _keep(made_, f'{{"type": "EPCISDocument", "ex:driver": "{DRIVER}", "x": "{LINK}", '.encode())
    return made_


def _bytes(folder: Path) -> bytes:
    """Give all that is in a folder, tables as text, archives unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        found.append(str(path).encode() + data)
        if path.suffix == ".parquet":
            found.append(pl.read_parquet(path).write_json().encode())
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found += [archive.read(name) for name in archive.namelist()]
    # JSON within JSON has its signs escaped
    text = b"\n".join(found).decode("utf-8", "replace")
    return re.sub(r"\\+u([0-9a-f]{4})", lambda at: chr(int(at[1], 16)), text).encode()


def test_what_is_personal_stands_apart_from_the_first(workspace: Workspace) -> None:
    apart = b"\n".join(
        _bytes(folder) for folder in workspace.path.iterdir()
        if folder.is_dir() and folder.name != "personal"
    )  # fmt: skip

    assert [secret for secret in SECRETS if secret.encode() in apart] == []
    whole = _bytes(workspace.path)
    assert [secret for secret in SECRETS if secret.encode() not in whole] == []


def test_after_it_nothing_in_the_folder_tells_of_the_persons(workspace: Workspace) -> None:
    for _ in workspace.seal():
        pass
    for person in (NURSE, ODD, DRIVER, str(PHONE), f"tel:{PHONE}", MAIL):
        assert workspace.erase(person, reason="asked")["leaves"] > 0
    whole = _bytes(workspace.path)

    assert [secret for secret in SECRETS if secret.encode() in whole] == []
    assert query(workspace).height == 4
    again = documents(named_again(workspace, query(workspace)))
    assert len(re.findall(r"p:[0-9a-f]{32}", str(again))) == 7
    *_, last = workspace.check()
    assert last.result["findings"] == []


def test_who_asks_with_persons_gets_what_was_sent(workspace: Workspace) -> None:
    found = query(workspace, epc=NURSE)
    sent = documents(named_again(workspace, found))["epcisBody"]["eventList"]

    assert found.height == 1
    assert NURSE not in str(documents(found))
    # a number that stood for a person comes back as text
    driver = {"ab:n": DRIVER, "ab:t": str(PHONE)}
    assert sent == [_events()[0] | {"ex:driver": driver, "epcList": [LINK, "urn:x:1"]}]
    assert query(workspace, epc=LINK).height == query(workspace, place=NURSE).height == 1


def test_captured_again_it_is_known_before_and_after(workspace: Workspace) -> None:
    data = made.packed(made.document(_events()))
    before = _keep(workspace, data)
    workspace.erase(NURSE, reason="asked")
    after = _keep(workspace, data)

    for new in (before, after):
        assert (new.rows_new, new.rows_known, new.rows_quarantined) == (0, 4, 2)
        assert new.quarantine.is_empty()
    assert after.personal.is_empty()
