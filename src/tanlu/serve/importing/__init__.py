"""Bringing a file in by steps that are kept: uploaded, said, rehearsed, read, quantified."""

from tanlu.serve.importing import requests, steps
from tanlu.serve.importing.grading import Grade, graded
from tanlu.serve.importing.steps import Import

__all__ = ["Grade", "Import", "graded", "requests", "steps"]
