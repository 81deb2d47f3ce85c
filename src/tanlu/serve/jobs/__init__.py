"""Long verbs behind the API: queued, followed, cancelled, taken up again after a restart."""

from tanlu.serve.jobs.routes import router
from tanlu.serve.jobs.running import Jobs
from tanlu.serve.jobs.shelf import shown
from tanlu.serve.jobs.verbs import Told, Verb, verbs

__all__ = ["Jobs", "Told", "Verb", "router", "shown", "verbs"]
