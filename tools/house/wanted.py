"""Print what the project requires, with one extra resolved through the others it names."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))[
    "project"
]


def wanted(extra: str) -> list[str]:
    """Requirements of an extra; `tanlu[a,b]` stands for those of a and b, paths are left out."""
    found: list[str] = []
    for line in PROJECT["optional-dependencies"][extra]:
        own = re.fullmatch(r"tanlu\[(.+)\]", line)
        if own:
            found += [each for name in own[1].split(",") for each in wanted(name.strip())]
        elif " @ " not in line:
            found.append(line)
    return found


print("\n".join(sorted({*PROJECT["dependencies"], *(wanted(sys.argv[1]) if sys.argv[1] else [])})))
