"""资源 The ledger of one organisation over HTTP: read page by page, brought in, explained."""

from tanlu.serve.resources.openapi import describe
from tanlu.serve.resources.openapi import router as _openapi
from tanlu.serve.resources.rooms import (
    books,
    intake,
    library,
    reports,
    shipments,
    sums,
    tables,
    uploads,
    words,
)
from tanlu.serve.resources.warming import warm

__all__ = ["ROOMS", "describe", "warm"]

# the routers of all resources
ROOMS = (
    _openapi,
    *(
        room.router
        for room in (
            tables, intake, uploads, shipments, sums, reports, library, books, words,
        )
    ),
)  # fmt: skip
