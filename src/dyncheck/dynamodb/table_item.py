"""Items that Terraform writes: `aws_dynamodb_table_item`.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table_item
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.table import Table
from dyncheck.dynamodb.wiring import Hints, hints_of_name, hints_of_references
from dyncheck.logic import first
from dyncheck.model import Deferred, Known, Problem

if TYPE_CHECKING:
    # Only an input with items needs them at run time.
    from dyncheck.dynamodb.contracts import Contract
    from dyncheck.dynamodb.written_item import WrittenItem


class TableItem(Entity):
    """An item of a table, as a text in DynamoDB JSON."""

    @cached_property
    def table(self) -> Table | None:
        """The table that the item is in, None where the input certainly does not show it. Raises `Unknown` where that is not known."""
        return first(self.surroundings.tables_of(self._hints), lambda table: table.has_part(self.resource))

    @property
    def _hints(self) -> Hints:
        name = self.block.value("table_name")
        if isinstance(name, Known):
            return hints_of_name(name.value)
        return hints_of_references(name.references) if isinstance(name, Deferred) else frozenset()

    def refusals(self) -> Iterator[Problem]:
        """Why DynamoDB or the provider refuses the item, or never lets it expire. May end in `Unknown`."""
        return self._written.refusals()

    def contradictions(self, contract: Contract) -> Iterator[Problem]:
        """What contradicts the item schema of a contract. May end in `Unknown`."""
        return self._written.contradictions(contract)

    @cached_property
    def _written(self) -> WrittenItem:
        from dyncheck.dynamodb.written_item import WrittenItem

        return WrittenItem(self, lambda: self.table)
