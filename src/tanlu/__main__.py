"""``python -m tanlu`` is ``tanlu``."""

import sys

from tanlu.cli import main

sys.exit(main())
