"""tanlu doctor: whether this installation is fit and the ledger holds."""

from __future__ import annotations

import argparse
import platform
from importlib import metadata, util

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.terms import VERSION

WITH_FINDINGS = 3
EXTRAS = {
    "duckdb": ("duckdb", "sqlglot"),
    "spark": ("pyspark", "sqlglot"),
    "fast": ("numba", "numpy"),
    "factors": ("pypdf",),
    "report": ("typst",),
    "account": ("numpy", "scipy"),
    "learn": ("sklearn",),
    "cloud": ("fsspec",),
    "share": ("nacl",),
    "sign": ("pyhanko",),
    "gm": ("tongsuopy",),
    "anchor": ("rfc3161_client",),
    "evm": ("web3",),
    "serve": ("granian", "msgspec", "numba"),
    "oidc": ("authlib",),
    "postgres": ("psycopg",),
    "mqtt": ("paho",),
    "nats": ("nats",),
    "kafka": ("confluent_kafka",),
    "modbus": ("pymodbus",),
    "ocpp": ("ocpp", "websockets"),
    "opcua": ("asyncua",),
    "rfid": ("llrpkit",),
    "track": ("msgspec", "numba", "numpy"),
}


def declare(add: Add, console: Console) -> None:  # noqa: ARG001 - each room declares alike
    """Declare the verb."""
    add("doctor", "doctor").set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Show versions, extras, factor packs, and check the ledger where there is one."""
    from tanlu.factors import library
    from tanlu.store import open_workspace

    held = library()
    facts: dict[str, object] = {
        "tanlu": VERSION,
        "python": platform.python_version(),
        "polars": metadata.version("polars"),
        "extras": {
            name: all(util.find_spec(module) is not None for module in modules)
            for name, modules in EXTRAS.items()
        },
        "factors": held.factors.height,
        "factors_hash": held.hash,
        "ledger": None,
    }
    sound = True
    if (asked.ledger / "workspace.json").exists():
        checked = console.follow(open_workspace(asked.ledger).check())
        sound = not checked["findings"]
        facts["ledger"] = checked
    _tell(facts, console)
    console.result(facts)
    return 0 if sound else WITH_FINDINGS


def _tell(facts: dict[str, object], console: Console) -> None:
    if console.as_json:
        return
    for key in ("tanlu", "python", "polars", "factors", "factors_hash"):
        console.write(f"{key:14} {facts[key]}")
    extras = facts["extras"]
    assert isinstance(extras, dict)
    for name, there in extras.items():
        console.write(
            f"tanlu[{name}]".ljust(15) + " " + console.word("fine" if there else "absent")
        )
    ledger = facts["ledger"]
    if isinstance(ledger, dict):
        if ledger["findings"]:
            console.say("broken", count=len(ledger["findings"]))
        else:
            console.say("holds", **{key: ledger[key] for key in ("parts", "rows", "version")})
