"""The routes of access, one file each kind of thing."""

from tanlu.serve.access.routes.entrance import entrance
from tanlu.serve.access.routes.log import log
from tanlu.serve.access.routes.me import me
from tanlu.serve.access.routes.members import members
from tanlu.serve.access.routes.programs import programs
from tanlu.serve.access.routes.token import FORMS, token
from tanlu.serve.access.routes.vouching import vouching

__all__ = ["FORMS", "ROOMS"]

ROOMS = (token, entrance, me, members, programs, log, vouching)
