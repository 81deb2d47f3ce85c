"""规则 Rules as data: the names and thresholds that a room keeps in tables beside its code."""

from tanlu.terms.rules.tables import Limits, Rule, limits_of, rules_of, table

__all__ = ["Limits", "Rule", "limits_of", "rules_of", "table"]
