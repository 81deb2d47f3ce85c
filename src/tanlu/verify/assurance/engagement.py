"""The engagement: who verifies what for whom, against which criteria and how exactly.

Words of ISO 14064-3:2019: level of assurance (5.1.3), objectives, criteria and scope (5.1.4 to
5.1.6), materiality threshold (5.1.7).
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError

__all__ = ["LEVELS", "Engagement", "FrameRule", "draft", "engagement_of", "read_engagement"]

# confidence of the bound by level [ppm]; ISO 14064-3 names no figure: 95 % is usual for
# reasonable assurance, 80 % for limited is our assumption
LEVELS = {"limited": 800_000, "reasonable": 950_000}
PERCENT = ("materiality", "performance", "expected", "confidence", "risk")
PPM_OF_PERCENT = 10_000
TEXTS = ("id", "client", "verifier", "scope", "boundary", "period", "profile", "basis", "level")


@dataclass(frozen=True, slots=True)
class FrameRule:
    """Which list, and which of its columns: identity, amount and its unit.

    ``file`` is a path, or ``ledger:NAME`` for the rows that came from one source. ``covers`` are
    the kinds (or their beginnings) that the list is about; all without.
    """

    file: str
    id: str = ""
    size: str = ""
    unit: str = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engagement:
    """What was agreed before the work began; shares are in millionths (ppm).

    ``materiality_ppm`` is 5 % of the total by default, and 2 % is usual above 500 kt: so the
    EU verifies emissions, (EU) 2018/2067 Art. 23. ``performance_ppm`` is a share of materiality,
    50 to 75 % in practice (ISA 320.11 prescribes none): where the likely misstatement is above it,
    more is looked at. ``expected_ppm`` is the misstatement that a careful preparer still has, and
    ``risk_ppm`` how often such a preparer may be troubled for nothing. ``inventory`` is the
    boundary file of an organisation whose consolidated inventory is verified, in place of the sum
    of the ledger.
    """

    id: str
    client: str
    verifier: str
    criteria: tuple[str, ...]
    scope: str
    boundary: str
    period: str
    profile: str
    basis: str
    level: str = "reasonable"
    materiality_ppm: int = 50_000
    performance_ppm: int = 750_000
    expected_ppm: int = 10_000
    confidence_ppm: int = 950_000
    risk_ppm: int = 100_000
    by_risk: bool = False
    inventory: str = ""
    intended_user: str = ""
    frame: FrameRule | None = None

    def payload(self) -> dict[str, Any]:
        """Give it as a map of texts and integers, for a statement."""
        told = asdict(self) | {"criteria": list(self.criteria)}
        if self.frame is not None:
            told["frame"] = asdict(self.frame) | {"covers": list(self.frame.covers)}
        return told

    @classmethod
    def told(cls, payload: dict[str, Any]) -> Engagement:
        """Give the engagement that a statement tells.

        Raises
        ------
        TanluError
            TL755 when it is none.
        """
        try:
            frame = payload["frame"]
            if frame is not None:
                frame = FrameRule(**(frame | {"covers": tuple(frame["covers"])}))
            return cls(**(payload | {"criteria": tuple(payload["criteria"]), "frame": frame}))
        except (KeyError, TypeError) as error:
            raise TanluError("TL755", value="plan", why=str(error)) from error


def read_engagement(path: Path) -> Engagement:
    """Give the engagement in a TOML file.

    Raises
    ------
    TanluError
        TL755 with the key that is wrong and why; TL004 is the shell's for a file that is not there.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TanluError("TL755", value=path.name, why=str(error)) from error
    return engagement_of(told)


def engagement_of(told: dict[str, Any]) -> Engagement:
    """Give the engagement that the keys of a file say; percentages as numbers or texts."""
    known = {
        *TEXTS,
        "criteria",
        "by_risk",
        "inventory",
        "intended_user",
        "frame",
        *(f"{name}_percent" for name in PERCENT),
    }
    for key in told:
        if key not in known:
            raise TanluError("TL755", value=key, why=f"known / 已知: {', '.join(sorted(known))}")
    for key in TEXTS[:-1]:
        if not isinstance(told.get(key), str) or not told[key].strip():
            raise TanluError("TL755", value=key, why="a text is needed / 须填写")
    level = told.get("level", "reasonable")
    if level not in LEVELS:
        raise TanluError("TL755", value="level", why=" | ".join(LEVELS))
    criteria = told.get("criteria", [])
    if not isinstance(criteria, list) or not criteria or not all(map(_texts, criteria)):
        raise TanluError("TL755", value="criteria", why='["ISO 14083:2023"]')
    shares: dict[str, Any] = {"confidence_ppm": LEVELS[level]} | {
        f"{name}_ppm": _ppm(told, f"{name}_percent")
        for name in PERCENT
        if f"{name}_percent" in told
    }
    texts: dict[str, Any] = {key: told[key] for key in TEXTS[:-1]}
    made = Engagement(
        **texts,
        level=level,
        criteria=tuple(criteria),
        by_risk=told.get("by_risk", False) is True,
        inventory=str(told.get("inventory", "")),
        intended_user=str(told.get("intended_user", "")),
        frame=_frame(told["frame"]) if "frame" in told else None,
        **shares,
    )
    if made.expected_ppm >= made.materiality_ppm:
        raise TanluError("TL755", value="expected_percent", why="< materiality_percent")
    return made


