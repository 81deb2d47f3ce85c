"""报告命令 One file a topic of ``tanlu report``: what it asks for and which verb answers."""

from tanlu.cli.reports import (
    cobenefit,
    hidden,
    indicators,
    organisation,
    product,
    shift,
    transport,
)
from tanlu.cli.reports.given import PROFILE, chosen, give, rules, usual

__all__ = ["PROFILE", "TOPICS", "chosen", "give", "rules", "transport", "usual"]

# in the order in which the help shows them
TOPICS = (transport, organisation, product, shift, hidden, cobenefit, indicators)
