"""tanlu exchange pact: partners, what they tell, what we publish, and answers that wait."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import argparse

    import polars as pl

    from tanlu.cli.console import Console
    from tanlu.serve.api import Home
    from tanlu.share.exchange.pact import Footprint, Product
    from tanlu.store.relational import Scoped

__all__ = ["ask", "deliver", "fetch", "listed", "partner", "publish", "received"]

FOUND = 3
TENANT = "home"
NAMES = ("subject", "shipment", "consignment", "chain")
# rules of products first, then those of transport, as reports of products take them
PROFILES = ("iso14067", "iso14083")
SHOWN = 20


@contextlib.contextmanager
def _home(asked: argparse.Namespace) -> Iterator[Home]:
    from tanlu.serve.api import Home

    home = Home(asked.ledger)
    try:
        yield home
    finally:
        home.close()


@contextlib.contextmanager
def _state(asked: argparse.Namespace) -> Iterator[Scoped]:
    with _home(asked) as home, home.state.of(TENANT) as state:
        yield state


def partner(asked: argparse.Namespace, console: Console) -> int:
    """Keep where a partner is and how we are known there."""
    from tanlu.serve.exchange import answers
    from tanlu.share.exchange.pact import Partner

    secret = _text(asked.secret).strip()
    with _state(asked) as state:
        friend = Partner(asked.url, asked.client, secret)
        answers.befriend(state, friend, near=asked.near, reader=asked.reader)
    console.say("pact_kept", base=asked.url, client=asked.client)
    console.result({"base": asked.url, "client": asked.client, "near": asked.near})
    return 0


def fetch(asked: argparse.Namespace, console: Console) -> int:
    """Fetch a partner's footprints, keep them, and say what does not hold."""
    from tanlu.serve.exchange import answers, shelf
    from tanlu.share.egress import Egress
    from tanlu.share.exchange.pact import Client

    with _home(asked) as home:
        with home.state.of(TENANT) as state:
            friend, near = answers.friend_of(state, asked.url)
        client = Client(friend, Egress(near=near, ca=asked.ca))
        found = client.fetch(asked.form, _criteria(asked))
        with home.state.of(TENANT) as state:
            new = shelf.keep(state, friend.base, found)
    wrong = [(name, each) for name, listed in found.findings.items() for each in listed]
    console.say("pact_fetched", count=len(found.contents), base=friend.base, new=new,
                found=len(wrong))  # fmt: skip
    for name, each in wrong[:SHOWN]:
        console.tell(f"  {name}: {each.say(console.language)}")
    if len(wrong) > SHOWN:
        console.tell(f"  … {len(wrong) - SHOWN}")
    console.result({
        "base": friend.base, "footprints": len(found.contents), "new": new,
        "findings": [{"id": name, **each._asdict(), "said": each.say(console.language)}
                     for name, each in wrong],
    })  # fmt: skip
    return FOUND if asked.strict and wrong else 0


def _criteria(asked: argparse.Namespace) -> list[tuple[str, str]]:
    found = []
    for each in asked.where:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise TanluError("TL001", value=each)
        found.append((name, value))
    return found


def publish(asked: argparse.Namespace, console: Console) -> int:
    """Publish footprints for partners to find."""
    from tanlu.serve.exchange import answers, shelf

    told = _told(asked)
    with _state(asked) as state:
        new = shelf.publish(state, told, readers=asked.reader)
        heard = answers.announce(state, new, asked.tell, readers=asked.reader) if asked.tell else []
    console.say("pact_published", new=len(new), known=len(told) - len(new))
    for base in heard:
        console.say("pact_told", base=base)
    for each in told:
        console.tell(f"  {each.id}  {each.content['productNameCompany']}")
    console.result({
        "new": new, "known": len(told) - len(new), "ids": [each.id for each in told],
        "told": heard,
    })  # fmt: skip
    return 0


def _told(asked: argparse.Namespace) -> list[Footprint]:
    from tanlu.share.exchange.pact import Footprint

    text = _text(asked.product)
    now = datetime.now(UTC)
    if asked.product.suffix.lower() == ".json":
        try:
            read = json.loads(text)
        except ValueError as error:
            raise TanluError("TL004", value=asked.product, why=str(error)) from error
        listed = read if isinstance(read, list) else [read]
        if not all(isinstance(each, dict) for each in listed):
            raise TanluError("TL880", value=asked.product, why="an object is wanted")
        return [Footprint.made(each, at=now) for each in listed]
    if asked.subject is None or asked.period is None:
        raise TanluError("TL001", value="--subject, --period")
    return [_of_ledger(asked, _product(text, asked.product), now)]