def _frame(told: object) -> FrameRule:
    names = [field.name for field in fields(FrameRule)]
    if not isinstance(told, dict) or set(told) - set(names) or "file" not in told:
        raise TanluError("TL755", value="[frame]", why=", ".join(names))
    covers = told.get("covers", [])
    texts = {name: told.get(name, "") for name in names[:-1]}
    good = isinstance(covers, list) and all(map(_texts, covers)) and bool(texts["file"])
    if not good or not all(isinstance(value, str) for value in texts.values()):
        raise TanluError("TL755", value="[frame]", why='file = "gate.csv", covers = ["transport"]')
    return FrameRule(**texts, covers=tuple(covers))


def _texts(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _ppm(told: dict[str, Any], key: str) -> int:
    try:
        share = Decimal(str(told[key])) * PPM_OF_PERCENT
    except InvalidOperation as error:
        raise TanluError("TL755", value=key, why=f"{told[key]} ≠ %") from error
    if not 0 < share < 100 * PPM_OF_PERCENT or share != share.to_integral_value():
        raise TanluError("TL755", value=key, why="0 < % < 100, ≤ 4 decimals / 小数不超过 4 位")
    return int(share)


def draft(*, id: str, period: str, profile: str, basis: str, criteria: str) -> str:  # noqa: A002
    """Give the text of an engagement file to fill in; every key stands in it with its default."""
    told = {
        "id": id, "client": "", "verifier": "", "criteria": [criteria], "scope": "", "boundary": "",
        "period": period, "profile": profile, "basis": basis,
    }  # fmt: skip
    usual: dict[str, Any] = {field.name: field.default for field in fields(Engagement)}
    lines = [f"{key} = {_toml(value)}{_why(key)}" for key, value in told.items()]
    lines.append(f'intended_user = ""{_why("intended_user")}')
    lines.append(f'level = "{usual["level"]}"{_why("level")}')
    for name in PERCENT:
        share = Decimal(int(usual[f"{name}_ppm"])) / PPM_OF_PERCENT
        lines.append(f"{name}_percent = {share.normalize():f}{_why(name)}")
    lines += [f"by_risk = false{_why('by_risk')}", INVENTORY, "", *FRAME]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    said = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'


def _why(key: str) -> str:
    return f"  # {WHY[key]}" if key in WHY else ""


INVENTORY = (
    '# inventory = "organisation.toml"  # an organisation, consolidated / 按组织边界合并的清单'
)
FRAME = (
    "# what somebody else counted; without it nobody sees what was left out / 独立框架，用于查漏报",
    "# [frame]",
    '# file = "gate.csv"             # or "ledger:NAME OF A SOURCE" / 或 "ledger:来源"',
    '# id = "waybill"',
    '# size = "tkm"',
    '# unit = "t·km"                 # t·km, MJ, L, kg …',
    '# covers = ["transport.road"]   # kinds of activity that it is about / 所涉活动类别',
)
WHY = {
    "client": "who reports / 报告方",
    "verifier": "who verifies / 核查机构",
    "criteria": "what the statement must meet / 准则",
    "scope": "activities, gases, boundaries / 范围",
    "boundary": "organisation or product / 边界",
    "intended_user": "who will rely on it / 预期使用者",
    "level": "limited | reasonable / 有限 | 合理",
    "materiality": "of the total; 2 above 500 kt, (EU) 2018/2067 Art. 23 / 占总量；500 kt 以上为 2",
    "performance": "of materiality, 50 to 75 / 占实质性阈值，50 至 75",
    "expected": "misstatement that you expect / 预期错报",
    "confidence": "of the bound; 95 reasonable, 80 limited / 置信度",
    "risk": "of troubling an honest preparer / 误拒风险",
    "by_risk": "more units where the register sees more risk / 按风险分配样本",
}
