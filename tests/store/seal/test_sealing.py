from __future__ import annotations

from hashlib import sha256

from tanlu.store.groups import GROUPS
from tanlu.store.seal import sealing
from tanlu.terms import schema
from tanlu.terms.proof import cbor
from tests.store.activities import activities, emissions


def test_each_part_is_sealed_once(workspace, result) -> None:
    first = activities(10)
    workspace.commit({"activity": first, "emission": emissions(first)})

    assert result(workspace.seal()) == {"records": 20, "parts": 2, "version": 2}
    assert result(workspace.seal()) == {"records": 0, "parts": 0, "version": 2}


def test_the_payload_names_part_schema_and_roots(workspace, result) -> None:
    workspace.append("activity", activities(10))
    result(workspace.seal())
    (entry,) = workspace.parts("activity")
    sealed = sealing.sealed_parts(workspace.manifest)[entry.file]
    raw = (workspace.path / sealed["payload"]).read_bytes()
    batch = cbor.decode(raw)

    assert sha256(raw).hexdigest() == sealed["sha256"]
    assert {
        "type": "tanlu/batch/v2",
        "table": "activity",
        "version": 1,
        "n": 10,
        "groups": list(GROUPS),
        "columns": [
            [column.name for column in schema("activity").columns if column.group == group]
            for group in GROUPS
        ],
        "part": bytes.fromhex(entry.sha256),
        "blocks": bytes.fromhex(entry.root),
        "schema": bytes.fromhex(entry.schema),
        "root": bytes.fromhex(sealed["root"]),
    } == batch


def test_appends_go_on_while_sealing(workspace) -> None:
    workspace.append("activity", activities(10))
    workspace.append("activity", activities(10, first=50))
    work = workspace.seal()
    next(work)
    workspace.append("activity", activities(10, first=100))

    assert [step.result for step in work][-1] == {"records": 20, "parts": 2, "version": 4}
