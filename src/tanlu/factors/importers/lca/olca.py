"""openLCA's JSON-LD: processes with their exchanges or impact results, and results.

Source: GreenDelta, olca-schema 2, types Process, Exchange, Result and ImpactResult.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.factors.importers.imported import Imported
from tanlu.factors.importers.lca.product import GASES, Product, imported, warming
from tanlu.factors.importers.read import documents

__all__ = ["load"]


def load(path: Path) -> Imported:
    """Give the factors of an archive or a file of JSON-LD.

    Raises
    ------
    TanluError
        TL220 for a file without a process or result.
    """
    products = [
        _product(body, name, number)
        for number, (name, body) in enumerate(_bodies(path), start=1)
        if _word(body, "@type") in {"Process", "Result"}
    ]
    if not products:
        raise TanluError("TL220", value=path.name, why="it has no process or result")
    return imported(products, path, "olca")


def _bodies(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in documents(path):
        for each in body if isinstance(body, list) else [body]:
            if isinstance(each, dict):
                yield name, each


def _word(body: Any, *names: str) -> str:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body.strip() if isinstance(body, str) else ""


def _list(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    held = body.get(name)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _product(body: dict[str, Any], file: str, number: int) -> Product:
    documented = body.get("processDocumentation")
    about: dict[str, Any] = documented if isinstance(documented, dict) else {}
    exchanges = [*_list(body, "exchanges"), *_list(body, "flowResults")]
    marks = ("isQuantitativeReference", "isRefFlow", "quantitativeReference")
    reference = next((each for each in exchanges if any(each.get(m) is True for m in marks)), {})
    value, method = warming(
        (f"{_word(each, 'indicator', 'name')} {_word(body, 'impactMethod', 'name')}".strip(),
         _word(each, "amount"))
        for each in _list(body, "impactResults")
    )  # fmt: skip
    kind = _word(body, "processType").replace("_", " ").casefold()
    return Product(
        file=file,
        number=number,
        uuid=_word(body, "@id"),
        name=_word(reference, "flow", "name") or _word(body, "name"),
        classes="; ".join(each for each in (_word(body, "name"), _word(body, "category")) if each),
        place=_word(body, "location", "code")
        or _word(body, "location", "name")
        or _word(reference, "location", "code"),
        year=(_word(about, "validFrom") or _word(body, "lastChange"))[:4],
        until=_word(about, "validUntil")[:4],
        kind=kind or _word(body, "@type").casefold(),
        model=_word(about, "inventoryMethodDescription")[:80]
        or _word(body, "defaultAllocationMethod").replace("_", " ").casefold(),
        owner=_word(about, "dataSetOwner", "name"),
        unit=_word(reference, "unit", "name"),
        amount=_word(reference, "amount"),
        co2e=value,
        method=method,
        gases=_gases(exchanges),
    )


def _gases(exchanges: list[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in exchanges:
        if each.get("isInput") is not True and _word(each, "unit", "name") in {"kg", ""}:
            name = _word(each, "flow", "name").casefold()
            for gas, pattern in GASES.items():
                if re.match(pattern, name) and gas not in found:
                    found[gas] = _word(each, "amount")
    return found
