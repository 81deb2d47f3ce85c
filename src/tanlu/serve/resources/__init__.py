"""资源 The ledger of one organisation over HTTP: read page by page, brought in, explained."""

from tanlu.serve.resources.openapi import describe
from tanlu.serve.resources.openapi import router as _openapi
from tanlu.serve.resources.rooms.intake import router as _intake
from tanlu.serve.resources.rooms.tables import router as _tables

__all__ = ["ROOMS", "describe"]

# the routers of all resources
ROOMS = (_openapi, _intake, _tables)
