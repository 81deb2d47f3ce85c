"""Lists of devices: every row new, known or quarantined with its code, in either language."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry, enrol_list, revise
from tanlu.store import Workspace
from tanlu.terms.proof import registry
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes((9,)) * 32)
LIST = """device,type,place,ratio,calibrated,colour
m1,meter,hall 1,40,2026-03-01,red
m2,meter,hall 2,many,,
a b,meter,,,,
m3,vehicle,,,2026年3月1日,
m1,meter,hall 9,,,
"""


def _file(tmp_path: Path, text: str, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_each_row_is_new_known_or_quarantined(workspace: Workspace, tmp_path: Path) -> None:
    done = enrol_list(workspace, _file(tmp_path, LIST))

    assert (done.rows_in, done.rows_new, done.rows_known, done.rows_quarantined) == (5, 1, 0, 4)
    assert done.codes == {"TL363": 3, "TL311": 1}
    assert done.unread == ("colour",)
    assert workspace.version == 1
    assert Registry.of(workspace).devices["device"].to_list() == ["m3"]


def test_a_quarantined_row_says_column_value_and_line(workspace: Workspace, tmp_path: Path) -> None:
    enrol_list(workspace, _file(tmp_path, LIST))
    rows = workspace.scan("quarantine").collect().sort("source_line")

    assert rows.select("source_line", "code", "column", "value").rows() == [
        (2, "TL363", "device", "m1"),
        (3, "TL311", "ratio", "many"),
        (4, "TL363", "device", "a b"),
        (6, "TL363", "device", "m1"),
    ]
    assert json.loads(rows["raw"][1])["ratio"] == "many"
    assert workspace.originals.get(rows["source_sha256"][0]).read_text(encoding="utf-8") == LIST


def test_dates_are_of_the_workspaces_zone(workspace: Workspace, tmp_path: Path) -> None:
    enrol_list(workspace, _file(tmp_path, LIST))

    # 2026-03-01 00:00 in Asia/Shanghai
    assert Registry.of(workspace).devices["calibrated"].to_list() == [1_772_294_400_000_000]


def test_a_list_read_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, LIST)
    enrol_list(workspace, path)
    done = enrol_list(workspace, path)

    assert (done.rows_new, done.rows_known, workspace.version) == (0, 1, 1)


def test_a_list_read_again_enrols_a_revoked_device_anew(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = _file(tmp_path, "设备,类型\nm1,电表\n")
    enrol_list(workspace, path)
    revise(workspace, "m1", state="revoked")

    assert enrol_list(workspace, path).rows_new == 1
    assert Registry.of(workspace).enrolled(pl.Series(["m1"])).all()


def test_a_key_needs_its_possession_shown(workspace: Workspace, tmp_path: Path) -> None:
    shown = registry.possession(KEY, "device", "m1").hex()
    rows = f"m1,{KEY.public.hex()},{shown}\nm2,{KEY.public.hex()},{shown}\nm3,{'0' * 64},\n"
    done = enrol_list(workspace, _file(tmp_path, f"device,key,possession\n{rows}"))

    assert (done.rows_new, done.codes) == (1, {"TL134": 2})
    assert Registry.of(workspace).key("m1") == KEY.public


def test_tokens_are_given_for_the_new_ones_alone(workspace: Workspace, tmp_path: Path) -> None:
    path = _file(tmp_path, "device\nm1\n")
    enrol_list(workspace, path)
    path = _file(tmp_path, "device\nm1\nm2\n")
    done = enrol_list(workspace, path, tokens=True)

    assert done.enrolled.tokens["device"].to_list() == ["m2"]


def test_a_workbook_is_read_as_well(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    pl.DataFrame({"设备": ["m1", "m2"], "互感器倍率": [40.0, None]}).write_excel(path)
    enrol_list(workspace, path)

    assert Registry.of(workspace).devices["ratio"].to_list() == [40.0, None]


def test_a_table_without_names_of_devices_is_said(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(TanluError, match=r"TL363.*no column"):
        enrol_list(workspace, _file(tmp_path, "place,type\nhall,meter\n"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300)
    | st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=6).map(
        lambda rows: b"device,since,scope\n" + "\n".join(map(",".join, rows)).encode()
    )
)
def test_whatever_the_file_each_row_is_accounted_for_or_the_file_is_named(
    workspace: Workspace, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    try:
        done = enrol_list(workspace, path)
    except TanluError:
        return
    assert done.rows_in == done.rows_new + done.rows_known + done.rows_quarantined
    assert sum(done.codes.values()) == done.rows_quarantined
