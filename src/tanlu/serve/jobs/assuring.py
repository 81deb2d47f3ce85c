"""The work of a verifier as jobs: a claim made again, and a plan of the samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.terms import Progress

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["checked", "planned"]

SHOWN = 40


def checked(workspace: Workspace, asked: Mapping[str, Any]) -> Iterator[Progress]:
    """Make a published edition again from its activities; result: what was counted and found.

    Raises
    ------
    TanluError
        TL608 for an edition that there is not, TL652 when it cannot be decided.
    """
    from tanlu.verify.edition import counted, edition_of, extent_of, reproduce

    row = edition_of(workspace, asked["name"])
    rows = counted(workspace, extent_of(row), as_of=int(row["version"]))
    for step in reproduce(workspace, row, rows):
        if not isinstance(step.result, dict):
            yield step
            continue
        facts = dict(step.result)
        # the first of them are enough to know where to look; all come from tanlu edition reproduce
        facts["findings"] = [
            {key: str(value) for key, value in each.items() if value is not None}
            for each in facts["findings"][:SHOWN]
        ]
        facts["found"] = facts["found"][:SHOWN]
        yield Progress(step.step, step.done, step.total, step.unit, facts)


def planned(workspace: Workspace, asked: Mapping[str, Any], folder: Path) -> Iterator[Progress]:
    """Write strategic analysis, risks and sizes of both samples; result ``{file, …}``.

    Nothing is stated: the plan that binds is signed with the verifier's own key, where that lies.

    Raises
    ------
    TanluError
        TL755 for terms that do not go together, TL756 when there is nothing to verify.
    """
    from tanlu.report import render
    from tanlu.verify.assurance import engagement, planned, population, risks, sized, strategic

    terms = engagement.engagement_of({
        "id": "workbench", "client": asked.get("client", "–"),
        "verifier": asked.get("verifier", "–"),
        "criteria": [asked.get("criteria", "ISO 14083:2023")], "scope": "iso14083",
        "boundary": "WTW", "period": asked["period"], "profile": "iso14083", "basis": "location",
        "level": asked.get("level", "reasonable"),
        "materiality_percent": asked.get("materiality", "5"),
        "expected_percent": asked.get("expected", "1"),
    })  # fmt: skip
    yield Progress("population", 0, 3, "steps")
    found = population(workspace, terms)
    streams = strategic(found)
    register = risks.proposed(streams)
    yield Progress("sample", 1, 3, "steps")
    power = sized(
        found.units["size"], tolerable_ppm=terms.materiality_ppm, expected_ppm=terms.expected_ppm,
        confidence_ppm=terms.confidence_ppm, risk_ppm=terms.risk_ppm,
    )  # fmt: skip
    language = "zh" if asked.get("language") == "zh" else "en"
    document = planned(terms, found, streams, register, power, language=language)
    yield Progress("report", 2, 3, "steps")
    folder.mkdir(parents=True, exist_ok=True)
    files = [render(document, folder / f"plan.{form}").name for form in ("html", "json", "xlsx")]
    told = {
        "file": files[0], "files": files, "period": asked["period"], "points": power.points,
        "units": found.units.height, "silent": found.silent, "version": found.version,
        "total_ug": str(found.total_ug), "risks": len(register),
    }  # fmt: skip
    yield Progress("report", 3, 3, "steps", told)
