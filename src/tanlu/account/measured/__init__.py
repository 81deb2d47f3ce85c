"""实测 Gas measured in the stack, hour by hour, beside what the factor method gives."""

from tanlu.account.measured.beside import Corroboration, corroborate, counted_twice
from tanlu.account.measured.hours import at_oxygen, hours, normal_volume
from tanlu.account.measured.record import Measured, record
from tanlu.account.measured.substitute import Rule, rule, substitute

__all__ = [
    "Corroboration",
    "Measured",
    "Rule",
    "at_oxygen",
    "corroborate",
    "counted_twice",
    "hours",
    "normal_volume",
    "record",
    "rule",
    "substitute",
]
