"""tanlu report product: the footprint of an order, a parcel, a SKU, or of a product.toml."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.reports.given import give, options
from tanlu.errors import TanluError

SHARED = ("mass", "count")
BY = ("order", "parcel", "sku", "consignment")


def declare(add: Add, console: Console, topics: Any) -> None:
    """Declare the topic under ``tanlu report``."""
    asking = add("product", "report_product", topics)
    asking.add_argument("asked", nargs="?", metavar="SUBJECT", help=console.word("product_asked"))
    asking.add_argument("--by", choices=BY, default="parcel", help=console.word("product_by"))
    asking.add_argument("--profile", help=console.word("product_profile"))
    asking.add_argument("--overhead", choices=SHARED, help=console.word("product_overhead"))
    options(asking, console)
    asking.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report the footprint of a product."""
    from tanlu.account.lifecycle import read_system
    from tanlu.report.product import product

    system, books = asked.asked, None
    if asked.asked is not None and asked.asked.endswith(".toml"):
        try:
            text = Path(asked.asked).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TanluError("TL530", value=asked.asked, why=f"UTF-8: {error.reason}") from error
        system = read_system(text)
        if system.about["ledger"] or (asked.ledger / "workspace.json").is_file():
            books = _open(asked)
    else:
        books = _open(asked)
    document = product(
        system, books, by=asked.by, period=asked.period, profile=asked.profile,
        language=console.language, overhead=asked.overhead,
    )  # fmt: skip
    return give(document, asked, console)


def _open(asked: argparse.Namespace) -> Any:
    from tanlu.store import open_workspace

    return open_workspace(asked.ledger)
