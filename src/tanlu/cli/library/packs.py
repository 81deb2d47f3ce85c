"""tanlu factors import, diff, adopt and check: other factors, and what they would change."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.following import follow_log
from tanlu.cli.library.held import held
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanlu.cli.console import Console
    from tanlu.factors import Library
    from tanlu.factors.packs import Pack

    Action = Callable[[str, Any], argparse.ArgumentParser]

WITH_FINDINGS = 3
SHOWN = 20
LEDGER, BUILT_IN = "ledger", "builtin"


def declare(action: Action, console: Console) -> None:
    """Declare the actions that concern packs."""
    taken = action("import", import_)
    taken.add_argument("source", help=console.word("import_source"))
    taken.add_argument("file", type=Path, help=console.word("import_file"))
    taken.add_argument("--dry-run", action="store_true", help=console.word("import_dry_run"))
    taken.add_argument("--out", type=Path, metavar="DIR", help=console.word("import_out"))
    empty = action("template", template)
    empty.add_argument("file", type=Path, help=console.word("template_file"))
    compared = action("diff", diff)
    compared.add_argument("old", nargs="?", default=LEDGER, help=console.word("diff_side"))
    compared.add_argument("new", nargs="?", default=BUILT_IN, help=console.word("diff_side"))
    chosen = action("adopt", adopt)
    chosen.add_argument("pack", nargs="?", default=BUILT_IN, help=console.word("adopt_pack"))
    action("packs", list_)
    checked = action("check", check)
    checked.add_argument("--only", metavar="NAME", help=console.word("check_only"))


def side(asked: argparse.Namespace, name: str) -> Library:
    """Give the library that a side names: ledger, builtin, a version or edition, a pack file."""
    from tanlu.factors import library
    from tanlu.factors.packs import library_of, made_of
    from tanlu.store import open_workspace

    if name == LEDGER:
        return held(asked)
    if name == BUILT_IN:
        # own and imported packs stay when the built-in ones are adopted
        packs = held(asked).packs
        for pack in library().packs:
            packs = _joined(packs, pack)
        return made_of(packs)
    if Path(name).is_file():
        return made_of(_joined(held(asked).packs, _read(Path(name))))
    workspace = open_workspace(asked.ledger)
    return library_of(workspace, as_of=workspace.at(int(name) if name.isdecimal() else name))


def import_(asked: argparse.Namespace, console: Console) -> int:
    """Read an official file, show what it would change, and unless told so only, adopt it."""
    from tanlu.factors.importers import load

    made = load(asked.source, asked.file)
    facts = _outcome(asked, made)
    console.say("imported", **{name: facts[name] for name in ("rows_in", "new", *ROWS)})
    for row in made.quarantine.head(SHOWN).iter_rows(named=True):
        hint = row["hint_zh"] if console.language == "zh" else row["hint"]
        console.tell(f"  {row['sheet'] or ''}:{row['line']} {hint}")
    _tell_changes(facts["changes"], console)
    if asked.dry_run:
        console.say("import_dry")
    else:
        facts |= _keep(asked, made, console)
    console.result(facts)
    return 0


def template(asked: argparse.Namespace, console: Console) -> int:
    """Write the empty table for own factors, to be filled in and imported."""
    from tanlu.factors.importers import template as write

    file = write(asked.file)
    console.say("template_written", file=file)
    console.result({"file": str(file)})
    return 0


ROWS = ("known", "quarantined")


def _outcome(asked: argparse.Namespace, made: Any) -> dict[str, Any]:
    """Give what an import found: its rows, and what they would change in the library held."""
    from tanlu.factors.importers import diff as compare
    from tanlu.factors.importers import summary
    from tanlu.factors.packs import table_of
    from tanlu.store import open_workspace

    if not asked.dry_run and asked.out is None:
        open_workspace(asked.ledger)
    library = held(asked)
    before = table_of(library, _before(library, made.pack["pack_id"]))
    # what the new rows take the place of, in whichever pack it stands
    again = library.factors.join(made.factors.select("factor_id"), on="factor_id", how="semi")
    before = before.vstack(again).unique("factor_id", maintain_order=True)
    table = compare(before, made.factors)
    changed = table.filter(table["change"] != "removed").height
    return {
        "pack": made.pack,
        "rows_in": made.rows_in,
        "new": made.factors.height,
        "known": made.known,
        "quarantined": made.quarantine.height,
        "changes": {**summary(table, made.factors.height - changed),
                    "rows": table.head(SHOWN).to_dicts()},
        "quarantine": made.quarantine.head(SHOWN).to_dicts(),
    }  # fmt: skip


def _before(library: Library, pack_id: str) -> str:
    """Give the pack that an import takes the place of, or the newest of the same series."""
    series = re.sub(r"-\d{4}$", "", pack_id)
    known = [pack.pack_id for pack in library.packs]
    same = [each for each in known if re.sub(r"-\d{4}$", "", each) == series]
    return pack_id if pack_id in known else max(same, default=pack_id)


def _keep(asked: argparse.Namespace, made: Any, console: Console) -> dict[str, Any]:
    """Keep an import as a pack: in the ledger, or in a folder as a file."""
    from tanlu.factors.packs import adopt as adopt_packs
    from tanlu.factors.packs import library_of, packed
    from tanlu.store import open_workspace

    if made.factors.is_empty():
        raise TanluError("TL206", value=asked.file.name)
    from tanlu.factors import library

    if made.pack["pack_id"] in {pack.pack_id for pack in library().packs}:
        # what Tanlu brings stays beside it
        made.pack["pack_id"] = f"own-{made.pack['pack_id']}"
    before = {pack.pack_id: pack.name for pack in held(asked).packs}
    pack = _made(made, supersedes=before.get(made.pack["pack_id"], ""))
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        file = asked.out / f"{pack.pack_id}-{pack.semver}.tanlupack"
        file.write_bytes(packed(pack))
        console.say("pack_written", file=file)
        return {"file": str(file), "hash": pack.hash}
    workspace = open_workspace(asked.ledger)
    packs = _joined(library_of(workspace).packs, pack)
    version = adopt_packs(workspace, packs, why=f"import {asked.source}")
    console.say("pack_adopted", name=pack.name, version=version)
    return {"version": version, "hash": pack.hash}


def diff(asked: argparse.Namespace, console: Console) -> int:
    """Compare two libraries, and say what the numbers of the ledger would be by the second."""
    from tanlu.factors.importers import diff as compare
    from tanlu.factors.importers import summary
    from tanlu.store import open_workspace
    from tanlu.verify import reprice

    old, new = side(asked, asked.old), side(asked, asked.new)
    table = compare(old.factors, new.factors)
    changed = table.filter(table["change"] != "removed").height
    facts: dict[str, Any] = {
        "old": {"hash": old.hash, "packs": [pack.name for pack in old.packs]},
        "new": {"hash": new.hash, "packs": [pack.name for pack in new.packs]},
        "changes": {**summary(table, new.factors.height - changed),
                    "rows": table.head(SHOWN).to_dicts()},
    }  # fmt: skip
    _tell_changes(facts["changes"], console)
    if (asked.ledger / "workspace.json").is_file():
        facts["ledger"] = console.follow(reprice(open_workspace(asked.ledger), new))
        _tell_numbers(facts["ledger"], console)
    console.result(facts)
    return 0


def adopt(asked: argparse.Namespace, console: Console) -> int:
    """Let the ledger use the built-in packs of this edition of Tanlu, or a pack from a file."""
    from tanlu.factors import library
    from tanlu.factors.packs import adopt as adopt_packs
    from tanlu.factors.packs import library_of
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    packs = library_of(workspace).packs
    if asked.pack != BUILT_IN and not Path(asked.pack).is_file():
        raise TanluError("TL203", value=asked.pack, known=f"{BUILT_IN}, a pack file")
    new = library().packs if asked.pack == BUILT_IN else (_read(Path(asked.pack)),)
    for pack in new:
        packs = _joined(packs, pack)
    version = adopt_packs(workspace, packs, why=f"adopt {asked.pack}")
    console.say("packs_adopted", count=len(packs), version=version)
    follow_log(workspace, console)
    console.result({"version": version, "packs": [pack.name for pack in packs]})
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the packs that hold, with licence and hash."""
    from tanlu.factors import library

    own = {pack.hash for pack in library().packs}
    rows = []
    for pack in held(asked).packs:
        row = {name: getattr(pack, name) for name in ("pack_id", "semver", "title", "title_zh",
               "licence", "attribution", "supersedes", "hash")}  # fmt: skip
        rows.append({**row, "built_in": pack.hash in own})
        said = pack.title_zh if console.language == "zh" else pack.title
        console.tell(f"{pack.name:36} {pack.hash[:12]}  {said} ({pack.licence})")
    console.result({"packs": rows})
    return 0


