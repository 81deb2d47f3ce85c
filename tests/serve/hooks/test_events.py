"""What is told is as it is described."""

from __future__ import annotations

import json
import re
import time

import jsonschema
import polars as pl
import pytest
import standardwebhooks

from tanlu.cli import main
from tanlu.serve.exchange import shelf
from tanlu.serve.hooks import EVENTS, Hooks, described
from tanlu.serve.hooks.outbox import hear
from tanlu.serve.hooks.shelf import Shelf
from tanlu.serve.jobs import Jobs, verbs
from tanlu.serve.jobs.publishing import published
from tanlu.store.relational.tables.hooks import MESSAGES
from tests.serving import last
from tests.share.exchange.pact.told import goods

HAN = re.compile("[\u4e00-\u9fff]")


def fits(event, data):
    """Hold the data of a message against its description; nothing is told beside it."""
    body = described()[event]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = body["properties"]["data"] | {"additionalProperties": False}
    jsonschema.Draft202012Validator(whole).validate(data)


def test_each_event_is_described_in_both_tongues_with_its_signature():
    told = described()
    assert set(told) == set(EVENTS)
    for name, way in told.items():
        operation = way["post"]
        assert operation["summary"]
        assert operation["description"]
        assert HAN.search(operation["x-summary-zh"]), name
        headers = {each["name"] for each in operation["parameters"]}
        assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator.check_schema(body)
        assert body["properties"]["type"]["const"] == name


def test_what_is_told_is_as_it_is_described(home):
    hooks = Shelf(home.state)
    hook = hooks.subscribe("home", "https://a.example/", sorted(EVENTS))
    workspace = home.workspace("home")
    hear(home, "home")
    last(published(workspace, {"name": "first"}))
    row = {"finding_id": ["f"], "code": ["TL331"], "severity": ["info"], "count": [1]}
    workspace.append("finding", pl.DataFrame(row))
    hear(home, "home")
    hooks.test("home", hook["id"])
    jobs = Jobs(home, verbs())
    jobs.cancel("home", jobs.ask("home", "verify", {}, "anna"))
    with home.state.of("home") as scoped:
        shelf.publish(scoped, [goods()])
        rows = scoped.rows(MESSAGES)
    told = [json.loads(row["body"]) for row in rows]
    assert {"edition.published", "finding.raised", "test", "job.done", "footprint.published"} <= {
        each["type"] for each in told
    }
    for each in told:
        fits(each["type"], each["data"])


def test_a_field_that_is_not_described_would_be_seen():
    with pytest.raises(jsonschema.ValidationError):
        fits("test", {"hook": "a", "more": 1})


def test_a_footprint_that_is_published_on_the_command_line_is_heard_of(
    home, receiver, reach, tmp_path, capsys
):
    """Another process publishes; the server that runs tells of it, signed."""
    hooks = Hooks(home, reach=reach)
    hook = hooks.shelf.subscribe("home", receiver.url, ["footprint.published"])
    hooks.start()
    file = tmp_path / "tea.json"
    file.write_text(json.dumps(dict(goods().content)), "utf-8")
    ledger = str(home.workspace("home").path)
    assert main(["exchange", "pact", "publish", str(file), "--ledger", ledger, "--json"]) == 0
    (name,) = json.loads(capsys.readouterr().out)["new"]
    ends = time.monotonic() + 90
    while not receiver.got:
        assert time.monotonic() < ends
        time.sleep(0.01)
    hooks.close()
    _, headers, body = receiver.got[0]
    told = standardwebhooks.Webhook(hook["secret"]).verify(body, headers)
    assert told["type"] == "footprint.published"
    assert [each["id"] for each in told["data"]["footprints"]] == [name]


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_page_of_webhooks_names_each_event_with_what_it_holds(root, tongue):
    text = (root / "docs" / tongue / "howto" / "hear-of-events.md").read_text("utf-8")
    rows = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| `")]
    told = {
        name: set(re.findall(r"`(\w+)`", row[2]))
        for row in rows
        for name in re.findall(r"`([\w.]+)`", row[0])
    }
    assert set(told) == set(EVENTS) - {"test"}
    for name, fields in told.items():
        data = EVENTS[name].data
        within = {part for each in data.values() for part in each.get("items", {}).get(
            "properties", ())}  # fmt: skip
        assert fields == set(data) | within, name
