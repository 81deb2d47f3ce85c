"""The page of the API, from the description that the server gives of itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

SAYS = {
    "en": ("API", "Every operation as `/openapi.json` describes it. The rules that hold for all of "
           "them stand in [](../howto/use-the-api.md). Each path below `/epcis` answers `OPTIONS` "
           "too, with versions, forms and limits in its headers.",
           ("what is told", "kind", "meaning"), "Who may", "all roles", "anybody", "key with",
           "Answers", "Problem (RFC 9457) with one of our codes", "required",
           "Columns of this table choose rows", "Takes"),
    "zh": ("接口", "与 `/openapi.json` 的描述一致的每个操作。通用规则见 [](../howto/use-the-api.md)。"
           "`/epcis` 下的每个路径也应答 `OPTIONS`，以标头说明版本、格式与限额。",
           ("参数", "类型", "含义"), "可由", "所有角色", "任何人", "密钥须含",
           "应答", "问题说明（RFC 9457），含本系统代码", "必填", "下列列可用于筛选", "接收"),
}  # fmt: skip
COMMON = {"as_of", "lang", "limit", "after", "period", "columns", "Idempotency-Key"}
MANY = 12


def api(tongue: str) -> str:
    """The page of the API."""
    told = _described()
    title, lead, *_ = SAYS[tongue]
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            if method == "options":
                continue
            by_tag.setdefault(operation["tags"][-1], []).append((method, path, operation))
    lines = [f"# {title}", "", lead]
    for tag, operations in by_tag.items():
        lines += ["", f"## {tag}"]
        for method, path, operation in operations:
            lines += _operation(tongue, method, path, operation)
    return "\n".join(lines) + "\n"


def _described() -> dict[str, Any]:
    """What the whole application says of itself; it needs a ledger, if an empty one."""
    from tanlu.serve.application import application
    from tanlu.serve.resources import describe
    from tanlu.store import open_workspace

    with tempfile.TemporaryDirectory() as folder:
        open_workspace(Path(folder) / "books", create=True)
        app = application(Path(folder) / "books")
        try:
            return describe(app)
        finally:
            app.state.home.close()


def _operation(tongue: str, method: str, path: str, told: dict[str, Any]) -> list[str]:
    _, _, heads, who, every, anybody, key, answers, problem, needed, cuts, takes = SAYS[tongue]
    chinese = tongue == "zh"
    summary = told.get("x-summary-zh", told["summary"]) if chinese else told["summary"]
    lines = ["", f"### {summary}", "", f"`{method.upper()} {path}` · `{told['operationId']}`", ""]
    if not chinese:
        lines += [" ".join(told["description"].split()), ""]
    roles = told.get("x-tanlu-roles")
    names = anybody if roles is None else every if len(roles) == 7 else ", ".join(roles)
    scope = told.get("x-tanlu-scope")
    lines.append(f"{who}: {names}" + (f"; {key} `{scope}`" if scope else ""))
    parameters = [each for each in told.get("parameters", ()) if each["name"] not in COMMON]
    if len(parameters) > MANY:
        lines += ["", f"{cuts}: " + ", ".join(f"`{each['name']}`" for each in parameters)]
    elif parameters:
        lines += ["", _row(heads), _row(("---",) * 3)]
        lines += [_parameter(tongue, each, needed) for each in parameters]
    if "requestBody" in told:
        lines += [
            "",
            f"{takes}: " + " ".join(f"`{each}`" for each in told["requestBody"]["content"]),
        ]
    found = told["responses"]
    good = [_answer(status, said) for status, said in found.items() if status < "3"]
    return [*lines, "", f"{answers}: {', '.join(good)}; {problem}"]


def _parameter(tongue: str, told: dict[str, Any], needed: str) -> str:
    schema = told["schema"]
    kind = " ".join(map(str, schema["enum"])) if "enum" in schema else _kind(schema)
    must = f" ({needed})" if told.get("required") else ""
    said = told.get("description", "")
    if " · " in said:
        said = said.split(" · ")[1 if tongue == "zh" else 0]
    return _row((f"`{told['name']}`", kind + must, said))


def _kind(schema: dict[str, Any]) -> str:
    some = [each.get("type", "") for each in schema.get("anyOf", [schema])]
    return " ".join(each for each in some if each)


def _answer(status: str, told: dict[str, Any]) -> str:
    return " ".join([status, *(f"`{media}`" for media in told.get("content", ()))])


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
