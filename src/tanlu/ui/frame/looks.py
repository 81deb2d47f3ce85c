"""Templates: one environment a tongue, with the kit, the words and the numbers at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from tanlu.terms import VERSION, Chart
from tanlu.ui.charts import options
from tanlu.ui.frame.files import built
from tanlu.ui.frame.words import LANGUAGES, Words

__all__ = ["HERE", "Kit", "looks", "template"]

# the address of the page that is being written, for macros: they see no context
HERE: ContextVar[Callable[..., str]] = ContextVar("HERE")


class Kit:
    """The macros of ``templates/kit/*.html`` by name: ``kit.card(…)`` in any template."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if not self._macros:
            for each in self._environment.list_templates(filter_func=_of_kit):
                module = self._environment.get_template(each).module
                self._macros |= {k: v for k, v in vars(module).items() if not k.startswith("_")}
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(name) from None


def _of_kit(name: str) -> bool:
    return name.startswith("kit/") and name.endswith(".html")


@cache
def looks(language: str) -> Environment:
    """Give the environment of one tongue."""
    assert language in LANGUAGES
    found = Environment(
        loader=PackageLoader("tanlu.ui", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words = Words(language)
    found.globals.update(
        kit=Kit(found), w=words, language=language, version=VERSION,
        static=_static, has_static=lambda name: bool(_static(name)),
        spec=spec, here=_here,
    )  # fmt: skip
    return found


def template(language: str, name: str) -> Template:
    """Give a template of one tongue."""
    return looks(language).get_template(name)


def _here(**changes: object) -> str:
    return HERE.get()(**changes)


def _static(name: str) -> str:
    found = built()
    return found.href(name) if found else ""


def spec(chart: Chart, language: str) -> Markup:
    """Give the options of a chart as JSON that may stand in a script element."""
    text = json.dumps(options(chart, language), ensure_ascii=False, separators=(",", ":"))
    # nothing within the text may end the element or begin another
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - options are data
