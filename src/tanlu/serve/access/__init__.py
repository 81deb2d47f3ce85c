"""Access: persons, programs and devices, what each may do, and what each did."""

from tanlu.serve.access import clients, invitations, people
from tanlu.serve.access.guarding import Access
from tanlu.serve.access.routes.entrance import entrance
from tanlu.serve.access.routes.token import FORMS, token

__all__ = ["FORMS", "Access", "clients", "entrance", "invitations", "people", "token"]
