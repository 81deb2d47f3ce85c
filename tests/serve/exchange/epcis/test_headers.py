"""What client and server agree on by headers."""

from __future__ import annotations

import pytest

from tests.serve.exchange.epcis.conftest import ids


def test_prefixes_come_in_a_header(client) -> None:
    mine = {"GS1-Extensions": "a=https://other.example/, b=https://ns.example.com/epcis/"}

    assert ids(client.get("/epcis/events?EQ_b:lane=3", headers=mine)) == ["3"]
    assert ids(client.get("/epcis/events?EQ_a:lane=3", headers=mine)) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"accept": "application/json"}, 200),
        ({"accept": "application/ld+json"}, 200),
        ({"accept": "text/html, application/*;q=0.5"}, 200),
        ({"accept": "application/xml"}, 406),
        ({"GS1-EPCIS-Min": "2.0.0", "GS1-EPCIS-Max": "2.1"}, 200),
        ({"GS1-EPCIS-Min": "2.1"}, 406),
        ({"GS1-EPCIS-Max": "1.2"}, 406),
        ({"GS1-CBV-Max": "1.2.2"}, 406),
        ({"GS1-CBV-Min": "latest"}, 406),
        ({"GS1-EPC-Format": "No_Preference"}, 200),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, 406),
    ],
)
def test_versions_and_forms_are_agreed_on_by_headers(
    client, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/epcis/events?perPage=1", headers=headers)

    assert answer.status_code == status
    if status == 200:
        assert answer.headers["gs1-epcis-version"] == answer.headers["gs1-cbv-version"] == "2.0.0"
        wanted = headers.get("accept", "application/json")
        assert answer.headers["content-type"] == (wanted if "ld+" in wanted else "application/json")
    else:
        assert answer.json()["type"] == "epcisException:NotAcceptableException"
