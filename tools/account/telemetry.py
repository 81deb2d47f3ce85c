"""Write spec/telemetry.json and spec/learned.json of src/tanlu/account: a drive and its model.

As ``transport.py``; run it after an edit and raise VERSION, since model cards name the hash.
"""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
expression = runpy.run_path(str(Path(__file__).with_name("transport.py")))["expression"]

VERSION = "1"
TARGET = ROOT / "src/tanlu/account/spec"

INPUTS = {
    **dict.fromkeys(
        ("mass_mg", "distance_m", "load_ppm", "duration_us", "idle_us", "stops", "ascent_m",
         "descent_m", "air_temperature_mc"), "int64",
    ),
    **dict.fromkeys(
        ("capacity_t", "tare_kg", "drag_area_m2", "rolling", "efficiency", "kept",
         "recuperation", "drag_w", "board_w", "idle_w", "cold_w"), "float64",
    ),
}  # fmt: skip

MECHANICS = "equation of motion of a vehicle, e.g. Guzzella & Sciarretta 2013, chapter 2"
WILLANS = "Willans line, e.g. Guzzella & Sciarretta 2013, chapter 3"
OWN = "own definition"

# name, type, unit, keep, formula, meaning, 含义, reference
STEPS = [
    ("load_kg", "float64", "kg", False, "mass_mg / 1e6",
     "Mass of the activity", "活动的货物质量", OWN),
    ("carried_kg", "float64", "kg", False,
     "max(load_kg, coalesce(load_ppm / 1e6 * capacity_t * 1000, load_kg))",
     "Load of the vehicle: its load factor times capacity, at least the mass of the activity",
     "车辆载荷：装载率乘额定载质量，不小于活动质量", OWN),
    ("share", "float64", "1", True, "if_(carried_kg > 0, load_kg / carried_kg, 1)",
     "Share of the activity in the load of the vehicle", "活动占车辆载荷的份额",
     "ISO 14083:2023 annex G"),
    ("gross_kg", "float64", "kg", False, "tare_kg + carried_kg",
     "Mass of vehicle and load", "车货总质量", MECHANICS),
    ("whole_s", "float64", "s", False, "duration_us / 1e6",
     "Time from start to end", "起止时间", OWN),
    ("driving_s", "float64", "s", False, "whole_s - idle_us / 1e6",
     "Time without standing idle", "扣除怠速的行驶时间", OWN),
    ("speed", "float64", "m/s", False, "if_(driving_s > 0, distance_m / driving_s, null)",
     "Mean speed of driving", "平均行驶速度", OWN),
    ("rolling_j", "float64", "J", False, "gross_kg * 9.80665 * rolling * distance_m",
     "Rolling work m g c d", "滚动阻力功 m g c d", MECHANICS),
    ("air_j", "float64", "J", False, "0.6125 * drag_area_m2 * speed * speed * distance_m",
     "Air work ½ ρ A v² d with ρ = 1.225 kg/m³ and the mean speed",
     "空气阻力功 ½ ρ A v² d，ρ = 1.225 kg/m³，取平均速度", MECHANICS + "; ISO 2533 (ρ)"),
    ("climb_j", "float64", "J", False, "gross_kg * 9.80665 * ascent_m",
     "Grade work m g h of all ascents", "爬坡功 m g h", MECHANICS),
    ("fall_j", "float64", "J", False, "gross_kg * 9.80665 * descent_m * kept",
     "What descents give back: m g h times the kept share",
     "下坡回收：m g h 乘保留份额", MECHANICS),
    ("stop_j", "float64", "J", False,
     "0.5 * gross_kg * speed * speed * stops * (1 - recuperation)",
     "Kinetic energy lost at stops: n ½ m v² (1 - recuperated share)",
     "停车损失的动能：n ½ m v²（1 - 回收份额）", MECHANICS),
    ("wheel_j", "float64", "J", False, "max(rolling_j + air_j + climb_j - fall_j + stop_j, 0)",
     "Work at the wheels", "轮边功", MECHANICS),
    ("motor_j", "float64", "J", False, "wheel_j / efficiency + drag_w * driving_s",
     "Energy into the motor: a line in the work with a loss at every load",
     "动力装置输入能：功的线性函数加恒定损失", WILLANS),
    ("idle_j", "float64", "J", False, "idle_w * idle_us / 1e6", "Standing with the engine on", "怠速能耗",
     OWN),
    ("board_j", "float64", "J", False, "board_w * whole_s", "Cabin and auxiliaries",
     "驾驶室与附件能耗", OWN),
    ("cold_j", "float64", "J", False, "cold_w * whole_s", "Refrigeration over all hours",
     "制冷能耗（全程小时）", OWN),
    ("drive_j", "float64", "J", False, "motor_j + idle_j + board_j + cold_j",
     "Energy of the vehicle by physics", "车辆能耗（物理模型）", OWN),
    ("physics_j", "int64", "J", True, "round(drive_j * share)",
     "Energy of the activity by physics, not calibrated", "活动能耗（物理模型，未校准）", OWN),
    ("speed_mmps", "int64", "mm/s", True, "round(speed * 1000)", "Feature: mean speed",
     "特征：平均速度", OWN),
    ("gross_g", "int64", "g", True, "round(gross_kg * 1000)", "Feature: mass of vehicle and load",
     "特征：车货总质量", OWN),
    ("way_m", "int64", "m", True, "round(distance_m)", "Feature: distance", "特征：里程", OWN),
    ("stops_pgm", "int64", "1e-9/m", True, "round(stops / distance_m * 1e9)",
     "Feature: stops per distance", "特征：单位里程停车次数", OWN),
    ("climb_ppm", "int64", "ppm", True, "round(ascent_m / distance_m * 1e6)",
     "Feature: ascent per distance", "特征：单位里程爬升", OWN),
    ("fall_ppm", "int64", "ppm", True, "round(descent_m / distance_m * 1e6)",
     "Feature: descent per distance", "特征：单位里程下降", OWN),
    ("idle_ppm", "int64", "ppm", True, "round(idle_us / whole_s)",
     "Feature: share of time standing idle", "特征：怠速时间占比", OWN),
    ("warmth_mc", "int64", "1e-3 degC", True, "round(air_temperature_mc)",
     "Feature: air temperature", "特征：气温", OWN),
    ("cold_ppm", "int64", "ppm", True, "round(cold_j / drive_j * 1e6)",
     "Feature: share of refrigeration by physics", "特征：制冷能耗占比", OWN),
    ("air_ppm", "int64", "ppm", True, "round(air_j / drive_j * 1e6)",
     "Feature: share of air work by physics", "特征：空气阻力功占比", OWN),
]  # fmt: skip


LEARNED_INPUTS = {"physics_j": "int64", "logarithm": "int64"}
LEARNED = [
    ("learned_j", "int64", "J", True, "round(physics_j * exp(logarithm / 1e15))",
     "Energy by a learned model: physics times exp of the sum of its trees [1e-15]",
     "学习模型能耗：物理模型能耗乘 exp（各树之和，1e-15）", OWN),
]  # fmt: skip
SPECS = {"telemetry": (INPUTS, STEPS), "learned": (LEARNED_INPUTS, LEARNED)}


def build(which: str) -> bytes:
    """Give the canonical bytes of a specification."""
    inputs, lines = SPECS[which]
    steps = [
        {
            "name": name, "type": kind, "unit": unit, "keep": keep,
            "expression": expression(ast.parse(formula, mode="eval").body),
            "meaning": meaning, "含义": zh, "reference": reference,
        }
        for name, kind, unit, keep, formula, meaning, zh, reference in lines
    ]  # fmt: skip
    body = {"spec": which, "version": VERSION, "inputs": inputs, "steps": steps}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    for which in SPECS:
        (TARGET / f"{which}.json").write_bytes(build(which))
