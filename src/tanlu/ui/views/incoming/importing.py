"""导入: a file in by steps: upload, columns, rehearsal, reading, quantifying; each an address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.errors import TanluError, say
from tanlu.monitor import Answers, fields, meanings_of, units_of
from tanlu.serve.importing import Import
from tanlu.serve.importing import steps as importing
from tanlu.serve.jobs import REFUSED, refused_rows
from tanlu.terms import kinds
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.naming import known_as

__all__ = ["VIEWS", "file_in", "form_text", "progress"]

OWNERS = ("manager", "operator")
BRINGERS = (*OWNERS, "supplier")
STEPS = ("upload", "columns", "rehearse", "read", "quantify")
MOST_SHOWN = 200
MAP, UNIT, FORM, WORD = "map:", "unit:", "format:", "word:"
OVER = ("done", "failed", "cancelled", "broken")
ROWS = ("rows_in", "rows_new", "rows_known", "rows_quarantined")


def show(context: Context) -> Shown | Moved:
    """Give the first step: where a file is chosen, and the uploads that wait."""
    if context.request.method == "POST":
        try:
            return Moved(context.url("import.columns", upload=file_in(context)))
        except TanluError as error:
            return _first(context, error.say(context.language), 422)
    return _first(context)


def _first(context: Context, wrong: str = "", status: int = 200) -> Shown:
    who = known_as(context)
    waiting = [_waits(context, each, who(each.by)) for each in importing.imports(context.asked)]
    model = {"steps": _steps(context), "now": 1, "wrong": wrong, "waiting": waiting}
    return Shown("import/first.html", model, status=status)


def file_in(context: Context) -> str:
    """Keep the file of a form and give its upload."""
    given: Any = context.form.get("file") if context.form is not None else None
    if given is None or isinstance(given, str) or not given.filename:
        raise TanluError("TL486", value=context.words("import.no_file"))
    request = form_text(context, "request")
    return importing.take(context.asked, given.file, given.filename, request=request)


def form_text(context: Context, name: str) -> str:
    """Give a text of a form, empty where it has none."""
    found = context.form.get(name, "") if context.form is not None else ""
    return found if isinstance(found, str) else ""


def _waits(context: Context, each: Import, by: str) -> dict[str, Any]:
    n, step = context.numbers, _reached(each)
    return {
        "name": each.name, "size": f"{n.number(each.bytes / 1000, 1)} kB", "by": by,
        "when": n.moment(each.created_us), "step": context.words(f"import.step.{step}"),
        "href": context.url(f"import.{step}", upload=each.upload),
        "submitted": bool(each.submitted_us),
    }  # fmt: skip


def _reached(each: Import) -> str:
    for step in reversed(STEPS[2:]):
        if step in each.jobs:
            return str(step)
    return "rehearse" if each.mapping else "columns"


def _steps(context: Context) -> list[str]:
    return [context.words(f"import.step.{name}") for name in STEPS]


def columns(context: Context) -> Shown | Moved:
    """Give every column with what it may be; take what a person says of them, or a mapping."""
    upload = context.path("upload")
    wrong, status = "", 200
    if context.request.method == "POST":
        try:
            if _told(context, upload):
                return Moved(context.url("import.rehearse", upload=upload))
        except TanluError as error:
            wrong, status = error.say(context.language), 422
    known = importing.one(context.asked, upload)
    dialect, found = importing.listed(context.asked, upload)
    made = importing.proposed(context.asked, upload)
    t = context.words
    model = {
        "steps": _steps(context), "now": 2, "upload": known, "wrong": wrong,
        "written": _written(context, dialect),
        "columns": [_column(context, known, each) for each in found],
        "fields": [(name, t(f"import.field.{name}")) for name in fields() if "." not in name],
        "unit_fields": [(f"{name}.unit", t(f"import.field.{name}.unit"))
                        for name in ("mass_mg", "distance_m")],
        "no_kind": all(each.field != "kind" for each in found),
        "kind": known.answers.kind if known.answers else "",
        "kinds": _kinds(context), "open": [_plain(line) for line in made.open],
        "noted": made.noted,
        "mapping": known.mapping or made.text,
        "brought": bool(known.mapping) and known.answers is None,
    }  # fmt: skip
    return Shown("import/columns.html", model, known.name, status=status)


def _written(context: Context, dialect: Any) -> str:
    """Give how a file is written, as far as that is known."""
    t, found = context.words, [dialect.format.upper()]
    found += [
        t(f"import.written.{name}", value=getattr(dialect, name))
        for name in ("encoding", "sheet") if getattr(dialect, name)
    ]  # fmt: skip
    if dialect.rows is not None:
        found.append(t("import.written.rows", value=context.numbers.count(dialect.rows)))
    return " · ".join(found)


def _plain(line: str) -> str:
    return line.partition("  # ")[2] or line


def _kinds(context: Context) -> list[tuple[str, str]]:
    known = kinds.kinds()
    return [(name, known[name].zh if context.language == "zh" else known[name].en)
            for name in meanings_of("kind")]  # fmt: skip


def _column(context: Context, known: Import, each: Any) -> dict[str, Any]:
    t, said = context.words, known.answers
    units = [] if "." in each.field else list(units_of(each.field))
    unit = (said.units.get(each.column) if said else None) or each.unit
    if unit and unit not in units:
        units.insert(0, unit)
    meanings = [(name, name) for name in meanings_of(each.field)] if each.words else []
    if each.field == "kind":
        meanings = _kinds(context)
    told = said.meanings.get(each.field, {}) if said else {}
    return {
        "name": each.column, "samples": each.samples, "field": each.field, "sure": each.sure,
        "sure_said": t(f"import.sure.{each.sure}") if each.sure else t("import.sure.none"),
        "kind": {"exact": "yes", "likely": "modelled", "said": "plain"}.get(each.sure, "missing"),
        "units": units, "unit": unit, "declared": bool(each.unit), "choices": each.choices,
        "formats": each.formats, "format": (said.formats.get(each.column) if said else "") or "",
        "words": [(word, told.get(word) or known_as) for word, known_as in each.words.items()],
        "meanings": meanings,
    }  # fmt: skip


def _told(context: Context, upload: str) -> bool:
    """Keep what the form says; tell whether the mapping is whole."""
    brought: Any = context.form.get("mapping_file") if context.form is not None else None
    if brought is not None and not isinstance(brought, str) and brought.filename:
        text = brought.file.read(1 << 20).decode("utf-8-sig", "replace")
        importing.mapped(context.asked, upload, text)
        return True
    if form_text(context, "act") == "mapping":
        importing.mapped(context.asked, upload, form_text(context, "mapping").replace("\r\n", "\n"))
        return True
    _, found = importing.listed(context.asked, upload)
    made = importing.answered(context.asked, upload, _answers(context, found))
    return not made.open and form_text(context, "act") != "again"


def _answers(context: Context, found: Any) -> Answers:
    said: dict[str, str] = {}
    units: dict[str, str] = {}
    formats: dict[str, str] = {}
    meanings: dict[str, dict[str, str]] = {}
    for place, each in enumerate(found):
        said[each.column] = form_text(context, f"{MAP}{place}")
        if unit := form_text(context, f"{UNIT}{place}").strip()[:40]:
            units[each.column] = unit
        if form := form_text(context, f"{FORM}{place}").strip()[:60]:
            formats[each.column] = form
        for number, word in enumerate(each.words):
            if meaning := form_text(context, f"{WORD}{place}:{number}"):
                meanings.setdefault(each.field, {})[word] = meaning
    known = {*fields(), ""}
    said = {column: field if field in known else "" for column, field in said.items()}
    return Answers(said, units, formats, meanings, form_text(context, "kind"))


def mapping(context: Context) -> Shown:
    """Give the mapping of an upload as a file."""
    known = importing.one(context.asked, context.path("upload"))
    text = known.mapping or importing.proposed(context.asked, known.upload).text
    return _file(text, "mapping.toml", "text/plain")


def refused(context: Context) -> Shown:
    """Give the rows that the rehearsal refuses as a file."""
    known = importing.one(context.asked, context.path("upload"))
    path = context.request.app.state.jobs.file(
        context.asked.tenant, known.jobs.get("rehearse", "none"), REFUSED
    )
    return _file(path.read_text(encoding="utf-8"), "refused.csv", "text/csv")


def _file(text: str, name: str, media: str) -> Shown:
    headers = {"Content-Type": f"{media}; charset=utf-8",
               "Content-Disposition": f'attachment; filename="{name}"'}  # fmt: skip
    return Shown("incoming/plain.txt", {"text": text}, headers=headers)


def progress(context: Context, name: str | None) -> dict[str, Any] | None:
    """Give a job as a page shows it; None where there is none."""
    if not name:
        return None
    told: dict[str, Any] = context.request.app.state.jobs.told(
        context.asked.tenant, name, context.language
    )
    total = told["total"] or 0
    n = context.numbers
    return {
        **told, "over": told["state"] in OVER,
        "share": min(1.0, told["done"] / total) if total else 0.0,
        "said": f"{n.count(told['done'])} / {n.count(told['total'])}",
        "error": (told["error"] or {}).get("title", ""),
    }  # fmt: skip


def _stepping(context: Context, step: str) -> Shown | Moved:
    upload = context.path("upload")
    if context.request.method == "POST":
        jobs = context.request.app.state.jobs
        if form_text(context, "act") == "cancel":
            known = importing.one(context.asked, upload)
            if name := known.jobs.get(step):
                jobs.cancel(context.asked.tenant, name)
        else:
            importing.run(context.asked, jobs, upload, step)
        return Moved(context.url(f"import.{step}", upload=upload))
    known = importing.one(context.asked, upload)
    if not known.mapping and step != "quantify":
        return Moved(context.url("import.columns", upload=upload))
    job = progress(context, known.jobs.get(step))
    result = job["result"] if job and job["state"] == "done" else None
    model = {
        "steps": _steps(context), "now": STEPS.index(step) + 1, "step": step, "upload": known,
        "job": job, "result": result, "rows": _rows(context, result),
        "codes": _codes(context, result, "quarantined"),
        "noticed": _codes(context, result, "findings"), "refused": [],
        "owner": bool(context.principal and context.principal.role in OWNERS),
        "read_done": "read" in known.jobs, "poll": job is not None and not job["over"],
        "submitted": known.submitted_us,
    }  # fmt: skip
    if step == "rehearse" and result and result["rows_quarantined"]:
        path = context.request.app.state.jobs.file(
            context.asked.tenant, known.jobs["rehearse"], REFUSED)  # fmt: skip
        model["refused"] = [
            {**row, "said": say(row["code"], language=context.language, value=row["value"],
                                columns=row["column"], why="…", near="…")}
            for row in refused_rows(path, MOST_SHOWN)
        ]  # fmt: skip
    if step == "quantify" and result:
        model["made"] = _made(context, result)
    return Shown("import/step.html", model, known.name, fragment="import/job.html")


def _rows(context: Context, result: dict[str, Any] | None) -> list[tuple[str, str]]:
    if not result or "rows_in" not in result:
        return []
    return [(context.words(f"import.{name}"), context.numbers.count(result[name]))
            for name in ROWS]  # fmt: skip


def _codes(context: Context, result: dict[str, Any] | None, name: str) -> list[dict[str, Any]]:
    # what a quantification finds is told by its own figures
    if not result or "quarantined" not in result:
        return []
    return [
        {"code": code, "count": context.numbers.count(count),
         "said": context.words.of_code(code)}
        for code, count in result[name].items()
    ]  # fmt: skip


def _made(context: Context, result: dict[str, Any]) -> list[tuple[str, str]]:
    n, t = context.numbers, context.words
    new = result.get("new") or {}
    missing = result.get("unquantified") or {}
    found = [(t("import.made.activities"), n.count(result.get("activities"))),
             (t("import.made.emissions"), n.count(result.get("emissions")))]  # fmt: skip
    if isinstance(new.get("emissions"), int):
        found.append((t("import.made.new"), n.count(new["emissions"])))
    if isinstance(missing.get("activities"), int):
        found.append((t("import.made.missing"), n.count(missing["activities"])))
    if result.get("co2e_wtw_kg") is not None:
        total = n.carbon(int(Decimal(result["co2e_wtw_kg"]).scaleb(9)))
        found.append((t("import.made.co2e"), str(total)))
    return found


def rehearse(context: Context) -> Shown | Moved:
    """Give what would become of the rows; a supplier hands them over from here."""
    if context.request.method == "POST" and form_text(context, "act") == "submit":
        importing.submit(context.asked, context.path("upload"))
        return Moved(context.url("import.rehearse", upload=context.path("upload")))
    return _stepping(context, "rehearse")


def read(context: Context) -> Shown | Moved:
    """Give the reading into the ledger and its receipt."""
    return _stepping(context, "read")


def quantify(context: Context) -> Shown | Moved:
    """Give the quantifying of what is new."""
    return _stepping(context, "quantify")


def drop(context: Context) -> Moved:
    """Clear an upload away."""
    importing.remove(context.asked, context.path("upload"))
    return Moved(context.url("import"))


BOTH = ("GET", "POST")
AT = "/data/import/{upload}"
VIEWS = (
    View("import", "/data/import", show, roles=BRINGERS, group="account", place=60, methods=BOTH),
    View("import.columns", f"{AT}/columns", columns, roles=BRINGERS, methods=BOTH),
    View("import.rehearse", f"{AT}/rehearse", rehearse, roles=BRINGERS, methods=BOTH),
    View("import.read", f"{AT}/read", read, roles=OWNERS, methods=BOTH),
    View("import.quantify", f"{AT}/quantify", quantify, roles=OWNERS, methods=BOTH),
    View("import.mapping", f"{AT}/mapping.toml", mapping, roles=BRINGERS),
    View("import.refused", f"{AT}/refused.csv", refused, roles=BRINGERS),
    View("import.drop", f"{AT}/drop", drop, roles=BRINGERS, methods=("POST",)),
)
