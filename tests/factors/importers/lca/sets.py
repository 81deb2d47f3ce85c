"""Data sets of life-cycle assessment made by hand for the tests of this room."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

C = 'xmlns:c="http://lca.jrc.it/ILCD/Common"'
PROCESS = f"""<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" {C}
 xmlns:e="http://www.iai.kit.edu/EPD/2013"><processInformation><dataSetInformation>
<c:UUID>p-1</c:UUID><name><baseName xml:lang="de">Stahl</baseName>
<baseName xml:lang="en">{{name}}</baseName></name></dataSetInformation>
<quantitativeReference><referenceToReferenceFlow>7</referenceToReferenceFlow>
</quantitativeReference><time><c:referenceYear>2022</c:referenceYear></time>
<geography><locationOfOperationSupplyOrProduction location="{{place}}"/></geography>
</processInformation><modellingAndValidation><LCIMethodAndAllocation>
<typeOfDataSet>{{kind}}</typeOfDataSet><LCIMethodPrinciple>Attributional</LCIMethodPrinciple>
</LCIMethodAndAllocation></modellingAndValidation><exchanges>
<exchange dataSetInternalID="7"><referenceToFlowDataSet refObjectId="f-1">
<c:shortDescription>steel</c:shortDescription></referenceToFlowDataSet>
<exchangeDirection>Output</exchangeDirection><meanAmount>2</meanAmount></exchange>
<exchange dataSetInternalID="8"><referenceToFlowDataSet refObjectId="f-2">
<c:shortDescription>Carbon dioxide (fossil)</c:shortDescription></referenceToFlowDataSet>
<exchangeDirection>Output</exchangeDirection><resultingAmount>3.1</resultingAmount></exchange>
</exchanges>{{results}}</processDataSet>"""
RESULTS = """<LCIAResults><LCIAResult><referenceToLCIAMethodDataSet><c:shortDescription>
Climate change - biogenic</c:shortDescription></referenceToLCIAMethodDataSet>
<meanAmount>9</meanAmount></LCIAResult><LCIAResult><referenceToLCIAMethodDataSet>
<c:shortDescription>Global warming potential - total (GWP-total), AR5</c:shortDescription>
</referenceToLCIAMethodDataSet>{amount}</LCIAResult></LCIAResults>"""
FLOW = f"""<flowDataSet {C}><quantitativeReference><referenceToReferenceFlowProperty>0
</referenceToReferenceFlowProperty></quantitativeReference><flowProperties>
<flowProperty dataSetInternalID="0"><referenceToFlowPropertyDataSet refObjectId="fp-1"/>
</flowProperty></flowProperties></flowDataSet>"""
PROPERTY = """<flowPropertyDataSet><referenceToReferenceUnitGroup refObjectId="ug-1"/>
</flowPropertyDataSet>"""
GROUP = """<unitGroupDataSet><referenceToReferenceUnit>0</referenceToReferenceUnit><units>
<unit dataSetInternalID="0"><name>kg</name></unit></units></unitGroupDataSet>"""


def process(
    name: str = "Steel sheet",
    place: str = "CN",
    kind: str = "LCI result",
    results: str = "<meanAmount>4.2</meanAmount>",
) -> str:
    """Give a process data set."""
    told = RESULTS.format(amount=results) if results else ""
    return PROCESS.format(name=name, place=place, kind=kind, results=told)


def ilcd(path: Path, *processes: str) -> Path:
    """Write an archive of processes with the flow, property and unit of the first."""
    files = {f"ILCD/processes/p{place}.xml": text for place, text in enumerate(processes)}
    files |= {
        "ILCD/flows/f-1.xml": FLOW, "ILCD/flowproperties/fp-1.xml": PROPERTY,
        "ILCD/unitgroups/ug-1.xml": GROUP,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


def olca(path: Path, **over: Any) -> Path:
    """Write an archive with one process of openLCA."""
    body = {
        "@type": "Process", "@id": "p-1", "name": "corrugated board box production",
        "processType": "LCI_RESULT", "location": {"code": "GLO"},
        "defaultAllocationMethod": "ECONOMIC_ALLOCATION",
        "processDocumentation": {"validFrom": "2023-01-01", "validUntil": "2025-12-31"},
        "exchanges": [
            {"isQuantitativeReference": True, "isInput": False, "amount": 1000.0,
             "unit": {"name": "g"}, "flow": {"name": "corrugated board box"}},
            {"isInput": False, "amount": 0.8, "unit": {"name": "kg"},
             "flow": {"name": "Carbon dioxide, fossil"}},
            {"isInput": False, "amount": 0.002, "unit": {"name": "kg"},
             "flow": {"name": "Methane, fossil"}},
        ],
        **over,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("processes/p-1.json", json.dumps(body))
        made.writestr("openlca.json", '{"schemaVersion": 2}')
    return path
