"""What can be watched, and by whom."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import ROLES
from tanlu.serve.live.topics import MOST, WATCHERS, wanted


def test_each_topic_is_given_once_in_the_order_asked():
    assert wanted("kpi, park:xian,kpi,,park:西安", "viewer") == ("kpi", "park:xian", "park:西安")
    assert wanted("events,events:xian", "viewer") == ("events", "events:xian")


@pytest.mark.parametrize(
    "text", ["nothing", "park", "kpi:x", "park:", "park:a b", "park:a\nid: 1", "park:a'", "Park:x"]
)
def test_what_there_is_not_is_refused(text):
    with pytest.raises(TanluError, match="TL940"):
        wanted(text, "manager")


@pytest.mark.parametrize("text", ["", ",", ",".join(f"park:p{n}" for n in range(MOST + 1))])
def test_none_or_too_many_are_refused(text):
    with pytest.raises(TanluError, match="TL941"):
        wanted(text, "manager")


def test_a_role_watches_what_is_for_it_and_nothing_else():
    allowed = {
        role: {topic for topic, roles in WATCHERS.items() if role in roles} for role in ROLES
    }
    assert allowed["viewer"] == {"kpi", "parks", "park", "events"}
    assert allowed["supplier"] == allowed["device"] == set()
    assert allowed["manager"] == allowed["operator"] == set(WATCHERS)
    for role, topics in allowed.items():
        for topic in WATCHERS:
            text = f"{topic}:x" if topic in ("park", "devices") else topic
            if topic in topics:
                assert wanted(text, role) == (text,)
            else:
                with pytest.raises(TanluError, match="TL473"):
                    wanted(text, role)
