"""One look at what is live, for a page."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tanlu.serve.api import Principal
from tanlu.serve.live import Hub, followed, known_parks, look
from tanlu.store.stream import open_stream_log
from tests.serve.live.watching import POWERS, books, now_us, readings, say


@pytest.fixture
def asked(tmp_path):
    """Somebody who asks, in a role, where a park was heard."""
    workspace = books(tmp_path / "l")
    log = open_stream_log(workspace)
    say(log, readings(POWERS, seq=1, at=now_us()))
    hub = Hub(tick_s=0.1)

    def made(role: str, followed_by: Hub | None = hub) -> SimpleNamespace:
        state = SimpleNamespace(hub=followed_by) if followed_by else SimpleNamespace()
        request = SimpleNamespace(app=SimpleNamespace(state=state))
        who = Principal(f"{role}@home", "home", role)
        return SimpleNamespace(request=request, principal=who, tenant="home", workspace=workspace)

    yield made
    hub.close()
    log.close()


def test_a_look_is_a_whole_picture_of_each_topic(asked):
    told = asyncio.run(look(asked("viewer"), ("parks", "park:xian")))
    assert [park["id"] for park in told["parks"]["parks"]] == ["xian"]
    assert told["park:xian"]["kind"] == "snapshot"
    assert told["park:xian"]["roles"]["grid"]["w"] == 500


def test_who_looks_sees_only_what_his_role_may_watch(asked):
    assert "alarms" not in asyncio.run(look(asked("viewer"), ("parks", "alarms")))
    assert asyncio.run(look(asked("supplier"), ("parks",))) == {}


def test_where_nobody_follows_the_streams_nothing_is_told(asked):
    assert asyncio.run(look(asked("manager", None), ("parks",))) == {}
    assert not followed(asked("manager", None))


def test_who_looks_leaves_no_viewer_behind(asked):
    made = asked("manager")
    asyncio.run(look(made, ("parks",)))
    assert made.request.app.state.hub.viewers == 0


def test_parks_of_the_registry_are_known_before_they_are_heard(asked):
    assert [park["id"] for park in known_parks(asked("manager"))] == ["xian"]
    assert known_parks(asked("supplier")) == []
