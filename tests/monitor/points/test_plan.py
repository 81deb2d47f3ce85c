"""A plan of points is sound as a whole, or says which line is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.points import Point, read_plan

HEAD = "protocol,host,address,device,stream,type,order,scale,step_s,unit,area,port,absent\n"


def plan(folder: Path, *lines: str, head: str = HEAD) -> list[Point]:
    path = folder / "points.csv"
    path.write_text(head + "\n".join(lines), encoding="utf-8")
    return read_plan(path)


def test_what_is_left_empty_is_usual(tmp_path):
    expected = Point("modbus", "10.0.0.7", 502, 1, "holding", "30", "uint16", "big", 1.0,
                     "meter-1", "energy_wh", 60_000_000)  # fmt: skip
    assert plan(tmp_path, "modbus,10.0.0.7,30,meter-1,energy_wh,,,,,,,") == [expected]


def test_everything_can_be_told(tmp_path):
    line = "OPCUA,plc,ns=2;i=5,chiller,power_w,float32,little,1000,0.5,9,input,4841"
    expected = Point("opcua", "plc", 4841, 9, "input", "ns=2;i=5", "float32", "little", 1000.0,
                     "chiller", "power_w", 500_000)  # fmt: skip
    assert plan(tmp_path, line) == [expected]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("smoke,h,1,d,s,,,,,,,", "protocol"),
        ("modbus,,1,d,s,,,,,,,", "host"),
        ("modbus,h,-1,d,s,,,,,,,", "address"),
        ("modbus,h,65535,d,s,uint32,,,,,,", "address"),
        ("modbus,h,٣,d,s,,,,,,,", "address"),
        ("opcua,h,,d,s,,,,,,,", "address"),
        ("modbus,h,1,d e,s,,,,,,,", "device"),
        ("modbus,h,1,d,s,bcd,,,,,,", "type"),
        ("modbus,h,1,d,s,,middle,,,,,", "order"),
        ("modbus,h,1,d,s,,,nan,,,,", "scale"),
        ("modbus,h,1,d,s,,,0,,,,", "scale"),
        ("modbus,h,1,d,s,,,,-5,,,", "step_s"),
        ("modbus,h,1,d,s,,,,0.01,,,", "step_s"),
        ("modbus,h,1,d,s,,,,,256,,", "unit"),
        ("modbus,h,1,d,s,,,,,,coils,", "area"),
        ("modbus,h,1,d,s,,,,,,,70000", "port"),
        ("modbus,h,1,d,s,,,,,,,,none", "absent"),
    ],
)
def test_a_line_that_means_no_point_is_named_with_its_column(tmp_path, line, column):
    with pytest.raises(TanluError, match=rf"TL397.*line 3.*{column}"):
        plan(tmp_path, "modbus,h,9,other,s,,,,,,,", line)


def test_two_points_are_never_one_stream_of_one_device(tmp_path):
    with pytest.raises(TanluError, match=r"TL397.*line 3.*line 2"):
        plan(tmp_path, "modbus,h,1,d,s,,,,,,,", "modbus,h,2,d,s,,,,,,,")


@pytest.mark.parametrize("text", ["", "protocol,host\nmodbus,h\n", '"'])
def test_a_file_that_is_no_plan_is_refused(tmp_path, text):
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TanluError, match="TL396"):
        read_plan(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(TanluError, match="TL396"):
        read_plan(tmp_path / "none.csv")
