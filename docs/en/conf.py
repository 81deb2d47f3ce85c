"""The manual in one tongue."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conf_shared import *  # noqa: F403

language = "en"
html_search_language = "en"
