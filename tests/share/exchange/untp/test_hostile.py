"""Whatever a credential says, the check answers with findings and never with a fault."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.untp import check, issue
from tanlu.share.exchange.untp.jose import sign
from tests.share.exchange.ileap.test_hostile import ODD, places
from tests.share.exchange.untp.conftest import NOW, Owner


@given(st.data())
def test_odd_values_anywhere_are_findings_and_no_faults(owner: Owner, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["passport", "attestation", "events"]))
    token = check(issue(kind, owner.issue(proof=None), owner.signer), now=NOW).token
    body: dict[str, Any] = copy.deepcopy(token.body)
    known = [(holder, key) for holder, key in places(body) if key not in {"id", "issuer"}]
    holder, key = known[data.draw(st.integers(0, len(known) - 1))]
    holder[key] = copy.deepcopy(data.draw(ODD))
    for each in check(sign(body, owner.signer), now=NOW).findings:
        assert each.code in ("TL922", "TL923", "TL924")
        assert each.say("zh")
