"""The causes of an inventory as arrays: cases by causes, and which law a cause follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.doubt.extra import numbers

if TYPE_CHECKING:
    from collections.abc import Collection

    from tanlu.account.doubt.apart import Causes

__all__ = ["LIMITS", "Shared", "shared"]

# a law that is linear in its draw stays above zero up to this σ; wider ones are lognormal
LIMITS = {"normal": 0.3, "triangular": 0.4, "uniform": 0.57}


class Shared(NamedTuple):
    """Cases × causes: σ of the lognormal causes (sparse), and of each other cause apart.

    ``names``: the causes in the order of the columns; ``others``: (column, law, σ by case).
    """

    names: tuple[str, ...]
    lognormal: Any
    others: tuple[tuple[int, str, Any], ...]

    def covariance(self, start: int, stop: int) -> Any:
        """Give ln of 1 + relative covariance of cases ``start`` to ``stop`` with every case."""
        np = numbers("numpy")
        found = (self.lognormal[start:stop] @ self.lognormal.T).toarray()
        for _, _, sigma in self.others:
            found += np.log1p(np.outer(sigma[start:stop], sigma))
        return found

    def only(self, cases: Any) -> Shared:
        """Give some of the cases, in this order."""
        others = tuple((column, law, sigma[cases]) for column, law, sigma in self.others)
        return Shared(self.names, self.lognormal[cases], others)

    def every(self) -> Any:
        """Give σ of all causes, those of other laws among them: sparse, cases × causes."""
        found = self.lognormal.tolil(copy=True)
        for column, _, sigma in self.others:
            found[:, column] = sigma.reshape(-1, 1)
        return found.tocsr()


def shared(found: Causes, *, frozen: Collection[str] = ()) -> Shared:
    """Give the shared causes as arrays.

    Parameters
    ----------
    frozen
        Causes that do not err: their σ is nothing, their draws are drawn nevertheless.
    """
    np, sparse = numbers("numpy"), numbers("scipy.sparse")
    names = found.parts["cause"].unique().sort().to_list()
    widest = found.parts.group_by("cause").agg(
        pl.col("sigma").max(), pl.col("law").sort_by("sigma").last()
    )
    laws = {
        cause: law if sigma <= LIMITS.get(law, 0.0) else "lognormal"
        for cause, sigma, law in widest.select("cause", "sigma", "law").iter_rows()
    }
    place = {name: number for number, name in enumerate(names)}
    parts = found.parts.filter(~pl.col("cause").is_in(sorted(frozen))).with_columns(
        pl.col("cause").replace_strict(laws, default=None, return_dtype=pl.String).alias("law"),
        pl.col("cause").replace_strict(place, default=None, return_dtype=pl.Int64).alias("column"),
    )
    shape = (found.cases, len(names))
    plain = parts.filter(pl.col("law") == "lognormal")
    matrix = sparse.csr_matrix(
        (plain["sigma"].to_numpy(), (plain["case"].to_numpy(), plain["column"].to_numpy())), shape
    )
    others = []
    rest = parts.filter(pl.col("law") != "lognormal").sort("column", "case")
    for (column, law), each in rest.group_by("column", "law", maintain_order=True):
        sigma = np.zeros(found.cases)
        sigma[each["case"].to_numpy()] = each["sigma"].to_numpy()
        others.append((int(str(column)), str(law), sigma))
    return Shared(tuple(names), matrix, tuple(others))