def check(asked: argparse.Namespace, console: Console) -> int:
    """Run the named checks on the library and say what breaks which."""
    from tanlu.factors.checks import CHECKS
    from tanlu.factors.checks import check as checked

    found = checked(held(asked), only=asked.only)
    names = list(CHECKS) if asked.only is None else [asked.only]
    counts = {name: found.filter(found["check"] == name).height for name in names}
    for name, count in counts.items():
        console.tell(f"{count:6}  {name:10} {console.word(f'check_{name}')}")
        for row in found.filter(found["check"] == name).head(SHOWN).iter_rows(named=True):
            console.tell(f"        {row['factor_id']} {row['subject']}: {row['what']}")
        if count:
            console.tell(f"        → {console.word(f'mend_{name}')}")
    console.result({"findings": found.height, "checks": counts, "rows": found.to_dicts()})
    return WITH_FINDINGS if found.height else 0


def _joined(packs: tuple[Pack, ...], pack: Pack) -> tuple[Pack, ...]:
    """Give packs with one more, in the place of its earlier edition."""
    if pack.pack_id not in {each.pack_id for each in packs}:
        return (*packs, pack)
    return tuple(pack if each.pack_id == pack.pack_id else each for each in packs)


def _read(file: Path) -> Pack:
    from tanlu.factors.packs import unpacked

    return unpacked(file.read_bytes(), file.name)


