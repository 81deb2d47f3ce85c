"""报价 What a parcel will emit, said at the checkout: estimated, signed, and held to account later."""

from tanlu.serve.quotes.accuracy import Accuracy, accuracy
from tanlu.serve.quotes.asking import Asking, Place
from tanlu.serve.quotes.merchants import Merchants
from tanlu.serve.quotes.options import options
from tanlu.serve.quotes.quoting import Quotes
from tanlu.serve.quotes.routes import router
from tanlu.serve.quotes.signing import Checked, check, packed, unpacked

__all__ = [
    "Accuracy",
    "Asking",
    "Checked",
    "Merchants",
    "Place",
    "Quotes",
    "accuracy",
    "check",
    "options",
    "packed",
    "router",
    "unpacked",
]
