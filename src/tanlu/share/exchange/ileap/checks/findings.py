"""What a check found: a code, the place, what stands there, what we compute, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tanlu.errors import reason, say
from tanlu.share.exchange.ileap.amounts import amount, number, ulp

__all__ = ["Checked", "Finding", "near", "off", "reach"]

# powers of ten that people mix up, and the words for it (reasons.csv)
SLIPS = {
    6: "it is 1,000,000 times that: g for t, or kg/t times kg",
    3: "it is 1,000 times that: kg for t, g for kg, or m for km",
    2: "it is 100 times that: percent for a share, or the point was moved",
    1: "it is 10 times that: the point was moved",
    -1: "it is a tenth of that: the point was moved",
    -2: "it is a hundredth of that: the point was moved",
    -3: "it is a thousandth of that: t for kg, kg for g, or km for m",
    -6: "it is a millionth of that: t for g",
}
UNKNOWN = "ask the sender what was meant"
SWAPPED = "the same digits in another order"
OTHER = "no unit slip explains it"
# of the quotient from a power of ten: what rounding may add to a slip
CLOSE = Fraction(5, 1000)
EXACT_PLACES = 9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that cannot be: ``where`` is the place, ``value`` what stands there.

    ``computed`` is what we compute in its place, where there is such a value.
    """

    code: str
    where: str
    value: str
    computed: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    def say(self, language: str = "en") -> str:
        """Give the sentence with its hint in ``en`` or ``zh``."""
        mend = f"we compute {self.computed}" if self.computed else UNKNOWN
        told = {name: reason(value, language) for name, value in (*self.fields, ("mend", mend))}
        told |= {"value": self.value, "where": self.where, "computed": self.computed or ""}
        return say(self.code, language=language, **told)

    def facts(self) -> dict[str, object]:
        """Give it as data, both sentences included."""
        return {
            "code": self.code,
            "where": self.where,
            "value": self.value,
            "computed": self.computed,
            "en": self.say("en"),
            "zh": self.say("zh"),
        }


@dataclass(slots=True)
class Checked:
    """What was found, how many comparisons held, and what nobody could compute from the file."""

    findings: list[Finding] = field(default_factory=list)
    held: int = 0
    undone: list[tuple[str, str]] = field(default_factory=list)

    def compare(
        self, code: str, where: str, value: str, computed: Fraction, allowed: Fraction, **told: str
    ) -> None:
        """Find a difference beyond what is allowed, or count that there is none."""
        stated = number(value)
        if stated is None:
            return  # its form is told elsewhere
        if abs(stated - computed) <= allowed:
            self.held += 1
            return
        shown = near(computed, allowed)
        why = off(value, computed)
        self.findings.append(Finding(code, where, value, shown, (("why", why), *told.items())))

    def tell(self, code: str, where: str, value: object, why: str, computed: str = "") -> None:
        """Note what cannot be, with the reason in English (reasons.csv has the Chinese)."""
        told = (("why", why),)
        self.findings.append(Finding(code, where, _short(value), computed or None, told))

    def hold(self, good: bool, code: str, where: str, value: object, why: str) -> None:
        """Count a rule that holds, or tell that it does not."""
        if good:
            self.held += 1
        else:
            self.tell(code, where, value, why)


def reach(value: object) -> Fraction:
    """Give half a unit of the last place of decimal text: how far the true value may lie."""
    return ulp(value) / 2 if isinstance(value, str) and number(value) is not None else Fraction(0)


def near(value: Fraction, allowed: Fraction) -> str:
    """Give a computed value: exactly where it ends soon, else as far as rounding lets it mean."""
    if (value * 10**EXACT_PLACES).denominator == 1:
        return amount(value, EXACT_PLACES)
    places = 0
    while places < 15 and Fraction(1, 10**places) > allowed / 2:
        places += 1
    return amount(value, max(places, 2))


def off(value: str, computed: Fraction) -> str:
    """Give why a value may be off: a unit slip, digits out of order, or neither."""
    stated = number(value)
    if stated is None or not stated or not computed:
        return OTHER
    for power, why in SLIPS.items():
        if abs(stated / computed / Fraction(10) ** power - 1) <= CLOSE:
            return why
    shown = amount(computed, len(value.partition(".")[2]))
    if sorted(value.replace(".", "")) == sorted(shown.replace(".", "")):
        return SWAPPED
    return OTHER


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
