"""The API: one application, who asks, what he may, and problems with our codes."""

from tanlu.serve.api.asked import Asked
from tanlu.serve.api.home import Home
from tanlu.serve.api.identity import PUBLIC, READERS, ROLES, Identify, Principal, Refused
from tanlu.serve.api.permission import allow, permissions
from tanlu.serve.api.problems import Early, Form, problem, status_of
from tanlu.serve.api.shell import shell

__all__ = [
    "PUBLIC",
    "READERS",
    "ROLES",
    "Asked",
    "Early",
    "Form",
    "Home",
    "Identify",
    "Principal",
    "Refused",
    "allow",
    "permissions",
    "problem",
    "shell",
    "status_of",
]
