"""Small frozen records that may pass between rooms beside tables."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Chart", "Document", "Progress", "Section"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is; a long verb is a generator that yields these.

    ``done`` and ``total`` count ``unit``; ``total`` is None while unknown. The last one has
    ``result``: what the verb gives.
    """

    step: str
    done: int
    total: int | None
    unit: str = "rows"
    result: object = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as data: a subset of ECharts options.

    ``kind`` is bar, stack, line (stacked areas), curve, tiles or sankey; ``categories`` name the
    axis; ``series`` maps a name to its values; a sankey has ``links`` of (from, to, value) instead.
    Only pages draw heat (categories across, series down), scatter and network (``points`` and
    ``links``), and only they use what follows.

    Parameters
    ----------
    points
        (name, x, y, size): of a network longitude and latitude in degrees; of a scatter the value
        on the axis ``right_unit`` and the value in ``unit``.
    roles
        (label, colour role) where the label is no word of the reports; a link is ``from→to``.
    hrefs
        (label, address) of the records behind a category, a node, a point or a link.
    bounds
        (series, ((lower, upper), …)): the interval of each value.
    right
        Series on an axis of their own on the right, in ``right_unit``.
    over
        Series drawn as a line over stacked areas.
    forecast
        Number of the first category that is not measured yet; from there all is dashed.
    top
        Value of the largest colour or size, so that charts of several steps compare; the largest
        value of the chart itself if not said.
    outlines
        Lines of (longitude, latitude) below a network: boundaries that an operator supplied.
    areas
        (label, polygons) of a network: what of ``outlines`` bounds a region, each polygon as the
        numbers of its lines, the outer one first. It is filled in the colour of its role, and
        ``categories`` (``LABEL name``) with the one series say its value.
    note
        What stands in the corner of a network: the number under which its map was approved.
    """

    kind: str
    title: str
    unit: str
    categories: tuple[str, ...] = ()
    series: tuple[tuple[str, tuple[float, ...]], ...] = ()
    links: tuple[tuple[str, str, float], ...] = ()
    points: tuple[tuple[str, float, float, float], ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    hrefs: tuple[tuple[str, str], ...] = ()
    bounds: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = ()
    right: tuple[str, ...] = ()
    right_unit: str = ""
    over: tuple[str, ...] = ()
    forecast: int | None = None
    top: float | None = None
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
    areas: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document: words, key figures, a table or a chart, in that order.

    ``columns`` and ``rows`` hold a table of texts and numbers; ``figures`` are
    (label, value, unit) key figures.
    """

    title: str
    text: str = ""
    figures: tuple[tuple[str, str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report before it has a form: ``report.render`` makes HTML, XLSX or JSON of it."""

    title: str
    language: str
    sections: tuple[Section, ...]
    facts: dict[str, object] = field(default_factory=dict)
