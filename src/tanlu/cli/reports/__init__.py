"""报告命令 One file a topic of ``tanlu report``: what it asks for and which verb answers."""

from tanlu.cli.reports.beside import cobenefit, hidden
from tanlu.cli.reports.given import give
from tanlu.cli.reports.organisation import organisation
from tanlu.cli.reports.shift import shift
from tanlu.cli.reports.transport import transport

__all__ = ["TOPICS", "give"]

# the first is what ``tanlu report`` means without a topic
TOPICS = {
    "transport": transport,
    "organisation": organisation,
    "shift": shift,
    "hidden": hidden,
    "cobenefit": cobenefit,
}
