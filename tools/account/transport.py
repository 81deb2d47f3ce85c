"""Write src/tanlu/account/spec/transport.json: the formulas of a leg, from readable lines.

Each step is a line of arithmetic that this script turns into the grammar of calculation
specifications. Run it after an edit and raise VERSION; a test compares its output with the file.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

VERSION = "2"
TARGET = Path(__file__).resolve().parents[2] / "src/tanlu/account/spec/transport.json"
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o", "unsplit")
GASES_ZH = ("化石 CO2", "生物源 CO2", "化石 CH4", "生物源 CH4", "N2O", "未拆分的 CO2e")

INPUTS: dict[str, str] = {
    "kind": "string",
    "mass_mg": "int64",
    "distance_m": "int64",
    "distance_type": "string",
    "energy_j": "int64",
    "volume_ml": "int64",
    "count": "int64",
    "teu_milli": "int64",
    "amount_fen": "int64",
    "load_ppm": "int64",
    "empty_ppm": "int64",
    "quality": "int64",
    "circuity": "float64",
    "split": "float64",
    "assumption_sigma": "float64",
    "form": "string",
    "rate_empty": "float64",
    "rate_slope": "float64",
    "capacity_t": "float64",
    "load_default": "float64",
    "empty_default": "float64",
    "temperature_uplift": "float64",
    "distance_basis": "string",
    "daf_default": "float64",
    "energy_mj_per_x": "float64",
    "mj_per_l": "float64",
    "mj_per_kg": "float64",
    "usd_per_fen": "float64",
    "sigma_ln": "float64",
    **{f"{b}_{g}_g": "float64" for b in ("ttw", "wtt") for g in ("co2e", *GASES)},
}

# name, type, unit, keep, formula, meaning, 含义, reference
STEPS: list[tuple[str, str, str, bool, str, str, str, str]] = [
    (
        "teu",
        "float64",
        "TEU",
        False,
        "teu_milli / 1000",
        "Container capacity",
        "标箱数",
        "GLEC v3 module 2",
    ),
    (
        "mass_t",
        "float64",
        "t",
        False,
        "coalesce(mass_mg / 1e9, teu * 10)",
        "Gross mass; 10 t a TEU where only containers are known (code A-TEU-MASS)",
        "毛重；仅知标箱时按每标箱 10 吨（代码 A-TEU-MASS）",
        "ISO 14083:2023 6.2; GLEC v3 section 1",
    ),
    (
        "boxes_teu",
        "float64",
        "TEU",
        False,
        "coalesce(teu, mass_t / 10)",
        "Container capacity; one TEU for 10 t where only mass is known (code A-MASS-TEU)",
        "标箱；仅知质量时每 10 吨一标箱（代码 A-MASS-TEU）",
        "GLEC v3 section 1",
    ),
    (
        "distance_km",
        "float64",
        "km",
        False,
        "distance_m / 1000",
        "Distance as given",
        "给定距离",
        "ISO 14083:2023 6.3",
    ),
    (
        "load",
        "float64",
        "1",
        True,
        "coalesce(load_ppm / 1e6, load_default)",
        "Load factor, the activity's own before the default (code A-LOAD)",
        "装载率：先用活动自身值，否则用缺省（代码 A-LOAD）",
        "ISO 14083:2023 3.1",
    ),
    (
        "empty",
        "float64",
        "1",
        True,
        "coalesce(empty_ppm / 1e6, empty_default)",
        "Empty kilometres over all kilometres, own before default (code A-EMPTY)",
        "空驶里程占总里程：先用自身值，否则用缺省（代码 A-EMPTY）",
        "ISO 14083:2023 3.1",
    ),
    (
        "payload_t",
        "float64",
        "t",
        True,
        "load * capacity_t",
        "Mean load on loaded kilometres",
        "载重里程上的平均载荷",
        "GLEC v3 module 2",
    ),
    (
        "to_sfd",
        "float64",
        "1",
        False,
        "if_(distance_type == 'gcd', coalesce(circuity, 1), "
        "if_(distance_type == 'actual', 1 / daf_default, 1))",
        "From the distance given to the shortest feasible one",
        "由给定距离换算为最短可行距离",
        "GLEC v3 section 1, distance adjustment factor",
    ),
    (
        "from_sfd",
        "float64",
        "1",
        False,
        "if_(distance_basis == 'gcd', 1 / coalesce(circuity, 1), "
        "if_(distance_basis == 'actual', daf_default, 1))",
        "From the shortest feasible distance to the one the rate counts",
        "由最短可行距离换算为费率所计距离",
        "GLEC v3 section 1, distance adjustment factor",
    ),
    (
        "daf_air",
        "float64",
        "1",
        False,
        "if_(distance_km <= 0, 1, if_(distance_basis == 'actual', (distance_km + 95) / distance_km, "
        "if_(and_(distance_type == 'actual', distance_km > 95), (distance_km - 95) / distance_km, 1)))",
        "Air: 95 km more than the great circle when the rate counts flown kilometres",
        "航空：费率按实飞里程计时，大圆距离加 95 公里",
        "ISO 14083:2023 6.3; GLEC v3 module 2, air",
    ),
    (
        "daf",
        "float64",
        "1",
        False,
        "if_(or_(is_null(distance_basis), is_null(distance_type), distance_basis == distance_type), "
        "1, if_(kind == 'transport.air', daf_air, to_sfd * from_sfd))",
        "Distance adjustment: 1 when rate and activity count the same distance, else computed",
        "距离调整系数：费率与活动口径相同则为 1，否则由口径算出",
        "ISO 14083:2023 6.3",
    ),
    (
        "adjusted_km",
        "float64",
        "km",
        True,
        "distance_km * daf",
        "Distance of the kind that the rate counts",
        "费率口径的距离",
        "ISO 14083:2023 6.3",
    ),
    (
        "energy_mj",
        "float64",
        "MJ",
        False,
        "coalesce(energy_j / 1e6, volume_ml / 1000 * mj_per_l, mass_mg / 1e6 * mj_per_kg)",
        "Energy as metered, else volume or mass times the lower heating value",
        "计量能量，否则体积或质量乘低位热值",
        "ISO 14083:2023 8",
    ),
    (
        "quantity",
        "float64",
        "by form",
        True,
        "if_(form == 'tkm', mass_t * adjusted_km, if_(form == 'teukm', boxes_teu * adjusted_km, "
        "if_(form == 't', mass_t, if_(form == 'item', count * 1, if_(form == 'km', adjusted_km, "
        "if_(form == 'mj', energy_mj, if_(form == 'kg', mass_mg / 1e6, "
        "if_(form == 'l', volume_ml / 1000, if_(form == 'teu', teu, "
        "if_(form == 'pkm', coalesce(count, 1) * adjusted_km, "
        "if_(form == 'money', amount_fen * usd_per_fen, null)))))))))))",
        "What the rate multiplies: t.km, TEU.km, t, items, km, MJ, kg or L",
        "费率所乘的量：吨公里、标箱公里、吨、件、公里、MJ、千克或升",
        "ISO 14083:2023 6, 7, 8",
    ),
    (
        "rate",
        "float64",
        "x/unit",
        True,
        "if_(rate_empty == 0, rate_slope * 1, if_(form == 'km', "
        "rate_empty / (1 - empty) + rate_slope * mass_t, "
        "rate_empty / ((1 - empty) * payload_t) + rate_slope))",
        "Load curve a / ((1 - empty) payload) + b; a scalar rate has a = 0",
        "载荷曲线 a / ((1 - 空驶) 载荷) + b；标量费率 a = 0",
        "GLEC v3 module 2 and annex, load curve",
    ),
    (
        "x",
        "float64",
        "x",
        True,
        "quantity * rate * coalesce(temperature_uplift, 1) * coalesce(split, 1)",
        "Energy or other base that carries the gases, with temperature control; split is a fuel's "
        "share of a blend",
        "承载气体的能量或其他基数，含温控；split 为混合燃料中该燃料所占份额",
        "ISO 14083:2023 8",
    ),
    (
        "energy_used_j",
        "int64",
        "J",
        True,
        "round(x * energy_mj_per_x * 1e6)",
        "Energy of the leg",
        "该段能源消耗",
        "ISO 14083:2023 8",
    ),
    (
        "transport_kgm",
        "int64",
        "kg.m",
        True,
        "round(mass_t * distance_km * 1e6)",
        "Transport activity on the distance as given, without adjustment",
        "按给定距离计的运输活动量，不含调整",
        "ISO 14083:2023 6",
    ),
    (
        "daf_ppm",
        "int64",
        "ppm",
        True,
        "round(daf * 1e6)",
        "Distance adjustment applied",
        "所用距离调整系数",
        "ISO 14083:2023 6.3",
    ),
    (
        "quality_sigma",
        "float64",
        "1",
        False,
        "if_(quality == 1, 0, if_(quality == 2, 0.024395082, if_(quality == 4, 0.091160778, "
        "if_(quality == 5, 0.202732554, 0.04765509))))",
        "ln(U)/2 of reliability 1, 1.05, 1.1, 1.2, 1.5; not stated counts as 3",
        "可靠性 1、1.05、1.1、1.2、1.5 的 ln(U)/2；未注明按 3 级",
        "ecoinvent pedigree v1, reliability",
    ),
    (
        "sigma",
        "float64",
        "1",
        False,
        "sqrt(sigma_ln * sigma_ln + coalesce(assumption_sigma, 0) * coalesce(assumption_sigma, 0) "
        "+ quality_sigma * quality_sigma)",
        "Standard deviation of ln: factor, assumptions and data quality are independent",
        "对数标准差：因子、假设与数据质量相互独立",
        "IPCC 2006 vol. 1 ch. 3, equation 3.1",
    ),
    (
        "sigma_ln_ppm",
        "int64",
        "ppm",
        True,
        "round(sigma * 1e6)",
        "The same in millionths",
        "同上，百万分数",
        "IPCC 2006 vol. 1 ch. 3",
    ),
    (
        "spread",
        "float64",
        "1",
        False,
        "exp(1.96 * sigma)",
        "95 % factor",
        "95% 系数",
        "IPCC 2006 vol. 1 ch. 3",
    ),
]


def boundary_steps() -> list[tuple[str, str, str, bool, str, str, str, str]]:
    """Give the steps of each boundary: CO2e, its interval and each gas, rounded once."""
    steps = []
    for b, name, zh in (("ttw", "tank to wheel", "使用阶段"), ("wtt", "well to tank", "上游阶段")):
        exact, clause = f"{b}_exact", "ISO 14083:2023 5.2, 8"
        steps += [
            (
                exact,
                "float64",
                "ug",
                False,
                f"x * {b}_co2e_g * 1e6",
                f"CO2e, {name}, not rounded",
                f"{zh} CO2e，未取整",
                clause,
            ),
            (
                f"{b}_co2e_ug",
                "int64",
                "ug",
                True,
                f"round({exact})",
                f"CO2e, {name}",
                f"{zh} CO2e",
                clause,
            ),
            (
                f"{b}_lower_ug",
                "int64",
                "ug",
                True,
                f"round(min({exact} / spread, {exact} * spread))",
                "Lower end of 95 %",
                "95% 下限",
                "IPCC 2006 vol. 1 ch. 3",
            ),
            (
                f"{b}_upper_ug",
                "int64",
                "ug",
                True,
                f"round(max({exact} / spread, {exact} * spread))",
                "Upper end of 95 %",
                "95% 上限",
                "IPCC 2006 vol. 1 ch. 3",
            ),
        ]
        steps += [
            (
                f"{b}_{gas}_ug",
                "int64",
                "ug",
                True,
                f"round(x * {b}_{gas}_g * 1e6)",
                f"{gas}, {name}",
                f"{zh} {gas_zh}",
                clause,
            )
            for gas, gas_zh in zip(GASES, GASES_ZH, strict=True)
        ]
    return steps


BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
COMPARE = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}


def expression(node: ast.expr) -> Any:
    """Give the grammar's form of a Python expression."""
    match node:
        case ast.Name(id="null"):
            return ["div", {"n": "0"}, {"n": "0"}]
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str(text)):
            return {"s": text}
        case ast.Constant(value=number):
            return {"n": repr(number)}
        case ast.BinOp(left=left, op=op, right=right):
            return [BINARY[type(op)], expression(left), expression(right)]
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return [COMPARE[type(op)], expression(left), expression(right)]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return [name.rstrip("_"), *map(expression, arguments)]
    raise ValueError(ast.dump(node))


def build() -> bytes:
    """Give the canonical bytes."""
    steps = [
        {
            "name": name,
            "type": kind,
            "unit": unit,
            "keep": keep,
            "expression": expression(ast.parse(formula, mode="eval").body),
            "meaning": meaning,
            "含义": zh,
            "reference": reference,
        }
        for name, kind, unit, keep, formula, meaning, zh, reference in STEPS + boundary_steps()
    ]
    body = {"spec": "transport", "version": VERSION, "inputs": INPUTS, "steps": steps}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


if __name__ == "__main__":
    TARGET.write_bytes(build())
