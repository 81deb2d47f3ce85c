"""Long verbs behind the API: queued, followed, cancelled, taken up again after a restart."""

from tanlu.serve.jobs.refusing import harmless, refused_rows
from tanlu.serve.jobs.routes import router
from tanlu.serve.jobs.running import Jobs
from tanlu.serve.jobs.shelf import shown
from tanlu.serve.jobs.verbs import REFUSED, Told, Verb, verbs

__all__ = [
    "REFUSED",
    "Jobs",
    "Told",
    "Verb",
    "harmless",
    "refused_rows",
    "router",
    "shown",
    "verbs",
]
