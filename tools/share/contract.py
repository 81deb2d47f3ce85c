"""Compile the anchor's contract: `python tools/share/contract.py` writes anchor.json anew."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "src" / "tanlu" / "share" / "anchor"


def compiled() -> str:
    """Give interface and code as JSON, the same for the same compiler."""
    source = FOLDER / "anchor.vy"
    vyper = Path(sys.executable).with_name("vyper")
    said = subprocess.run(
        [vyper, "-f", "abi,bytecode", source], capture_output=True, text=True, check=True
    )
    abi, bytecode = said.stdout.strip().splitlines()
    content = {"abi": json.loads(abi), "bytecode": bytecode}
    return json.dumps(content, sort_keys=True, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "anchor.json").write_text(compiled())
