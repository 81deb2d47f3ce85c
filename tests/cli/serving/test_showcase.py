"""What partners find at a demonstration."""

from __future__ import annotations

from tanlu.cli.serving.showcase import publish
from tanlu.serve.exchange import shelf
from tanlu.share.exchange import ileap
from tanlu.share.exchange.pact import check_all


def test_services_and_shipments_are_published_once_and_hold(home):
    workspace = home.workspace("home")
    made = publish(home, workspace)
    assert made["footprints"] > 20
    assert made["tads"] > 20
    assert publish(home, workspace) == {"footprints": 0, "tads": 0}
    with home.state.of("home") as state:
        three = shelf.find(state, 3, None, reader=None, limit=1000).footprints
        two = shelf.find(state, 2, None, reader=None, limit=1000).footprints
    assert "Deprecated" in {each.status for each in three}
    services = [dict(each.content) for each in three if each.form == 3]
    assert services
    assert not any(check_all(services, 3).values())
    own = [dict(each.content) for each in two if each.content.get("extensions")]
    assert own
    assert ileap.check(own).findings == []


def test_another_organisation_has_nothing_of_it(home):
    publish(home, home.workspace("home"))
    with home.state.of("other") as state:
        assert shelf.find(state, 3, None, reader=None, limit=1).footprints == []