def _product(text: str, path: Path) -> Product:
    from tanlu.share.exchange.pact import Product

    try:
        told = tomllib.loads(text)
        known = {each.name for each in fields(Product)}
        unknown = sorted(set(told) - known)
        if unknown:
            raise TanluError("TL880", value=path.name, why=f"it has no field {unknown[0]}")
        lists = {k: tuple(map(tuple, v)) if k == "sources" else tuple(v)
                 for k, v in told.items() if isinstance(v, list)}  # fmt: skip
        return Product(**(told | lists))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise TanluError("TL880", value=path.name, why=str(error)) from error


def _of_ledger(asked: argparse.Namespace, product: Product, now: datetime) -> Footprint:
    from tanlu.share.exchange.pact import Footprint, footprint_of, moments
    from tanlu.store import open_workspace
    from tanlu.terms import time

    span = time.period(asked.period)
    rows = _rows(open_workspace(asked.ledger).scan("emission"), asked.subject, span)
    ends = (moments.of_microseconds(span[0]), moments.of_microseconds(span[1]))
    made = footprint_of(rows, product, period=ends, at=now)
    if asked.replaces is None:
        return made
    return Footprint.made({**made.content, "precedingPfIds": [asked.replaces]}, at=now)


def _rows(table: pl.LazyFrame, subject: str, span: tuple[int, int]) -> pl.DataFrame:
    """Give the emissions of a subject in a period by one profile, electricity by location."""
    import polars as pl

    named = pl.any_horizontal(pl.col(name) == subject for name in NAMES)
    kind, _, value = subject.partition(":")
    if kind in NAMES:
        named = named | (pl.col(kind) == value)
    inside = (pl.col("start") >= span[0]) & (pl.col("start") < span[1])
    found = table.filter(named.fill_null(value=False), inside, pl.col("basis") != "market")
    rows = found.collect(engine="streaming").sort("emission_id")
    held = set(rows["profile"])
    chosen = next((name for name in PROFILES if name in held), None)
    return rows if chosen is None else rows.filter(profile=chosen)


def listed(asked: argparse.Namespace, console: Console) -> int:
    """List what partners find."""
    from tanlu.serve.exchange import shelf

    with _state(asked) as state:
        found = shelf.find(state, asked.form, None, reader=None, limit=shelf.MOST).footprints
    for each in found:
        console.tell(f"{each.id}  {each.status:10}  {each.content['productNameCompany']}")
    console.result({"footprints": [dict(each.content) for each in found]})
    return 0


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Ask a partner for footprints of products; the answer comes to our server later."""
    from tanlu.serve.exchange import answers
    from tanlu.share.exchange.pact import events

    with _state(asked) as state:
        friend, _ = answers.friend_of(state, asked.url)
        event = events.request(asked.form, asked.own, asked.product_id, asked.comment,
                               at=datetime.now(UTC))  # fmt: skip
        answers.queue(state, friend.base, event)
    console.say("pact_asked", base=friend.base, id=event.id)
    console.result({"base": friend.base, "id": event.id})
    return 0


def received(asked: argparse.Namespace, console: Console) -> int:
    """List what partners told, with what does not hold."""
    from tanlu.serve.exchange import shelf

    with _state(asked) as state:
        found = shelf.received(state)
    for each in found:
        name = each.content.get("productNameCompany", "")
        console.tell(f"{each.content.get('id')}  {each.base}  {name}")
        for finding in each.findings:
            console.tell(f"  {finding.say(console.language)}")
    console.result({"footprints": [
        {"base": each.base, "form": each.form, "content": each.content,
         "findings": [finding._asdict() for finding in each.findings]}
        for each in found
    ]})  # fmt: skip
    return 0


def deliver(asked: argparse.Namespace, console: Console) -> int:
    """Bring waiting answers to the partners."""
    from tanlu.serve.exchange import answers
    from tanlu.share.egress import Egress

    with _home(asked) as home:
        count = answers.deliver(home.state, TENANT, lambda near: Egress(near=near, ca=asked.ca))
    console.say("pact_delivered", count=count)
    console.result({"delivered": count})
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TanluError("TL004", value=path, why="not UTF-8") from error
