"""A credential checked without a network: signature, whose key, form, time and figures."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError, reason, say
from tanlu.share.exchange.untp.forms import CREDENTIALS, W3C, form, instant
from tanlu.share.exchange.untp.issuing import EVIDENCE, MEASURE, METRIC
from tanlu.share.exchange.untp.jose import read

if TYPE_CHECKING:
    from tanlu.share.exchange.untp.jose import Token

__all__ = ["Finding", "Proved", "Verified", "check", "recompute"]

SIGNED, FORM, FIGURE = "TL922", "TL923", "TL924"
PROFILE, PARTS, BASES = "iso14083", ("ttw", "wtt"), ("none", "location")
UG_PER_KG = 10**9
PRODUCT = "urn:pathfinder:product:"
# JSON numbers are floats of sixteen digits
FLOAT = Fraction(1, 10**12)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: a code, the place, the value, what we compute or why."""

    code: str
    where: str
    value: str
    why: str = ""
    computed: str = ""

    def say(self, language: str = "en") -> str:
        """Give the sentence in ``en`` or ``zh``."""
        told = {"where": self.where, "value": self.value, "computed": self.computed}
        return say(self.code, language=language, why=reason(self.why, language), **told)

    def facts(self) -> dict[str, object]:
        """Give it as data, both sentences included."""
        return {"code": self.code, "where": self.where, "value": self.value, "why": self.why,
                "computed": self.computed, "en": self.say("en"), "zh": self.say("zh")}  # fmt: skip


@dataclass(slots=True)
class Verified:
    """What a credential says, what does not hold of it, and what nobody could check.

    ``issuer`` is the key that signed; ``known`` whether somebody told that it is the issuer's.
    ``proof`` is the disclosure in it, still to be checked by a policy of one's own.
    """

    token: Token
    kind: str
    issuer: str
    name: str
    findings: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    proof: bytes | None = None
    basis: str = "location"
    kg: Fraction | None = None
    known: bool = False

    def find(self, code: str, where: str, value: object, why: str, computed: str = "") -> None:
        """Note what does not hold."""
        text = str(value)
        shown = text if len(text) <= 80 else f"{text[:79]}…"
        self.findings.append(Finding(code, where, shown, why, computed))


def check(text: str, *, known: Collection[bytes] = (), now: datetime | None = None) -> Verified:
    """Give what a credential says and what of it does not hold.

    Parameters
    ----------
    text
        The JWT.
    known
        Ed25519 keys that one's own log or file of keys tells as the issuer's.
    now
        The moment at which it is to hold; the present one without.

    Raises
    ------
    TanluError
        TL921 for what is no credential at all.
    """
    token = read(text)
    body = token.body
    issuer = body.get("issuer")
    named = issuer if isinstance(issuer, dict) else {"id": issuer, "name": ""}
    told = body.get("type")
    kind = next((each for each in CREDENTIALS if isinstance(told, list) and each in told), "")
    found = Verified(token, kind, str(named.get("id")), str(named.get("name", "")))
    _signed(found, known)
    _formed(found)
    _timed(found, now or datetime.now(UTC))
    _evidence(found)
    _figures(found)
    return found


def _signed(found: Verified, known: Collection[bytes]) -> None:
    token = found.token
    if not token.did.startswith("did:key:"):
        # another method needs the web, and which key it means today is its host's to say
        found.find(SIGNED, "kid", token.did, "its key is not told as did:key")
    elif not token.holds():
        found.find(SIGNED, "signature", token.did, "the key did not sign these bytes")
    if token.did != found.issuer:
        found.find(SIGNED, "issuer", found.issuer, "another key signed than the issuer's")
    found.known = token.public is not None and token.public in known


def _formed(found: Verified) -> None:
    if not found.kind:
        why = f"it is none of {', '.join(CREDENTIALS)}"
        found.find(FORM, "type", found.token.body.get("type"), why)
        return
    vocabulary, _ = CREDENTIALS[found.kind]
    context = found.token.body.get("@context")
    if not isinstance(context, list) or context[:2] != [W3C, vocabulary]:
        found.find(FORM, "@context", context, "it is not the context of this credential")

    def tell(where: str, value: object, why: str) -> None:
        found.find(FORM, where, value, why)

    form(found.kind, found.token.body, "credential", tell)


def _timed(found: Verified, now: datetime) -> None:
    since, until = (instant(found.token.body.get(name)) for name in ("validFrom", "validUntil"))
    if since is not None and now < since:
        found.find(FORM, "validFrom", found.token.body["validFrom"], "it does not hold yet")
    if until is not None and now >= until:
        found.find(FORM, "validUntil", found.token.body["validUntil"], "it does not hold any more")
    begins, ends = (found.token.body.get(name) for name in ("nbf", "exp"))
    if isinstance(begins, int | float) and now.timestamp() < begins:
        found.find(FORM, "nbf", begins, "it does not hold yet")
    if isinstance(ends, int | float) and now.timestamp() >= ends:
        found.find(FORM, "exp", ends, "it does not hold any more")


def _parts(held: object) -> Iterator[Mapping[str, Any]]:
    """Give every object within an object."""
    if isinstance(held, Mapping):
        yield held
        for value in held.values():
            yield from _parts(value)
    elif isinstance(held, list):
        for value in held:
            yield from _parts(value)


def _evidence(found: Verified) -> None:
    """Take the proof out of a link that carries it, and compare it with its hash."""
    for part in _parts(found.token.body.get("credentialSubject")):
        link = part.get("linkURL") or part.get("sensorIntegrityProof")
        if not isinstance(link, str):
            continue
        if not link.startswith(EVIDENCE):
            if part.get("hashDigest"):
                found.unchecked.append("the evidence stands elsewhere")
            continue
        try:
            data = base64.b64decode(link.removeprefix(EVIDENCE), validate=True)
        except ValueError:
            found.find(FORM, "linkURL", link, "it is not in base 64")
            continue
        digest = part.get("hashDigest")
        if digest is not None and digest != sha256(data).hexdigest():
            why = "the evidence has another hash"
            found.find(FIGURE, "hashDigest", digest, why, sha256(data).hexdigest())
        found.proof = data


