"""词汇 What the words mean: schemas, units, gases, time, place, formulas and proofs as data."""

from tanlu.terms import exchange, gases, glossary, kinds, taxonomy, time, units
from tanlu.terms.about import VERSION
from tanlu.terms.records import Chart, Document, Progress, Section
from tanlu.terms.schemas import Column, Schema, schema

__all__ = [
    "VERSION",
    "Chart",
    "Column",
    "Document",
    "Progress",
    "Schema",
    "Section",
    "exchange",
    "gases",
    "glossary",
    "kinds",
    "schema",
    "taxonomy",
    "time",
    "units",
]
