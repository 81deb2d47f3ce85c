"""The laws of the house, each a test."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from tests.house import tree

BANNED_ROOMS = {"core", "common", "utils", "helpers", "base", "misc", "manager", "service", "util"}
# rooms inside a room that have a door of their own
SUB_DOORS = {
    "tanlu.account.allocation",
    "tanlu.account.chains",
    "tanlu.account.choose",
    "tanlu.account.cobenefit",
    "tanlu.account.doubt",
    "tanlu.account.hidden",
    "tanlu.account.inputs",
    "tanlu.account.lifecycle",
    "tanlu.account.market",
    "tanlu.account.measured",
    "tanlu.account.rules",
    "tanlu.account.shift",
    "tanlu.account.uncertainty",
    "tanlu.factors.checks",
    "tanlu.factors.functions",
    "tanlu.factors.importers",
    "tanlu.factors.packs",
    "tanlu.monitor.command",
    "tanlu.monitor.devices",
    "tanlu.monitor.edge",
    "tanlu.monitor.meters",
    "tanlu.monitor.points",
    "tanlu.monitor.protocols",
    "tanlu.monitor.quality",
    "tanlu.monitor.quarantine",
    "tanlu.monitor.read",
    "tanlu.monitor.sources",
    "tanlu.monitor.stream",
    "tanlu.report.allocation",
    "tanlu.report.beside",
    "tanlu.report.disclosure",
    "tanlu.report.doubt",
    "tanlu.report.heat",
    "tanlu.report.indicators",
    "tanlu.report.items",
    "tanlu.report.organisation",
    "tanlu.report.overview",
    "tanlu.report.product",
    "tanlu.report.restatement",
    "tanlu.report.shift",
    "tanlu.report.svg",
    "tanlu.report.tracing",
    "tanlu.report.trail",
    "tanlu.serve.access",
    "tanlu.serve.api",
    "tanlu.serve.application",
    "tanlu.serve.exchange",
    "tanlu.serve.exchange.epcis",
    "tanlu.serve.gateway",
    "tanlu.serve.guests",
    "tanlu.serve.hooks",
    "tanlu.serve.importing",
    "tanlu.serve.ingest",
    "tanlu.serve.jobs",
    "tanlu.serve.live",
    "tanlu.serve.maps",
    "tanlu.serve.proofs",
    "tanlu.serve.quotes",
    "tanlu.serve.resources",
    "tanlu.serve.reviewing",
    "tanlu.serve.running",
    "tanlu.serve.searching",
    "tanlu.serve.sending",
    "tanlu.share.anchor",
    "tanlu.share.egress",
    "tanlu.share.exchange",
    "tanlu.share.exchange.ileap",
    "tanlu.share.exchange.untp",
    "tanlu.share.exchange.pact",
    "tanlu.share.release",
    "tanlu.share.sums",
    "tanlu.simulate.devices",
    "tanlu.simulate.journeys",
    "tanlu.store.engine",
    "tanlu.store.log",
    "tanlu.store.index",
    "tanlu.store.relational",
    "tanlu.store.relational.search",
    "tanlu.store.relational.tables",
    "tanlu.store.relational.tables.access",
    "tanlu.store.relational.tables.epcis",
    "tanlu.store.spool",
    "tanlu.store.stream",
    "tanlu.store.witness",
    "tanlu.terms.disclosed",
    "tanlu.terms.exchange",
    "tanlu.terms.place",
    "tanlu.terms.proof",
    "tanlu.terms.rules",
    "tanlu.terms.spec",
    "tanlu.track.courier",
    "tanlu.track.events",
    "tanlu.track.events.queries",
    "tanlu.track.fuse",
    "tanlu.track.inputs",
    "tanlu.track.legs",
    "tanlu.track.modes",
    "tanlu.track.network",
    "tanlu.track.running",
    "tanlu.track.trace",
    "tanlu.verify.assurance",
    "tanlu.verify.edition",
    "tanlu.verify.handover",
    "tanlu.verify.offline",
    "tanlu.verify.pack",
    "tanlu.verify.plausibility",
    "tanlu.verify.watch",
}
# law 4: who may open a file, and why
MAY_OPEN = {
    "store": "the workspace",
    "monitor": "foreign files come in",
    "factors": "packs and importers",
    "report": "documents go out, the boundary of an inventory comes in",
    "simulate": "made-up files go out",
    "track": "positions, traces and events of others come in",
    "verify": "evidence comes in",
    "share": "what others sent comes in",
    "cli": "mappings that the user names",
    "ui": "templates and what was built for the browser",
    "serve": "the server's own home: certificates, uploads until they are read",
}
OPENERS = re.compile(
    r"(^|\.)(open|read_bytes|read_text|write_bytes|write_text|read_csv|scan_csv|read_parquet"
    r"|scan_parquet|write_parquet|write_csv|sink_parquet|sink_csv|read_excel|mkdir|unlink)$"
)
HEAVY = (
    "cryptography", "polars", "numpy", "pyarrow", "pandas", "duckdb", "numba", "rich", "fastexcel",
    "pyspark",
)  # fmt: skip
BASE_LIBRARIES = {
    "polars", "fastexcel", "xlsxwriter", "tzdata", "charset_normalizer", "rich", "cryptography",
    "rfc8785",
}  # fmt: skip
EXTRA_LIBRARIES = {
    "duckdb": ("store",), "sqlglot": ("store",), "pyspark": ("store",),
    "numba": ("store", "monitor", "track"),
    "numpy": ("store", "account", "verify", "monitor", "track", "simulate", "serve"),
    "scipy": ("account",), "pypdf": ("factors",),
    "sklearn": ("account",), "threadpoolctl": ("account",), "typst": ("report",),
    "fsspec": ("store",), "nacl": ("share",),
    "pyhanko": ("verify",), "pyhanko_certvalidator": ("verify",), "tongsuopy": ("verify", "terms"),
    "web3": ("share",), "rfc3161_client": ("share",),
    "granian": ("serve",), "msgspec": ("monitor", "track", "serve"),
    "paho": ("serve",), "nats": ("serve",),
    "confluent_kafka": ("serve",), "pymodbus": ("serve",), "ocpp": ("serve",),
    "fastapi": ("serve", "ui"), "starlette": ("serve", "ui"), "sqlalchemy": ("store",),
    "pydantic": ("serve", "ui"), "anyio": ("serve", "ui"),
    "argon2": ("serve",), "authlib": ("serve",),
    "jinja2": ("ui",), "markupsafe": ("ui",), "quickjs": ("ui",), "tanlu_pages": ("ui",),
    "segno": ("serve",), "websockets": ("serve",), "asyncua": ("serve",), "llrpkit": ("serve",),
}  # fmt: skip


def test_a_room_imports_only_from_the_floors_below() -> None:
    wrong = []
    for path in tree.files():
        mine = tree.FLOORS.get(tree.room(path), 8)
        for line, module, _ in tree.imports(path):
            parts = module.split(".")
            if parts[0] != "tanlu":
                continue
            other = parts[1] if len(parts) > 1 else "__init__"
            if other == tree.room(path):
                continue
            if tree.FLOORS.get(other, 8) >= mine:
                wrong.append(f"{tree.name(path)}:{line} imports {module}")

    assert wrong == []


def test_rooms_are_entered_by_their_doors() -> None:
    wrong = []
    for path in tree.files():
        for line, module, _ in tree.imports(path):
            parts = module.split(".")
            if parts[0] != "tanlu" or len(parts) < 3 or parts[1] == tree.room(path):
                continue
            if module not in SUB_DOORS:
                wrong.append(f"{tree.name(path)}:{line} reaches past the door: {module}")

    assert wrong == []


def test_no_room_is_named_after_nothing() -> None:
    names = {part.removesuffix(".py") for path in tree.files() for part in path.parts[-3:]}

    assert names & BANNED_ROOMS == set()


def test_only_rooms_with_a_reason_open_files() -> None:
    wrong = [
        f"{tree.name(path)}:{node.lineno} {tree.called(node)}"
        for path in tree.files()
        if tree.room(path) not in MAY_OPEN
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call)
        and OPENERS.search(tree.called(node))
        and "resources" not in ast.unparse(node)
        and not _reads_own_data(path, node)
    ]

    assert wrong == []


def _reads_own_data(path: object, node: ast.Call) -> bool:
    # terms and errors read the tables that are packed beside them
    return tree.room(path) in ("terms", "errors", "account") and not re.search(  # type: ignore[arg-type]
        r"write|sink|mkdir|unlink", tree.called(node)
    )


def test_every_library_is_declared_and_kept_to_its_room() -> None:
    wrong = []
    for path in tree.files():
        for line, module, _ in tree.imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top == "tanlu" or top in BASE_LIBRARIES:
                continue
            if tree.room(path) not in EXTRA_LIBRARIES.get(top, ()):
                wrong.append(f"{tree.name(path)}:{line} {module}")

    assert wrong == []


def test_files_and_functions_fit_the_eye() -> None:
    wrong = []
    for path in tree.files():
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > 500:
            wrong.append(f"{tree.name(path)} has {len(lines)} lines")
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = _body_lines(node)
                if body > 70:
                    wrong.append(f"{tree.name(path)}.{node.name} has {body} body lines")

    assert wrong == []


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body
    if ast.get_docstring(node) is not None:
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_a_room_has_at_most_twelve_files() -> None:
    folders = {path.parent for path in tree.files()} - {tree.SRC}
    crowded = {
        tree.name(folder / "__init__.py"): count
        for folder in folders
        if (count := sum(1 for file in folder.glob("*.py") if file.name != "__init__.py")) > 12
    }

    assert crowded == {}


def test_doors_are_small_and_have_a_word_in_each_tongue() -> None:
    wrong = []
    for path in tree.files():
        if path.name != "__init__.py" or path.parent == tree.SRC:
            continue
        text = ast.get_docstring(tree.parsed(path)) or ""
        if path.parent.parent == tree.SRC and not re.match(r"[一-鿿]+ ", text):
            wrong.append(f"{tree.name(path)}: the docstring does not begin with the Chinese word")
        names = _exported(path)
        if len(names) > 15:
            wrong.append(f"{tree.name(path)} exports {len(names)} names")

    assert wrong == []


def _exported(path: object) -> list[str]:
    for node in tree.parsed(path).body:  # type: ignore[arg-type]
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def test_importing_tanlu_loads_nothing_heavy() -> None:
    code = (
        "import sys, tanlu, tanlu.terms, tanlu.errors\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()

    assert found == "[]"


def test_the_root_exports_at_most_ten_names() -> None:
    import tanlu

    rooms = set(tree.FLOORS)
    names = [name for name in vars(tanlu) if not name.startswith("_") and name not in rooms]

    assert len(names) <= 10


@pytest.mark.parametrize("word", ["print(", "TODO", "FIXME", "XXX", "pickle", "eval(", "exec("])
def test_words_that_do_not_belong(word: str) -> None:
    found = [
        tree.name(path)
        for path in tree.files()
        if re.search(rf"(?<![\w.\"'`]){re.escape(word)}", _code(path))
    ]

    assert found == []


def _code(path: object) -> str:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    return re.sub(r'"""(?:.|\n)*?"""', "", text)
