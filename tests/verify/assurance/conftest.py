"""A small ledger with known errors, and a log in memory that admits by the registry's rules."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import polars as pl
import pytest

from tanlu.store import open_workspace
from tanlu.terms.proof import cose, keys, registry
from tanlu.verify.assurance import Trail, population, steps, strategic
from tanlu.verify.assurance.engagement import Engagement, FrameRule
from tanlu.verify.assurance.papers import papers, write_paper
from tanlu.verify.assurance.risks import proposed
from tanlu.verify.assurance.sampling.power import Power

UG_PER_KG = 1_000_000_000
SPAN = (1_767_196_800_000_000, 1_767_283_200_000_000)


class MemoryLog:
    """What the steps ask of a log, without a file."""

    origin = "log.example/test"

    def __init__(self, workspace) -> None:
        self.workspace = workspace
        self.preparer = keys.SigningKey(b"\x01" * 32)
        self.registry = registry.Registry()
        self._stated = []
        self.enrol(self.preparer, "preparer", "Books Ltd")

    @property
    def size(self) -> int:
        return len(self._stated)

    def enrol(self, key, role, name):
        payload = {
            "type": "tanlu/key/v1", "step": "enrol", "public": key.public, "role": role,
            "name": name, "possession": registry.possession(key, role, name),
        }  # fmt: skip
        return self.state("key", name, payload)

    def state(self, kind, subject, payload, key=None):
        statement = cose.Statement.sign(
            key or self.preparer, type=kind, issuer="test", subject=subject, issued_s=1_790_000_000,
            payload=payload,
        )  # fmt: skip
        self.registry.admit(self.size, statement)
        self._stated.append(SimpleNamespace(index=self.size, statement=statement))
        return self._stated[-1]

    def statements(self, kind=None):
        return [each for each in self._stated if kind in (None, each.statement.type)]

    def entry(self, index):
        return self._stated[index].statement.encode()

    def catch_up(self):
        yield from ()


@pytest.fixture
def books(tmp_path):
    """A ledger of 400 legs of 1 to 8 kg CO2e with mass and distance, of two sources."""
    workspace = open_workspace(tmp_path / "books", create=True)
    names = [f"leg/{number:04}" for number in range(400)]
    mass = [1_000_000 * (100 + 7 * (number % 50)) for number in range(400)]
    activities = pl.DataFrame(
        {
            "activity_id": names,
            "start": [SPAN[0]] * 400,
            "end": [SPAN[0] + 3_600_000_000] * 400,
            "zone": ["Asia/Shanghai"] * 400,
            "precision": ["hour"] * 400,
            "kind": ["transport.road"] * 400,
            "mass_mg": mass,
            "distance_m": [100_000] * 400,
            "subject": [f"waybill:W{number:04}" for number in range(400)],
            "source_sha256": [("a" if number < 300 else "b") * 64 for number in range(400)],
            "source_line": list(range(400)),
        }
    )
    workspace.append("activity", activities, source={"file": "a" * 64, "name": "legs.csv"})
    amounts = [value // 1_000_000 * 10 * 1_000_000 for value in mass]
    workspace.append("emission", _emissions(names, amounts))
    return workspace


def _emissions(names, amounts):
    count = len(names)
    return pl.DataFrame(
        {
            "emission_id": [f"{name}|iso14083|ttw|none|" for name in names],
            "activity_id": names,
            "profile": ["iso14083"] * count,
            "boundary": ["ttw"] * count,
            "basis": ["none"] * count,
            "method": ["intensity"] * count,
            "tier": ["modelled"] * count,
            "kind": ["transport.road"] * count,
            "start": [SPAN[0]] * count,
            "end": [SPAN[0] + 3_600_000_000] * count,
            "zone": ["Asia/Shanghai"] * count,
            "co2e_ug": amounts,
            "lower_ug": [amount * 9 // 10 for amount in amounts],
            "upper_ug": [amount * 12 // 10 for amount in amounts],
            "sigma_ln_ppm": [70_000] * count,
            "gwp_set": ["AR6"] * count,
            "factor_id": ["f"] * count,
            "factor_hash": ["0" * 64] * count,
        }
    )


@pytest.fixture
def emissions():
    """How a test makes emissions of its own: names and amounts [ug]."""
    return _emissions


@pytest.fixture
def log(books):
    """The log of the books."""
    return MemoryLog(books)


@pytest.fixture
def verifier(log):
    """A verifier's key that the log knows."""
    key = keys.SigningKey(b"\x02" * 32)
    log.enrol(key, "verifier", "Careful Eyes")
    return key


