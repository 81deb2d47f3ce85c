"""合理性 Whether what is recorded can be: rules over a ledger, each finding with its evidence."""

from tanlu.verify.plausibility.checking import Checked, check, check_ledger
from tanlu.verify.plausibility.found import explain
from tanlu.verify.plausibility.limits import limits, name_of

__all__ = ["Checked", "check", "check_ledger", "explain", "limits", "name_of"]
