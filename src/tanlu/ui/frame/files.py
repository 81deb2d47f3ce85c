"""What a browser loads: built files by hashed names with Brotli beside them, and the colours."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec

from starlette.requests import Request
from starlette.responses import Response

from tanlu.report.svg import tokens
from tanlu.ui.charts import Pictures

__all__ = ["WIDGET", "Built", "built", "integrity", "pictures", "serve", "themed", "widget"]

TYPES = {"js": "text/javascript", "css": "text/css", "woff2": "font/woff2", "txt": "text/plain",
         "svg": "image/svg+xml"}  # fmt: skip
BLOCKS = re.compile(r"\s*:root\{(.*?)\}\s*@media \([^)]*\)\{:root\{(.*?)\}\}\s*", flags=re.DOTALL)
FOREVER = "public, max-age=31536000, immutable"
AT = "/static/"
# what pages of other origins load: by a name that stays, or by that of its content
WIDGET = "widget.js"
SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
HOUR = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Built:
    """The built files in memory, and the names that pages use for them."""

    files: dict[str, bytes]
    names: dict[str, str]

    def href(self, name: str) -> str:
        """Give the address of a file by its plain name; empty when there is none."""
        found = self.names.get(name)
        return AT + found if found else ""

    def text(self, name: str) -> str:
        """Give a built file as text."""
        return self.files[self.names[name]].decode()


@cache
def built() -> Built | None:
    """Give the files of `tanlu-pages`; None when it is not installed or not built."""
    try:
        importlib.import_module("tanlu_pages")
    except ModuleNotFoundError:
        return None
    folder = resources.files("tanlu_pages").joinpath("dist")
    if not folder.joinpath("manifest.json").is_file():
        return None
    files = {
        file.name: resources.files("tanlu_pages").joinpath("dist", file.name).read_bytes()
        for file in folder.iterdir()
        if file.is_file()
    }
    names = json.loads(files["manifest.json"])
    colours = themed(tokens()).encode()
    names["tokens.css"] = f"tokens-{hashlib.sha256(colours).hexdigest()[:8].upper()}.css"
    files[names["tokens.css"]] = colours
    return Built(files, names)


@cache
def themed(css: str) -> str:
    """Give the colours so that ``html[data-theme]`` can choose as well as the system."""
    found = BLOCKS.fullmatch(css)
    assert found is not None, "tokens.css is two blocks: light, and dark in a media query"
    light, dark = found[1], found[2]
    plain = light.replace("color-scheme:light dark;", "")
    return (
        f":root{{color-scheme:light dark;{plain}}}\n"
        ":root[data-theme=light]{color-scheme:light}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f"@media print{{:root:root:root{{color-scheme:light;{plain}}}}}\n"
    )


def serve(request: Request) -> Response:
    """Answer with one built file, in Brotli where the browser takes it."""
    found = built()
    name = str(request.path_params["name"])
    if found is None or name not in found.files or name.endswith((".br", ".json")):
        return Response(status_code=404)
    headers = {"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"}
    if name == found.names.get(WIDGET):
        headers |= SHARED
    body = found.files[name]
    packed = found.files.get(f"{name}.br")
    if packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "br" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "br"
            body = packed
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return Response(body, media_type=kind, headers=headers)


def widget(_request: Request) -> Response:
    """Answer with the element of shops' checkouts, by the one address that shops write down."""
    found = built()
    if found is None:
        return Response(status_code=404)
    headers = {"Cache-Control": HOUR, "X-Content-Type-Options": "nosniff", **SHARED}
    return Response(found.text(WIDGET), media_type=TYPES["js"], headers=headers)


def integrity(name: str) -> str:
    """Give the hash of a built file by which a browser holds it to what was meant."""
    found = built()
    assert found is not None, "a page is shown only where the files are built"
    digest = hashlib.sha384(found.files[found.names[name]]).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


@cache
def pictures() -> Pictures | None:
    """Give the drawer of this process: charts without a browser, by the bundle that browsers load.

    None where the bundle is not built or no engine is installed.
    """
    found = built()
    if found is None or find_spec("quickjs") is None:
        return None
    return Pictures(found.text("picture.js"))