def _made(made: Any, *, supersedes: str) -> Pack:
    """Give the pack of an import, with the edition that it takes the place of."""
    from tanlu.factors.packs import pack_of

    tables = {"source": made.sources, "factor": made.factors.drop("factor_id"), "fuels": made.fuels}
    rows = {
        name: [
            {key: value for key, value in row.items() if value}
            for row in table.iter_rows(named=True)
        ]
        for name, table in tables.items()
        if table is not None
    }
    return pack_of({**made.pack, "supersedes": supersedes}, rows)


def _tell_changes(changes: dict[str, Any], console: Console) -> None:
    names = ("added", "changed", "removed", "unchanged")
    console.say("factors_changes", **{name: changes[name] for name in names})
    for row in changes["rows"]:
        if row["relative_change"] is not None:
            said = " ".join(str(row[name]) for name in TOLD if row.get(name))
            change = f"{row['relative_change']:+.1%}"
            console.tell(f"  {change:>8}  {said}: {row['old']} → {row['new']}")


TOLD = ("activity", "vehicle_class", "energy_carrier", "technology", "material", "place",
        "data_year", "boundary")  # fmt: skip


def _tell_numbers(facts: dict[str, Any], console: Console) -> None:
    share = facts["relative_change"]
    console.say(
        "numbers_change", old=facts["old_kg"], new=facts["new_kg"], rows=facts["changed"],
        share="-" if share is None else f"{share:+.3%}",
    )  # fmt: skip
    for row in facts["rows"][:SHOWN]:
        if row["difference_ug"]:
            said = f"{row['profile']} {row['kind']} {row['boundary']} {row['year']}"
            console.tell(f"  {said}: {row['old_kg']} → {row['new_kg']} kg")
