"""Handles on the relational state: of one tenant, or, where that is meant, of none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tanlu.errors import TanluError
from tanlu.store.relational.sealing import sealed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from tanlu.store.relational.sealing import Seals

__all__ = ["Everywhere", "Scoped"]

Row = dict[str, Any]


class _Handle(ABC):
    """Reads and writes rows as mappings, within one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self.connection = connection
        self.seals = seals

    @abstractmethod
    def _bound(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """Give what every statement is held to, whatever it asks."""

    @abstractmethod
    def _owned(self, table: Table, row: Mapping[str, Any]) -> Row:
        """Give a row as it may be written."""

    def _opened(self, table: Table, row: Row) -> Row:
        return self.seals.open(table, row["tenant"], row) if "tenant" in row else row

    def rows(
        self,
        table: Table,
        *criteria: ColumnElement[bool],
        columns: Sequence[ColumnElement[Any]] = (),
        order: Sequence[ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> list[Row]:
        """Give rows of a table that meet all criteria, each as a mapping."""
        asked = select(*(columns or table.c)).where(*self._bound(table), *criteria)
        found = self.connection.execute(asked.order_by(*order).limit(limit))
        return [self._opened(table, dict(row)) for row in found.mappings()]

    def one(self, table: Table, *criteria: ColumnElement[bool]) -> Row | None:
        """Give the one row that meets the criteria, or None."""
        found = self.rows(table, *criteria, limit=1)
        return found[0] if found else None

    def count(self, table: Table, *criteria: ColumnElement[bool]) -> int:
        """Give how many rows meet the criteria."""
        asked = select(func.count()).select_from(table).where(*self._bound(table), *criteria)
        return int(self.connection.execute(asked).scalar_one())

    def add(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Write new rows.

        Raises
        ------
        TanluError
            TL671 when a row with the same key is there.
        """
        if not rows:
            return
        try:
            self.connection.execute(insert(table), [self._owned(table, row) for row in rows])
        except IntegrityError as error:
            raise TanluError("TL671", value=table.name) from error

    def change(
        self, table: Table, values: Mapping[str, Any], *criteria: ColumnElement[bool]
    ) -> int:
        """Change the rows that meet the criteria and give how many they were."""
        asked = update(table).where(*self._bound(table), *criteria)
        return int(self.connection.execute(asked.values(**values)).rowcount)

    def drop(self, table: Table, *criteria: ColumnElement[bool]) -> int:
        """Remove the rows that meet the criteria and give how many they were."""
        asked = delete(table).where(*self._bound(table), *criteria)
        return int(self.connection.execute(asked).rowcount)


class Scoped(_Handle):
    """A handle that sees and writes rows of one tenant only, whatever it is asked."""

    def __init__(self, connection: Connection, tenant: str, seals: Seals) -> None:
        super().__init__(connection, seals)
        self.tenant = tenant

    def change(
        self, table: Table, values: Mapping[str, Any], *criteria: ColumnElement[bool]
    ) -> int:
        """Change rows of the tenant and give how many they were; they stay the tenant's."""
        return super().change(table, self._mine(table, values), *criteria)

    def _bound(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        if "tenant" not in table.c:
            raise TanluError("TL672", value=table.name)
        return (table.c.tenant == self.tenant,)

    def _owned(self, table: Table, row: Mapping[str, Any]) -> Row:
        return self._mine(table, {**row, "tenant": row.get("tenant", self.tenant)})

    def _mine(self, table: Table, row: Mapping[str, Any]) -> Row:
        self._bound(table)
        if row.get("tenant", self.tenant) != self.tenant:
            raise TanluError("TL672", value=table.name)
        return self.seals.close(table, self.tenant, row)

    def _opened(self, table: Table, row: Row) -> Row:
        return self.seals.open(table, self.tenant, row)


class Everywhere(_Handle):
    """A handle above the tenants: for who logs in, and for housekeeping; each use is a decision."""

    def of(self, tenant: str) -> Scoped:
        """Give a handle on one tenant's rows within the same transaction."""
        return Scoped(self.connection, tenant, self.seals)

    def change(
        self, table: Table, values: Mapping[str, Any], *criteria: ColumnElement[bool]
    ) -> int:
        """Change the rows that meet the criteria; secrets are changed by their tenant alone."""
        if any(name in values for name in sealed(table)):
            raise TanluError("TL672", value=table.name)
        return super().change(table, values, *criteria)

    def _bound(self, table: Table) -> tuple[ColumnElement[bool], ...]:  # noqa: ARG002
        return ()

    def _owned(self, table: Table, row: Mapping[str, Any]) -> Row:
        return self.seals.close(table, row["tenant"], row) if "tenant" in row else dict(row)
