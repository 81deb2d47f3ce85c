"""What a user is told is why something failed is told in Chinese too, as far as code shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tanlu.errors import reason
from tests.house import tree

ROOMS = {"cli", "monitor", "serve", "simulate", "store"}
# calls whose second argument is a reason
CALLS = {"Piece", "Undecodable", "_Wrong", "_tell", "wrong"}
HAN = re.compile("[\u4e00-\u9fff]")
WORDS = re.compile(r"[a-zA-Z]{2}[:;,]? .*[a-zA-Z0-9]")
# no words to translate: a place in a formula, a process, a line of a policy, names of verbs, and
# the states of a device, which have sentences of their own
LEFT = {
    "at 7: 7", "pid 7 on 7 since 7: 7", "log 7\nquorum none\n", "adopt 7", "import 7", "it is 7",
}  # fmt: skip


def said(node: ast.expr) -> Iterator[str]:
    """The sentences that an expression may give, with 7 for each value in them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in node.values)
    elif isinstance(node, ast.IfExp):
        yield from said(node.body)
        yield from said(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from said(value)


def reasons(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and sentence of each reason that can be seen in the code."""
    for node in ast.walk(module):
        found: list[ast.expr] = []
        if isinstance(node, ast.keyword) and node.arg == "why":
            found = [node.value]
        elif isinstance(node, ast.Assign):
            names = {each.id for each in node.targets if isinstance(each, ast.Name)}
            found = [node.value] if names & {"why", "reason", "wrong"} else []
        elif isinstance(node, ast.Call) and tree.called(node) in CALLS:
            found = node.args[1:2]
        elif isinstance(node, ast.Return) and node.value is not None:
            found = [node.value]
        for value in found:
            yield from ((value.lineno, text) for text in said(value) if WORDS.search(text))


def test_every_reason_of_the_code_has_its_chinese_sentence():
    found = [
        f"{path.relative_to(tree.SRC)}:{line}: {text}"
        for path in tree.files()
        if tree.room(path) in ROOMS
        for line, text in reasons(tree.parsed(path))
        if text not in LEFT and not HAN.search(reason(text, "zh"))
    ]

    assert found == []
