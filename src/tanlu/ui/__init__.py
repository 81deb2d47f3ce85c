"""界面 What people look at: pages on the server's own routes, made of one kit in both tongues."""

from tanlu.ui.frame.answering import PROBLEMS
from tanlu.ui.frame.page import Context, Moved, Shown, View, told
from tanlu.ui.frame.scene import Choice, Scene
from tanlu.ui.mounting import mount, pages

__all__ = [
    "PROBLEMS",
    "Choice",
    "Context",
    "Moved",
    "Scene",
    "Shown",
    "View",
    "mount",
    "pages",
    "told",
]
