"""Access: persons, programs and devices, what each may do, and what each did."""

from tanlu.serve.access import acts, clients, staying
from tanlu.serve.access.around.limits import Limits, Rate
from tanlu.serve.access.guarding import Access
from tanlu.serve.access.keeping import Keeper
from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.serve.access.routes import FORMS, ROOMS
from tanlu.serve.access.routes.reading import local

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
    "local",
    "people",
    "sessions",
    "staying",
]