def _figures(found: Verified) -> None:
    """Compare the figures of a credential with each other."""
    subject = found.token.body.get("credentialSubject")
    declared = list(_declared(found, subject))
    reported = _reported(subject)
    values = declared or ([sum(reported, Fraction(0))] if reported else [])
    for each in values[1:]:
        if not _same(each, values[0]):
            why = "two figures of one credential"
            found.find(FIGURE, "declaredValue", _shown(each), why, _shown(values[0]))
    found.kg = values[0] if values else None
    if not values:
        found.unchecked.append("it declares no greenhouse gases that we can compute")
    card = subject.get("emissionsScorecard") if isinstance(subject, Mapping) else None
    if isinstance(card, Mapping) and isinstance(subject, Mapping):
        _scored(found, subject, card, values)


def _scored(
    found: Verified, subject: Mapping[str, Any], card: Mapping[str, Any], values: list[Fraction]
) -> None:
    """Compare a scorecard with itself and with the claim: of one item it is the same figure."""
    ratio, total = (
        _fraction(card.get("primarySourcedRatio")),
        _fraction(card.get("carbonFootprint")),
    )
    if ratio is not None and not 0 <= ratio <= 1:
        why = "it is a share and lies between 0 and 1"
        meant = _shown(ratio / 100) if 1 < ratio <= 100 else ""
        found.find(FIGURE, "primarySourcedRatio", _shown(ratio), why, meant)
    item = card.get("declaredUnit") == "C62" and subject.get("granularityLevel") == "item"
    if item and values and total is not None and not _same(total, values[0]):
        why = "the scorecard and the claim differ"
        found.find(FIGURE, "carbonFootprint", _shown(total), why, _shown(values[0]))


def _declared(found: Verified, subject: object) -> Iterator[Fraction]:
    names = {METRIC.format(basis): basis for basis in ("location", "market")}
    for part in _parts(subject):
        value = part.get("metricValue")
        name = str(part.get("metricName"))
        if name in names and isinstance(value, Mapping):
            found.basis = names[name]
            told = _fraction(value.get("value"))
            if value.get("unit") == "KGM" and told is not None:
                yield told


def _reported(subject: object) -> list[Fraction]:
    told = (
        _fraction(part.get("value"))
        for part in _parts(subject)
        if part.get("sensorType") == f"{MEASURE}co2eWTW" and part.get("uom") == "KGM"
    )
    return [each for each in told if each is not None]


def _fraction(value: object) -> Fraction | None:
    """Give a JSON number as it was written: 0.1 is a tenth."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return Fraction(repr(value)) if plain else None


def _same(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= max(abs(one), abs(other)) * FLOAT + Fraction(1, UG_PER_KG)


def _shown(value: Fraction) -> str:
    return format(float(value), ".12g")


class Proved(NamedTuple):
    """What a disclosure shows once it holds: of which subject, and its rows.

    ``sure`` tells whether every row itself says that it is of the subject.
    """

    subject: str
    sure: bool
    rows: Sequence[Mapping[str, Any]]


def recompute(found: Verified, prove: Callable[[bytes, bytes | None], Proved]) -> bool:
    """Compute the figure again from the rows that the credential carries; True when it is theirs.

    That no row was left out, or replaced since, no credential can show.

    Parameters
    ----------
    found
        What `check` gave; takes further findings.
    prove
        Checks a disclosure by one's own policy and a key that must have signed its statements, and
        gives what it shows (`tanlu.verify.offline`).
    """
    if found.proof is None:
        found.unchecked.append("it carries no proof")
        return False
    try:
        shown = prove(found.proof, found.token.public)
    except TanluError as error:
        found.find(SIGNED, "proof", error.code, error.say())
        return False
    if not shown.sure or _bare(shown.subject) not in _subjects(found):
        why = "the rows are of another subject"
        found.find(SIGNED, "proof", shown.subject, why)
        return False
    # the rows were stated by the issuer's key, in a log that one's own policy accepts
    found.known = found.known or found.token.public is not None
    if found.kg is None:
        return False
    if found.basis != "location":
        found.unchecked.append("by market the rows do not tell which of them replace which")
        return False
    told = Fraction(_summed(shown.rows), UG_PER_KG)
    if _same(told, found.kg):
        return True
    why = "the rows of the ledger give another sum"
    found.find(FIGURE, "declaredValue", _shown(found.kg), why, _shown(told))
    return False


def _summed(rows: Iterable[Mapping[str, Any]]) -> int:
    """Give the sum of the emissions [µg] of an ISO 14083 chain, each row once."""
    told = {
        row.get("emission_id"): row["co2e_ug"]
        for row in rows
        if row.get("profile") == PROFILE
        and row.get("boundary") in PARTS
        and row.get("basis") in BASES
        and isinstance(row.get("co2e_ug"), int)
    }
    return sum(told.values())


def _bare(subject: str) -> str:
    """Give a subject without its kind: ``shipment:S1`` is S1."""
    return subject.rpartition(":")[2]


def _subjects(found: Verified) -> set[str]:
    """Give the names of the products that a credential is of: the last part of their URNs."""
    subject = found.token.body.get("credentialSubject")
    ids = [part["id"] for part in _parts(subject)
           if isinstance(part.get("id"), str) and part["id"].startswith(PRODUCT)]  # fmt: skip
    return {each.rpartition(":")[2] for each in ids}
