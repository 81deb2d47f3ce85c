"""Access: persons, programs and devices, what each may do, and what each did."""

from tanlu.serve.access import acts, clients
from tanlu.serve.access.around.limits import Limits, Rate
from tanlu.serve.access.guarding import Access
from tanlu.serve.access.keeping import Keeper
from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.serve.access.routes import FORMS, ROOMS

__all__ = [
    "FORMS",
    "ROOMS",
    "Access",
    "Keeper",
    "Limits",
    "Rate",
    "acts",
    "clients",
    "invitations",
    "people",
    "sessions",
]
