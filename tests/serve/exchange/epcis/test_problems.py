"""What goes wrong, as the standard names it."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("path", "status", "exception"),
    [
        ("/epcis/events?EQ_color=red", 400, "QueryParameterException"),
        ("/epcis/events?EQ_action=watch", 400, "QueryParameterException"),
        ("/epcis/events?perPage=0", 400, "QueryParameterException"),
        ("/epcis/events?perPage=x", 400, "QueryParameterException"),
        ("/epcis/events?maxEventCount=2", 413, "QueryTooLargeException"),
        (f"/epcis/events?EQ_eventID={'a' * 17_000}", 414, "URITooLongException"),
        ("/epcis/events/urn%3Anone", 404, "NoSuchNameException"),
        ("/epcis/bizSteps/installing", 404, "NoSuchNameException"),
        ("/epcis/epcs/no%20uri/events", 404, "NoSuchNameException"),
        ("/epcis/capture/none", 404, "NoSuchNameException"),
        ("/epcis/queries/none/events", 404, "NoSuchNameException"),
        ("/epcis/nowhere", 404, "NoSuchNameException"),
    ],
)
def test_what_cannot_be_answered_is_told_as_the_standard_names_it(
    client, path: str, status: int, exception: str
) -> None:
    answer = client.get(path)

    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"epcisException:{exception}"
    assert "有" in client.get(path, headers={"accept-language": "zh"}).json()["title"] or status
