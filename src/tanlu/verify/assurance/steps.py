"""An engagement in the log: each step is a statement signed by the verifier, in this order.

    plan        what was agreed, the sizes with their reason, and SHA-256 of a secret nonce
    (head)      the preparer seals: the first statement ``head`` after the plan
    sample      the nonce; seed = SHA-256(root of the log right after that head ‖ nonce)
    results     hashes of the papers that were filled in
    evaluation  misstatements against materiality; more samples, results, evaluations may follow
    opinion     the opinion and its reasons

What is too long for an entry lies among the originals, and its hash in the statement.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, tree
from tanlu.verify.assurance.engagement import Engagement
from tanlu.verify.assurance.frame import INSIDE, read_frame
from tanlu.verify.assurance.risks import Risk
from tanlu.verify.assurance.sampling.draw import NONCE_BYTES, commitment, seed_of
from tanlu.verify.assurance.sampling.samples import TwoSamples, drawn
from tanlu.verify.assurance.streams import Population, population

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from tanlu.verify.assurance.sampling.power import Power

__all__ = ["STEPS", "Seal", "Told", "Trail"]

TYPE = "tanlu/assurance/v1"
# what each step must say, and of which kind it is
STEPS: dict[str, dict[str, type]] = {
    "plan": {"engagement": dict, "risks": bytes, "points": int, "commitment": bytes,
             "inventory": bytes, "version": int},
    "sample": {"plan": int, "seal": int, "version": int, "root": bytes, "nonce": bytes,
               "points": int, "original": bytes, "forward": list, "reverse": list, "frame": dict},
    "results": {"sample": int, "papers": list},
    "evaluation": {"results": int, "version": int, "total": str, "materiality": str,
                   "performance": str, "amounts": dict, "ledger": bytes, "units": int,
                   "reverse": bool, "verdict": str, "more": int},
    "opinion": {"evaluation": int, "total": str, "opinion": str, "proposed": str,
                "reasons": list, "reason": str},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A step that stands in the log: where, by whose key, what it says, and when [unix s]."""

    index: int
    kid: bytes
    content: dict[str, Any]
    issued_s: int


@dataclass(frozen=True, slots=True)
class Seal:
    """The preparer's head after the plan: its entry, the root with it, the ledger's version."""

    index: int
    root: bytes
    version: int


def _told(stated: Any, content: dict[str, Any]) -> Told:
    statement = stated.statement
    return Told(stated.index, statement.kid, content, statement.issued_s)


def _checked(index: int, content: dict[str, Any]) -> None:
    """Refuse a step that does not say what it must."""
    wanted = STEPS.get(str(content.get("step")))
    if wanted is None:
        raise TanluError("TL762", value=index, why=str(content.get("step"))[:40])
    for name, kind in wanted.items():
        if type(content.get(name)) is not kind:
            raise TanluError("TL762", value=index, why=f"{content['step']}: {name}")


