"""报价 What a parcel will emit, said at the checkout: estimated, signed, held to account."""

from tanlu.serve.quotes.accuracy import accuracy
from tanlu.serve.quotes.asking import MOST_G, Asking, place
from tanlu.serve.quotes.merchants import origin_of
from tanlu.serve.quotes.options import chosen, options
from tanlu.serve.quotes.quoting import VALID_S, Quotes, known_by
from tanlu.serve.quotes.routes import router
from tanlu.serve.quotes.signing import check, packed, unpacked

__all__ = [
    "MOST_G",
    "VALID_S",
    "Asking",
    "Quotes",
    "accuracy",
    "check",
    "chosen",
    "known_by",
    "options",
    "origin_of",
    "packed",
    "place",
    "router",
    "unpacked",
]