@pytest.fixture
def engagement():
    """A reasonable engagement on the books, with a frame."""
    return Engagement(
        id="E1", client="Books Ltd", verifier="Careful Eyes", criteria=("ISO 14083:2023",),
        scope="road", boundary="one company", period="2026-01-01", profile="iso14083",
        basis="location", frame=FrameRule("gate.csv", "waybill", "tkm", "t·km"),
    )  # fmt: skip


@pytest.fixture
def gate(tmp_path, books):
    """What the gate counted: every leg of the books, by number of waybill, in t·km."""
    rows = books.scan("activity").select("subject", "mass_mg").collect().sort("subject")
    text = "waybill,tkm\n" + "".join(
        f"{subject.partition(':')[2]},{mass / 10_000_000:g}\n" for subject, mass in rows.iter_rows()
    )
    (tmp_path / "gate.csv").write_text(text)
    return tmp_path / "gate.csv"


@pytest.fixture
def trail(books, log, engagement):
    """The engagement in the log."""
    return Trail(books, log, engagement.id)


@pytest.fixture
def plan(trail, engagement, verifier, monkeypatch):
    """How a test states a plan of 63 units, with a nonce that is the same in every run."""
    monkeypatch.setattr(steps.secrets, "token_bytes", lambda size: b"\x07" * size)

    def stated():
        found = population(trail.workspace, engagement)
        register = proposed(strategic(found))
        power = Power(63, (), {}, 60, 89, 0)
        told, nonce = trail.plan(engagement, found, register, power, verifier)
        return SimpleNamespace(told=told, nonce=nonce, register=register, found=found)

    return stated


@pytest.fixture
def planned(plan):
    """A plan that was stated."""
    return plan()


@pytest.fixture
def draw_more(trail, planned, tmp_path, verifier):
    """How a test draws both samples, or more of them."""
    return lambda more=0: trail.sample(planned.nonce, tmp_path, verifier, more)


@pytest.fixture
def draw_both(draw_more):
    """How a test draws both samples."""
    return draw_more


@pytest.fixture
def sampled(draw_both, gate):
    """Both samples; ``ids`` are the units of the forward one."""
    _, both, found = draw_both()
    ids = both.forward[0].drawn.rows["id"].to_list()
    return SimpleNamespace(both=both, found=found, ids=ids)


@pytest.fixture
def fill(trail, tmp_path):
    """How a test fills in both papers: evidence is a multiple of what was reported, or None."""

    def filled(*, times=None):
        both, found = trail.redrawn()
        rule = trail.engagement().frame
        made = papers(both, found, rule, trail.workspace.zone, "en")
        evidence = []
        for one, reported in made["forward"].select("id", "reported").iter_rows():
            factor = (times or {}).get(one, Decimal(1))
            evidence.append("none" if factor is None else f"{Decimal(reported) * factor:f}")
        ahead = made["forward"].with_columns(evidence=pl.Series(evidence))
        behind = made["reverse"].with_columns(pl.col("reported").fill_null("none"))
        write_paper(ahead, tmp_path / "forward.csv", "en")
        write_paper(behind, tmp_path / "reverse.xlsx", "zh")
        return [tmp_path / "forward.csv", tmp_path / "reverse.xlsx"]

    return filled
