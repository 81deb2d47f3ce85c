"""Which factor holds for a question: the address of the form and of its answer."""

from __future__ import annotations

from tanlu.ui.frame.page import View
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.factors.page import why

__all__ = ["VIEWS"]

# before the page of one factor, whose address takes any name
VIEWS = (View("factors.why", "/factors/why", why, roles=READERS, scope="factors:read"),)