@dataclass(frozen=True, slots=True)
class Trail:
    """One engagement of a workspace: what was stated so far, and how to state the next step.

    ``log`` is what ``tanlu.store.log.log_of`` gives. ``counted`` has the lines of an organisation's
    inventory by version of the ledger, where the engagement is about one.
    """

    workspace: Any
    log: Any
    id: str
    counted: Mapping[int, pl.DataFrame] = field(default_factory=dict)

    def told(self, step: str | None = None) -> list[Told]:
        """Give the steps since the newest plan, of one kind if said, in the order of the log.

        Raises
        ------
        TanluError
            TL762 for a statement that lacks what its step says.
        """
        found: list[Told] = []
        for stated in self.log.statements("assurance"):
            content = stated.statement.content
            if content.get("id") != self.id:
                continue
            _checked(stated.index, content)
            if content["step"] == "plan":
                found = []
            found.append(_told(stated, content))
        return [each for each in found if step in (None, each.content["step"])]

    def plans(self) -> int:
        """Give how many plans were stated: who plans until a sample pleases leaves a trace."""
        return sum(
            stated.statement.content.get("id") == self.id
            and stated.statement.content.get("step") == "plan"
            for stated in self.log.statements("assurance")
        )

    def last(self, step: str) -> Told:
        """Give the newest step of a kind.

        Raises
        ------
        TanluError
            TL759 when it was not stated yet.
        """
        found = self.told(step)
        if not found:
            raise TanluError("TL759", value=self.id, step=step)
        return found[-1]

    def state(self, step: str, content: dict[str, Any], key: Any) -> Told:
        """State a step with the verifier's key.

        Raises
        ------
        TanluError
            TL133 when the key is not a verifier's, TL132 when the log does not know it.
        """
        payload = {"type": TYPE, "step": step, "id": self.id} | content
        stated = self.log.state("assurance", self.id, payload, key)
        return _told(stated, payload)

    def keep(self, content: object) -> bytes:
        """Keep something long among the originals and give its SHA-256."""
        return bytes.fromhex(self.workspace.originals.keep(cbor.encode(content)))

    def kept(self, sha256: bytes) -> Any:
        """Give what `keep` kept."""
        return cbor.decode(self.workspace.originals.get(sha256.hex()).read_bytes())

    # ── plan ──

    def plan(
        self,
        engagement: Engagement,
        found: Population,
        register: list[Risk],
        power: Power,
        key: Any,
        *,
        inventory: bytes = b"",
    ) -> tuple[Told, bytes]:
        """State the plan with the commitment to a fresh nonce; give both.

        The nonce is the verifier's secret until the sample is drawn; ``inventory`` is the hash of
        the boundary file among the originals.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        content = {
            "engagement": engagement.payload(),
            "version": found.version,
            "total": str(found.total_ug),
            "units": found.units.height,
            "silent": found.silent,
            "risks": self.keep([risk.payload() for risk in register]),
            "points": power.points,
            "tried": [[each.points, each.over_ppm, each.omission_ppm] for each in power.tried],
            "draws": power.draws,
            "commitment": commitment(nonce),
            "inventory": inventory,
        }
        return self.state("plan", content, key), nonce

    def engagement(self) -> Engagement:
        """Give the engagement of the newest plan."""
        return Engagement.told(self.last("plan").content["engagement"])

    def population(self, version: int, pack: Any = None) -> Population:
        """Give what is verified, at a version of the ledger, or of a pack in its place.

        Raises
        ------
        TanluError
            TL756 when there is nothing, or the lines of the inventory were not given.
        """
        engagement, lines = self.engagement(), self.counted.get(version)
        if engagement.inventory and lines is None:
            raise TanluError("TL756", value=f"{engagement.inventory}, {version}")
        source = self.workspace if pack is None else pack
        return population(source, engagement, as_of=version, counted=lines)

    def register(self) -> list[Risk]:
        """Give the risk register of the newest plan."""
        rows = self.kept(self.last("plan").content["risks"])
        return [
            Risk(kind, tier, source, share, inherent, control, tuple(filter(None, said.split(";"))))
            for kind, tier, source, share, inherent, control, _, said in rows
        ]

    # ── seal ──

    def seal(self) -> Seal | None:
        """Give the first head after the newest plan, None while the preparer stated none."""
        after = self.last("plan").index
        for stated in self.log.statements("head"):
            if stated.index > after:
                version = int(stated.statement.content["version"])
                return Seal(stated.index, self.root(stated.index + 1), version)
        return None

    def root(self, size: int) -> bytes:
        """Give the root of the log when it had so many entries."""
        return tree.root(tree.row(self._entries(size)))

    def _entries(self, size: int) -> Iterator[bytes]:
        return (self.log.entry(index) for index in range(size))

    def close(self) -> Seal:
        """Give the seal; where none stands, the preparer's key states the head of today."""
        found = self.seal()
        if found is not None:
            return found
        for _ in self.log.catch_up():
            pass
        found = self.seal()
        if found is None:
            lines = self.workspace.log()
            content = {
                "type": "tanlu/head/v1",
                "version": lines[-1]["version"],
                "line": bytes.fromhex(lines[-1]["line"]),
            }
            self.log.state("head", self.workspace.id, content)
            found = self.seal()
        if found is None:
            raise TanluError("TL759", value=self.id, step="head")
        return found

    # ── sample ──

    def sample(
        self, nonce: bytes, folder: Path, key: Any, more: int = 0
    ) -> tuple[Told, TwoSamples, Population]:
        """Reveal the nonce, draw both samples and state them; ``more`` extends what was drawn.

        Parameters
        ----------
        folder
            Where the file of the frame lies.

        Raises
        ------
        TanluError
            TL760 when the nonce is not the one that was committed to; TL757 for the frame.
        """
        plan, seal = self.last("plan"), self.close()
        if commitment(nonce) != plan.content["commitment"]:
            raise TanluError("TL760", value=self.id, why="SHA-256(nonce) ≠ plan")
        found = self.population(seal.version)
        rule, original = self.engagement().frame, b""
        if rule is not None and not rule.file.startswith(INSIDE):
            original = bytes.fromhex(self.workspace.originals.put(folder / rule.file))
        before = self.told("sample")
        if before and before[0].content["original"] != original:
            raise TanluError("TL760", value=self.id, why="frame")
        points = [int(each.content["points"]) for each in before] or [int(plan.content["points"])]
        both = self._draw(seal, nonce, found, [*points, more] if more else points, original)
        content = {
            "plan": plan.index, "seal": seal.index, "version": seal.version, "root": seal.root,
            "nonce": nonce, "points": more or points[0], "original": original,
        } | both.payload()  # fmt: skip
        return self.state("sample", content, key), both, found

    def redrawn(self, pack: Any = None) -> tuple[TwoSamples, Population]:
        """Draw the newest sample again, as anybody can, and compare.

        Parameters
        ----------
        pack
            What ``tanlu.verify.pack.mount`` gives: draw from a pack instead of the ledger.

        Raises
        ------
        TanluError
            TL760 when the nonce, the root or the units are not those that were stated.
        """
        content, seal, plan = self.last("sample").content, self.seal(), self.last("plan")
        if seal is None or (content["root"], content["seal"]) != (seal.root, seal.index):
            raise TanluError("TL760", value=self.id, why="root")
        if commitment(content["nonce"]) != plan.content["commitment"]:
            raise TanluError("TL760", value=self.id, why="SHA-256(nonce) ≠ plan")
        found = self.population(seal.version, pack)
        points = [int(each.content["points"]) for each in self.told("sample")]
        both = self._draw(seal, content["nonce"], found, points, content["original"])
        payload = both.payload()
        for name in ("forward", "reverse"):
            if payload[name] != content[name]:
                raise TanluError("TL760", value=self.id, why=name)
        return both, found

    def _draw(
        self, seal: Seal, nonce: bytes, found: Population, points: list[int], original: bytes
    ) -> TwoSamples:
        """Draw all rounds; from the frame as it was kept, whatever lies at its path now."""
        engagement = self.engagement()
        register = self.register() if engagement.by_risk else None
        rule, frame = engagement.frame, None
        if rule is not None:
            kept = self.workspace.path
            if original:
                kept = self.workspace.originals.get(original.hex())
                rule = replace(rule, file=kept.name)
            frame = read_frame(rule, kept.parent, found)
        seed = seed_of(seal.root, nonce)
        both = drawn(found, frame, points[0], seed, register=register)
        for each in points[1:]:
            both = drawn(found, frame, each, seed, register=register, before=both)
        return both
