"""The thresholds of every rule as data, each with reason and source; a user's file changes some."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tanlu.errors import TanluError
from tanlu.terms.rules import Limits, Rule, limits_of, rules_of, table

__all__ = ["ROOM", "Limits", "limits", "name_of", "named", "word"]

ROOM = "tanlu.verify.plausibility"
Asked = Mapping[str, Mapping[str, float]] | str | Path | None


def named() -> dict[str, Rule]:
    """Give every rule by its name, in the order of ``rules.csv``."""
    return rules_of(ROOM)


def name_of(rule: str, language: str) -> str:
    """Give the name of a rule, or of the first rule with that code."""
    found = named().get(rule) or next(each for each in named().values() if each.code == rule)
    return found.zh if language.startswith("zh") else found.en


def word(key: str, language: str, **fields: object) -> str:
    """Give the sentence that says why something was not checked."""
    row = next(row for row in table(ROOM, "words.csv") if row["key"] == key)
    return row["zh" if language.startswith("zh") else "en"].format(**fields)


def limits(asked: Asked = None) -> Limits:
    """Give the thresholds of all rules, with those that a user states in place of the usual ones.

    Parameters
    ----------
    asked
        ``{"speed": {"road": 110}}``, or a file: TOML with a table for each rule, or CSV with
        columns ``rule, parameter, value``. ``on = 0`` leaves a rule out.

    Raises
    ------
    TanluError
        TL765 for an unknown rule or parameter, or a value that is no number.
    """
    found = limits_of(ROOM)
    told = _read(Path(asked)) if isinstance(asked, str | Path) else (asked or {})
    for rule, values in told.items():
        if rule not in found:
            raise TanluError("TL765", value=rule, known=", ".join(found))
        if not isinstance(values, Mapping):
            raise TanluError("TL765", value=rule, known=", ".join(found[rule]))
        for name, value in values.items():
            if name not in found[rule]:
                raise TanluError("TL765", value=f"{rule}.{name}", known=", ".join(found[rule]))
            found[rule][name] = _number(value, f"{rule}.{name}")
    return found


def _number(value: object, name: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise TanluError("TL765", value=f"{name} = {value}", known="0, 0.02, 4 …")
    return number


def _read(path: Path) -> dict[str, dict[str, float]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TanluError("TL765", value=path, known="UTF-8") from error
    if path.suffix.lower() == ".toml":
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TanluError(
                "TL765", value=f"{path}: {error}", known="[speed] road = 110"
            ) from error
    found: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(text.splitlines()):
        if not {"rule", "parameter", "value"} <= set(row):
            raise TanluError("TL765", value=path, known="rule,parameter,value")
        name = f"{row['rule']}.{row['parameter']}"
        found.setdefault(row["rule"], {})[row["parameter"]] = _number(row["value"], name)
    return found
