"""Mutated packs: bytes changed at random, and changes made right again by an honest seal."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.verify.offline import making

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.offline.making import Draft

__all__ = ["mutated"]

NUMBERS = (0, 1, -1, 2**31, 2**53 - 1, 2**53, 2**63, -(2**63), 10**30, True, None, 1.5)
TEXTS = ("", "0", "é", "\x00", "a" * 70_000, "../../etc/passwd", "nan", "1e999", "\ud800"[:0])
SEALED: dict[int, tuple[Draft, dict[str, bytes]]] = {}
STRANGE: tuple[Any, ...] = (*NUMBERS, *TEXTS, [], {}, [[]], {"": 0}, [None])


def mutated(honest: Draft, chance: random.Random) -> bytes:
    """Give one mutated pack; about one in three is changed in bytes, the rest in its meaning."""
    sort = chance.random()
    if sort < 0.3:
        return scribbled(making.zipped(sealed(honest)), chance)
    if sort < 0.5:
        files = dict(sealed(honest))
        chance.choice(OUTSIDE)(files, chance)
        return making.zipped(files)
    draft = honest.copy()
    try:
        for _ in range(chance.choice((1, 1, 2))):
            chance.choice(INSIDE)(draft, chance)
        return making.zipped(draft.seal())
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, TanluError):
        # two changes made something that the maker itself cannot write down
        return scribbled(making.zipped(sealed(honest)), chance)


def sealed(honest: Draft) -> dict[str, bytes]:
    """Give the files of an honest draft, sealed once."""
    if id(honest) not in SEALED:
        # the draft is kept with its files, so that no other one gets its number
        SEALED[id(honest)] = honest, honest.seal()
    return SEALED[id(honest)][1]


def scribbled(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes, or a length, or cut, double or move a stretch."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if not found:
            return b"x"
        at = chance.randrange(len(found))
        match chance.randrange(6):
            case 0:
                found[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                # what is at the end of an archive says where all else is
                at = len(found) - chance.randrange(1, min(len(found), 4000) + 1)
                found[at : at + 1] = bytes((chance.randrange(256),))
            case 2:
                found[at : at + 4] = chance.choice((0, 1, 2**31, 2**32 - 1)).to_bytes(4, "little")
            case 3:
                del found[at : at + chance.randrange(1, 200)]
            case 4:
                found[at:at] = found[at : at + chance.randrange(1, 200)]
            case 5:
                found[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(30)))
    return bytes(found)


# ── files of a sealed pack ──


def _byte(files: dict[str, bytes], chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    files[name] = scribbled(files[name], chance)


def _gone(files: dict[str, bytes], chance: random.Random) -> None:
    del files[chance.choice(sorted(files))]


def _more(files: dict[str, bytes], chance: random.Random) -> None:
    name = chance.choice(
        ("docs/a.pdf", "x", "leaves/a-00000001.entries", "keys/9.cose", "calc/a.json")
    )
    files[name] = b"x"


def _swapped(files: dict[str, bytes], chance: random.Random) -> None:
    one, two = chance.sample(sorted(files), 2)
    files[one], files[two] = files[two], files[one]


def _strange_name(files: dict[str, bytes], chance: random.Random) -> None:
    names = (
        "../up",
        "/abs",
        "a//b",
        "a/../b",
        "C:x",
        "Calc/cases.csv",
        "docs/é",
        ".hidden",
        "docs",
    )
    files[chance.choice(names)] = b""


def _resigned(files: dict[str, bytes], chance: random.Random) -> None:
    """Change the manifest and sign its new hash, under the old proofs."""
    data = files["manifest.json"] = scribbled(files["manifest.json"], chance)
    payload = {"type": "tanlu/pack/v1", "manifest": making.sha256(data).digest()}
    files["statement.cose"] = making.stated(making.PREPARER, "pack", payload)


OUTSIDE: tuple[Callable[[dict[str, bytes], random.Random], None], ...] = (
    _byte, _byte, _gone, _more, _swapped, _strange_name, _resigned,
)  # fmt: skip


# ── a draft before it is sealed: all hashes and signatures will hold ──


def _content(draft: Draft, chance: random.Random) -> None:
    name = chance.choice(sorted(set(draft.files) - {"ledger/workspace.json"}))
    draft.files[name] = scribbled(draft.files[name], chance)


def _entry(draft: Draft, chance: random.Random) -> None:
    name = chance.choice(sorted(draft.payloads))
    entries = draft.entries(name)
    at = chance.randrange(len(entries))
    entries[at] = scribbled(entries[at], chance)
    draft.relisted(name, entries)


def _head_of_leaves(draft: Draft, chance: random.Random) -> None:
    """Another form, table, number or value in the head of a part."""
    name = chance.choice(sorted(draft.payloads))
    entries = draft.entries(name)
    lines = entries[0].decode().split("\n")
    at = chance.randrange(len(lines))
    forms = ("N", "=1", "i1", "i8?", "f8", "d\ta", "d", "s", "s?", "=" + "9" * 30, "d" + "\ta" * 65)
    column = lines[at].partition("\t")[0]
    lines[at] = chance.choice((lines[at] + "x", f"{column}\t{chance.choice(forms)}", "131072", ""))
    entries[0] = "\n".join(lines).encode()
    draft.relisted(name, entries)


def _line(draft: Draft, chance: random.Random) -> None:
    """A member of a line of the ledger, its chain made right."""
    _somewhere(chance.choice(draft.lines), chance)


def _member(draft: Draft, chance: random.Random) -> None:
    """A member of the manifest, signed and logged."""
    draft.edit = lambda about: _somewhere(about, chance)


def _payload(draft: Draft, chance: random.Random) -> None:
    payload = draft.payloads[chance.choice(sorted(draft.payloads))]
    name = chance.choice(sorted(payload))
    values = (0, 1, b"", b"x" * 32, "x", None, [], {}, -1, 2**63)
    payload[name] = chance.choice(values)


def _cell(draft: Draft, chance: random.Random) -> None:
    """A cell of a table of calculations."""
    table = chance.choice(("cases", "legs", "shares"))
    names, rows = draft.table(table)
    row = chance.choice(rows)
    at = chance.randrange(len(row))
    row[at] = chance.choice(
        ("", "0", "-1", "1", "1e400", "nan", "x", '"', '"a"', "9" * 30, "0x1", " 1", row[at] + "1")
    )
    draft.retable(table, names, rows)


def _row(draft: Draft, chance: random.Random) -> None:
    table = chance.choice(("cases", "legs", "shares"))
    names, rows = draft.table(table)
    match chance.randrange(4):
        case 0:
            del rows[chance.randrange(len(rows))]
        case 1:
            rows.append(chance.choice(rows))
        case 2:
            chance.shuffle(rows)
        case 3:
            names[chance.randrange(len(names))] = chance.choice(("x", "case", "from", "kind", ""))
    draft.retable(table, names, rows)


def _left_out(draft: Draft, chance: random.Random) -> None:
    """A part left out, as if it never were."""
    at = chance.randrange(len(draft.about["parts"]))
    name = making.of_part(draft.about["parts"].pop(at)["file"])
    for path in [path for path in draft.files if name in path.replace("/", "-")]:
        del draft.files[path]
    del draft.payloads[name]


def _signer(draft: Draft, chance: random.Random) -> None:
    other = making.keys.SigningKey(b"o" * 32)
    who = chance.choice(("verifier", "device", "preparer", "king"))
    step = chance.choice(("enrol", "rotate", "revoke", "x"))
    told = making.enrolled(other, who, "Other") | {"step": step}
    told |= chance.choice(({}, {"replaces": making.keys.kid(making.PREPARER.public)}, {"kid": b""}))
    draft.others.append(("keys/INDEX.cose", making.PREPARER, "key", told))
    draft.signer = chance.choice((draft.signer, other))


def _log(draft: Draft, chance: random.Random) -> None:
    other = making.keys.SigningKey(b"o" * 32)
    draft.log = chance.choice((draft.log, other))
    draft.witnesses = chance.choice((draft.witnesses[:1], (), draft.witnesses * 2))
    draft.at_s = chance.choice((0, draft.at_s, 2**63))


def _formula(draft: Draft, chance: random.Random) -> None:
    """Formulas changed, their hash made right."""
    spec = making.json.loads(making.spec().canonical)
    _somewhere(spec["steps"][chance.randrange(len(spec["steps"]))], chance)
    data = draft.files["calc/transport.json"] = making.canonical(spec)
    draft.about["calc"] = [{"spec": "transport", "sha256": making.sha256(data).hexdigest()}]


INSIDE: tuple[Callable[[Draft, random.Random], None], ...] = (
    _content, _entry, _entry, _head_of_leaves, _line, _line, _member, _member, _payload, _cell,
    _cell, _row, _left_out, _signer, _log, _formula,
)  # fmt: skip


def _somewhere(content: Any, chance: random.Random) -> None:
    """Change one value anywhere inside lists and objects."""
    while True:
        places = list(content) if isinstance(content, dict) else range(len(content))
        if not places:
            return
        at = chance.choice(list(places))
        inner = content[at]
        if isinstance(inner, (dict, list)) and inner and chance.random() < 0.8:
            content = inner
            continue
        if isinstance(content, dict) and chance.random() < 0.2:
            del content[at]
        else:
            content[at] = chance.choice((*STRANGE, f"{inner}x", inner))
        return
