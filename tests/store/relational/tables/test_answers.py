"""Answers under a key and files that wait belong each to an organisation."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.relational import open_state
from tanlu.store.relational.tables import ANSWERS, UPLOADS


def test_one_key_is_one_answer_of_one_person_in_one_organisation(tmp_path):
    state = open_state(tmp_path / "state.db")
    row = {"identity": "ann", "key": "k", "asked": "h", "status": 0, "created_us": 1}
    for tenant in ("home", "other"):
        with state.of(tenant) as scoped:
            scoped.add(ANSWERS, row)
    with pytest.raises(TanluError, match="TL671"), state.of("home") as scoped:
        scoped.add(ANSWERS, row)
    file = {"upload": "u", "name": "a", "sha256": "", "bytes": 1, "by": "ann", "created_us": 1}
    with state.of("home") as scoped:
        scoped.add(UPLOADS, file)
        assert scoped.count(UPLOADS) == 1
    with state.of("other") as scoped:
        assert scoped.count(UPLOADS) == 0
    state.close()
