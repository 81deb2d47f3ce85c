"""Two writers of one page say the same of keys: the registry and the verifier of one file."""

from __future__ import annotations

import math
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.house import tree

from tanlu.errors import TanluError
from tanlu.terms.proof import registry
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey, kid

KEYS = [SigningKey(bytes((n,)) * 32) for n in range(21, 27)]
WHO = st.integers(0, len(KEYS) - 1)
# mostly what may stand: a log in which nothing is admitted says little
FEW = st.sampled_from([0, 0, 0, 1, 1, 2])
ROLES = st.sampled_from(["preparer", "preparer", "verifier", "device"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["enrol", "rotate", "revoke", "device-enrol", "device-revoke", "head"]),
        FEW, WHO, ROLES, st.integers(0, 12),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


def second() -> Any:
    spec = spec_from_file_location("verify_min", tree.ROOT / "tools" / "verify_min.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


SECOND = second()


def said(step: str, by: SigningKey, key: SigningKey, role: str, number: int) -> Statement:
    kind = step if step in {"device-enrol", "device-revoke", "head"} else "key"
    content: dict[str, Any] = {"step": step} if kind == "key" else {}
    if "revoke" in step:
        content |= {"kid": kid(key.public), "trusted": number}
    elif kind != "head":
        role = "device" if kind == "device-enrol" else role
        signed = registry.possession(key, role, "n")
        content |= {"public": key.public, "role": role, "name": "n", "possession": signed}
    if step == "rotate":
        content |= {"replaces": kid(by.public), "until": number}
    payload = {"type": f"tanlu/{kind}/v1", **content}
    return Statement.sign(by, type=kind, issuer="a", subject="b", issued_s=1, payload=payload)


LET_IN = [("enrol", 0, 1, "preparer", 0), ("enrol", 0, 2, "preparer", 0),
          ("enrol", 2, 3, "verifier", 0)]  # fmt: skip


@settings(max_examples=300)
@example(steps=[*LET_IN, ("revoke", 1, 0, "", 1)])
@example(steps=[*LET_IN, ("rotate", 0, 4, "preparer", 9), ("revoke", 4, 0, "", 0)])
@given(steps=STEPS)
def test_both_admit_the_same_statements_and_hold_the_same_keys(steps: list[Any]) -> None:
    first, other = registry.Registry(), {}
    first.admit(0, said("enrol", KEYS[0], KEYS[0], "preparer", 0))
    taught(other, 0, said("enrol", KEYS[0], KEYS[0], "preparer", 0))
    for index, (step, by, key, role, number) in enumerate(steps, 1):
        statement = said(step, KEYS[by], KEYS[key], role, number)
        try:
            first.admit(index, statement)
        except TanluError:
            assert not taught(other, index, statement), (index, step)
        else:
            assert taught(other, index, statement), (index, step)
        ends = {k: math.inf if each.until is None else each.until for k, each in first.keys.items()}
        assert {k: (each[1], each[2], each[3]) for k, each in other.items()} == {
            k: (each.role, each.since, ends[k]) for k, each in first.keys.items()
        }


def taught(keys: dict[bytes, Any], index: int, statement: Statement) -> bool:
    """Let the second verifier take a statement; where it refuses, its table is put back."""
    before = {name: list(row) for name, row in keys.items()}
    try:
        SECOND.admit(keys, index, "w", *SECOND.statement(statement.encode(), "w"))
    except (SECOND.Bad, KeyError):
        keys.clear()
        keys.update(before)
        return False
    return True
