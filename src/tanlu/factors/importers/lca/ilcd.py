"""ILCD process data sets, as XML in an archive or as the JSON that data nodes offer.

The unit of the reference flow is told by its flow, flow property and unit group, which stand in the
same archive. EPD results are told by module; A1-A3 is taken.

Source: JRC, ILCD format 1.1, process data set; ILCD+EPD format extensions 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from tanlu.errors import TanluError
from tanlu.factors.importers.imported import Imported
from tanlu.factors.importers.lca.product import GASES, Product, imported, warming
from tanlu.factors.importers.read import Archive, documents, guarded, tree, within

__all__ = ["load"]

MOST = 20_000  # data sets of an archive
MODULES = ("A1-A3", "A1A3", "A1")
TONGUE = "{http://www.w3.org/XML/1998/namespace}lang"


def load(path: Path) -> Imported:
    """Give the factors of an archive, an XML file or a JSON file.

    Raises
    ------
    TanluError
        TL220 for a file without a process data set.
    """
    with guarded(path):
        head = path.read_bytes()[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:1] in {b"{", b"["}:
        products = list(_of_json(path))
    elif head[:2] == b"PK":
        products = list(_of_archive(path))
    else:
        root = tree(path, path.read_bytes())
        products = [_product(root, path.name, 1, lambda _: None)] if _is(root) else []
    if not products:
        raise TanluError("TL220", value=path.name, why="it has no process data set")
    return imported(products, path, "ilcd")


def _of_archive(path: Path) -> Iterator[Product]:
    with Archive(path) as archive:
        files = {Path(name).stem.split("_")[0]: name for name in archive.names}
        processes = [name for name in archive.names if re.search(r"processes/[^/]+\.xml$", name)]
        within(path, len(processes), MOST, "data sets")

        def other(uuid: str) -> Element | None:
            name = files.get(uuid)
            return tree(path, archive.read(name)) if name and name.endswith(".xml") else None

        for number, name in enumerate(processes, start=1):
            root = tree(path, archive.read(name))
            if _is(root):
                yield _product(root, name, number, other)
        if not processes:
            yield from _of_json(path)


def _is(root: Element) -> bool:
    return root.tag.rpartition("}")[2] == "processDataSet"


def _named(node: Element, name: str) -> list[Element]:
    """Give the descendants of a local name, whatever their namespace."""
    return [each for each in node.iter() if each.tag.rpartition("}")[2] == name]


def _text(node: Element | None, name: str) -> str:
    """Give the text of the first descendant of a name, in English where there is a choice."""
    found = _named(node, name) if node is not None else []
    english = [each for each in found if each.get(TONGUE) == "en"]
    return next(((each.text or "").strip() for each in [*english, *found]), "")


def _ref(node: Element | None, name: str) -> str:
    found = _named(node, name) if node is not None else []
    return next((each.get("refObjectId") or "" for each in found), "")


def _product(
    root: Element, file: str, number: int, other: Callable[[str], Element | None]
) -> Product:
    exchanges = _named(root, "exchange")
    wanted = _text(root, "referenceToReferenceFlow")
    reference = next((each for each in exchanges if each.get("dataSetInternalID") == wanted), None)
    value, method = warming(_results(root))
    places = _named(root, "locationOfOperationSupplyOrProduction")
    classes = [(each.text or "").strip() for each in _named(root, "class")]
    return Product(
        file=file,
        number=number,
        uuid=_text(root, "UUID"),
        name=_text(root, "baseName"),
        classes="; ".join(classes),
        place=next((each.get("location") or "" for each in places), ""),
        year=_text(root, "referenceYear")[:4],
        until=_text(root, "dataSetValidUntil")[:4],
        kind=_text(root, "typeOfDataSet"),
        model=", ".join(
            each for name in ("LCIMethodPrinciple", "LCIMethodApproaches")
            if (each := _text(root, name))
        ),
        owner=_owner(root),
        unit=_unit(_ref(reference, "referenceToFlowDataSet"), other),
        amount=_text(reference, "resultingAmount") or _text(reference, "meanAmount"),
        co2e=value,
        method=method,
        gases=_gases(exchanges),
    )  # fmt: skip


def _owner(root: Element) -> str:
    held = _named(root, "referenceToOwnershipOfDataSet")
    return _text(held[0], "shortDescription") if held else ""


def _results(root: Element) -> Iterator[tuple[str, str]]:
    for result in _named(root, "LCIAResult"):
        name = _text(result, "shortDescription")
        modules = {
            value: (each.text or "").strip()
            for each in _named(result, "amount")
            for key, value in each.attrib.items()
            if key.rpartition("}")[2] == "module"
        }
        told = next((modules[each] for each in MODULES if each in modules), "")
        yield name, told or _text(result, "meanAmount")


def _gases(exchanges: list[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in exchanges:
        if _text(each, "exchangeDirection") == "Output":
            name = _text(each, "shortDescription").casefold()
            for gas, pattern in GASES.items():
                if re.match(pattern, name) and gas not in found:
                    found[gas] = _text(each, "resultingAmount") or _text(each, "meanAmount")
    return found


def _unit(flow: str, other: Callable[[str], Element | None]) -> str:
    """Give the unit of a flow by its property and the group of its units."""
    body = other(flow) if flow else None
    if body is None:
        return ""
    wanted = _text(body, "referenceToReferenceFlowProperty")
    held = [
        each for each in _named(body, "flowProperty") if each.get("dataSetInternalID") == wanted
    ]
    group = other(_ref(held[0], "referenceToFlowPropertyDataSet")) if held else None
    units = other(_ref(group, "referenceToReferenceUnitGroup")) if group is not None else None
    if units is None:
        return ""
    chosen = _text(units, "referenceToReferenceUnit")
    named = [each for each in _named(units, "unit") if each.get("dataSetInternalID") == chosen]
    return _text(named[0], "name") if named else ""


def _of_json(path: Path) -> Iterator[Product]:
    for number, (name, body) in enumerate(documents(path), start=1):
        if isinstance(body, dict) and isinstance(body.get("processInformation"), dict):
            yield _json_product(body, name, number)


def _at(body: Any, *path: str) -> Any:
    """Give what stands under names, the first of a list, nothing where one is absent."""
    for name in path:
        if isinstance(body, list):
            body = body[0] if body else None
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _said(body: Any) -> str:
    """Give a text, of one tongue or of many."""
    if isinstance(body, list):
        english = [each for each in body if isinstance(each, dict) and each.get("lang") == "en"]
        return _said(next(iter([*english, *body]), ""))
    return str(body.get("value", "")) if isinstance(body, dict) else str(body or "")


def _json_product(body: dict[str, Any], file: str, number: int) -> Product:
    about = body["processInformation"]
    wanted = _said(_at(about, "quantitativeReference", "referenceToReferenceFlow"))
    held = _at(body, "exchanges", "exchange")
    exchanges = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    reference = next(
        (each for each in exchanges if _said(each.get("dataSetInternalID")) == wanted), {}
    )
    value, method = warming(_json_results(body))
    modelling = _at(body, "modellingAndValidation", "LCIMethodAndAllocation")
    return Product(
        file=file,
        number=number,
        uuid=_said(_at(about, "dataSetInformation", "UUID")),
        name=_said(_at(about, "dataSetInformation", "name", "baseName")),
        classes="",
        place=_said(_at(about, "geography", "locationOfOperationSupplyOrProduction", "location")),
        year=_said(_at(about, "time", "referenceYear"))[:4],
        until=_said(_at(about, "time", "dataSetValidUntil"))[:4],
        kind=_said(_at(modelling, "typeOfDataSet")),
        model=_said(_at(modelling, "LCIMethodPrinciple")),
        owner=_said(
            _at(body, "administrativeInformation", "publicationAndOwnership",
                "referenceToOwnershipOfDataSet", "shortDescription")
        ),
        unit=_said(_at(reference, "flowProperties", "referenceUnit")),
        amount=_said(reference.get("resultingflowAmount") or reference.get("meanAmount")),
        co2e=value,
        method=method,
        gases={},
    )  # fmt: skip


def _json_results(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    held = _at(body, "LCIAResults", "LCIAResult")
    for each in held if isinstance(held, list) else ():
        name = _said(_at(each, "referenceToLCIAMethodDataSet", "shortDescription"))
        anies = _at(each, "other", "anies")
        modules = {
            str(one.get("module")): _said(one.get("value"))
            for one in (anies if isinstance(anies, list) else ())
            if isinstance(one, dict) and one.get("module")
        }
        told = next((modules[one] for one in MODULES if one in modules), "")
        yield name, told or _said(_at(each, "meanAmount"))
