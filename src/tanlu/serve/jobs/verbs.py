"""The verbs that run as jobs: what they take, who may ask for them, and how they are run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.jobs.assuring import checked, planned
from tanlu.serve.jobs.publishing import published, reported
from tanlu.serve.jobs.refusing import refused_file
from tanlu.store.relational.tables import UPLOADS
from tanlu.terms import Progress, time

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.serve.searching import Searching
    from tanlu.store import Workspace

__all__ = ["REFUSED", "Told", "Verb", "verbs"]

REFUSED = "refused.csv"
# what is kept of a job's file names: no folders, nothing hidden
FILE = re.compile(r"[^\W.][\w.+@ ()-]{0,199}")


@dataclass(frozen=True, slots=True)
class Told:
    """What a verb is given: organisation and home, its arguments, and a folder for its files."""

    tenant: str
    home: Home
    arguments: Mapping[str, Any]
    folder: Path

    @property
    def workspace(self) -> Workspace:
        """Give the ledger of the organisation."""
        return self.home.workspace(self.tenant)

    def upload(self, folder: Path) -> Path:
        """Give the upload that is asked for in a folder, under its own name.

        Raises
        ------
        TanluError
            TL491 where the organisation has none of that identity.
        """
        said = str(self.arguments["upload"])
        with self.home.state.of(self.tenant) as scoped:
            row = scoped.one(UPLOADS, UPLOADS.c.upload == said)
        there = self.home.path.resolve() / "uploads" / self.tenant / said
        if row is None or not there.is_file():
            raise TanluError("TL491", value="upload", why=f"there is no upload '{said[:80]}'")
        path = folder / Path(row["name"]).name
        path.symlink_to(there)
        return path


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: ``run`` gives its `Progress`, the last with the result.

    ``takes`` names its arguments with their kinds, those with a ``!`` are needed; ``writes`` says
    that it writes the ledger; ``resumable`` that it may simply be run again when it was broken off;
    ``originals`` that its files hold what stood in originals.
    """

    run: Callable[[Told], Iterator[Progress]]
    roles: tuple[str, ...]
    takes: Mapping[str, type]
    writes: bool = False
    resumable: bool = True
    originals: bool = False

    def checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Give the arguments if they are what the verb takes.

        Raises
        ------
        TanluError
            TL491 for one that it does not take, one of another kind, or one that is missing.
        """
        kinds = {name.rstrip("!"): kind for name, kind in self.takes.items()}
        for name, value in arguments.items():
            if name not in kinds:
                known = ", ".join(kinds) or "nothing"
                raise TanluError("TL491", value=name, why=f"it takes only {known}")
            if type(value) is not kinds[name]:
                raise TanluError("TL491", value=name, why=f"its kind is not {kinds[name].__name__}")
        for name in self.takes:
            if name.endswith("!") and name.rstrip("!") not in arguments:
                raise TanluError("TL491", value=name.rstrip("!"), why="it is needed")
        return dict(arguments)


OWNERS = ("manager", "operator")
CHECKERS = ("manager", "operator", "verifier")


def verbs(searching: Searching | None = None) -> dict[str, Verb]:
    """Give all verbs by name; that of the index needs the indexes."""
    found = {
        "rehearse": Verb(
            _rehearse, (*OWNERS, "supplier"), {"upload!": str, "mapping!": str}, originals=True
        ),
        "read": Verb(_read, OWNERS, {"upload!": str, "mapping!": str}, writes=True),
        "quantify": Verb(_quantify, OWNERS, {"profile": str, "assured": bool}, writes=True),
        "exchange.fetch": Verb(_fetch, OWNERS, {"base!": str, "form!": str}),
        "report": Verb(
            _report, (*CHECKERS, "viewer"),
            {"period": str, "by": str, "profile": str, "language": str, "form": str},
        ),
        "seal": Verb(_seal, OWNERS, {}, writes=True),
        "verify": Verb(_verify, CHECKERS, {}),
        "meters.run": Verb(_meters, OWNERS, {"until": str}, writes=True),
        "track.run": Verb(_track, OWNERS, {"datum": str, "motion": str}, writes=True),
        # the verifier's own work, and what a preparer does before he calls one
        "edition.check": Verb(_check, CHECKERS, {"name!": str}),
        "assurance.plan": Verb(
            _plan, ("manager", "verifier"),
            {"period!": str, "client": str, "verifier": str, "criteria": str, "level": str,
             "materiality": str, "expected": str, "language": str},
        ),
        "pack.build": Verb(
            _pack, CHECKERS, {"period!": str, "supersedes": str}, originals=True
        ),
        # it is not run again unasked: what was to be published may have changed meanwhile
        "edition.publish": Verb(
            _publish, ("manager",),
            {"name!": str, "period": str, "profile": str, "basis": str, "reason": str,
             "language": str}, writes=True, resumable=False,
        ),
    }  # fmt: skip
    if searching is not None:
        found["index"] = Verb(lambda told: searching.update(told.tenant), OWNERS, {})
    return found


def _read(told: Told) -> Iterator[Progress]:
    from tanlu.monitor import Mapping as Mapped
    from tanlu.monitor import intake

    mapping = Mapped.parse(told.arguments["mapping"])
    with TemporaryDirectory(prefix="tanlu-in-") as folder:
        yield from intake(told.upload(Path(folder)), mapping, told.workspace)


def _rehearse(told: Told) -> Iterator[Progress]:
    from tanlu.monitor import Mapping as Mapped
    from tanlu.monitor import rehearse

    mapping = Mapped.parse(told.arguments["mapping"])
    with TemporaryDirectory(prefix="tanlu-in-") as folder:
        for step in rehearse(told.upload(Path(folder)), mapping, told.workspace):
            found = step.result
            if isinstance(found, dict):
                told.folder.mkdir(parents=True, exist_ok=True)
                refused_file(found.pop("refused"), told.folder / REFUSED)
            yield step


def _quantify(told: Told) -> Iterator[Progress]:
    from tanlu.account import quantify_all
    from tanlu.factors import profile

    name = profile(told.arguments.get("profile", "iso14083")).name
    assured = told.arguments.get("assured", False)
    yield from quantify_all(told.workspace, profile=name, assured=assured)


def _report(told: Told) -> Iterator[Progress]:
    yield from reported(told.workspace, told.arguments, told.folder)


def _fetch(told: Told) -> Iterator[Progress]:
    from tanlu.serve.jobs.fetching import fetched

    yield from fetched(told.home, told.tenant, told.arguments["base"], told.arguments["form"])


def _seal(told: Told) -> Iterator[Progress]:
    yield from told.workspace.seal()


def _verify(told: Told) -> Iterator[Progress]:
    from tanlu.verify import replay

    yield from replay(told.workspace)


def _check(told: Told) -> Iterator[Progress]:
    yield from checked(told.workspace, told.arguments)


def _plan(told: Told) -> Iterator[Progress]:
    yield from planned(told.workspace, told.arguments, told.folder)


def _meters(told: Told) -> Iterator[Progress]:
    from tanlu.monitor.meters import pass_on

    said = told.arguments.get("until")
    until = time.period(f"1990/{said}", told.workspace.zone)[1] if said else None
    yield from pass_on(told.workspace, until=until)


def _track(told: Told) -> Iterator[Progress]:
    from tanlu.track.running import tracked_ledger

    try:
        yield from tracked_ledger(told.workspace, **told.arguments)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra="track") from error


def _pack(told: Told) -> Iterator[Progress]:
    from tanlu.verify.pack import build

    told.folder.mkdir(parents=True, exist_ok=True)
    span = time.period(told.arguments["period"], told.workspace.zone)
    path = told.folder / "evidence.tlpack"
    supersedes = told.arguments.get("supersedes")
    yield from build(told.workspace, span, path, supersedes=supersedes)


def _publish(told: Told) -> Iterator[Progress]:
    yield from published(told.workspace, told.arguments)
