"""Replicas: the copies of a table in other regions, each with protections of its own.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from dyncheck.dynamodb.arns import has_arn_of
from dyncheck.dynamodb.entity import Entity, Surroundings
from dyncheck.dynamodb.place import arn_place, is_replica_place, region_of, same_place
from dyncheck.dynamodb.wiring import Hints
from dyncheck.model import Block, Problem, Resource, Unknown, Value, quoted


class Original(Protocol):
    """The part of a table that its replicas and their alarms need: a replica cannot import the table, which holds the replicas."""

    @property
    def address(self) -> str:
        """The address of the resource instance."""

    @property
    def resource(self) -> Resource:
        """The resource instance."""

    @property
    def block(self) -> Block:
        """The body of the resource."""

    @property
    def hints(self) -> Hints:
        """The hints by which an alarm may name the table."""

    def is_named_by(self, value: Value) -> bool:
        """Whether a value in another resource is this table's name. May raise `Unknown`."""


class Replica(Entity):
    """A replica of a table: a `replica` block of the table, or a separate resource.

    `table` is the table that it copies, None when the input does not show that table.
    """

    def __init__(self, table: Original | None, resource: Resource, surroundings: Surroundings, block: Block | None = None) -> None:
        super().__init__(resource, surroundings, block)
        self.table = table

    @property
    def if_it_exists(self) -> Replica:
        return Replica(self.table, self.resource.if_it_exists, self.surroundings)

    @property
    def address(self) -> str:
        """The address of its table; without one, its own."""
        return self.table.address if self.table else self.resource.address

    @property
    def is_separate(self) -> bool:
        """Whether it is a resource of its own."""
        return not self.block.path

    @property
    def region(self) -> str | None:
        """Its region; None where that comes from the environment. May raise `Unknown`."""
        if not self.is_separate:
            return self.block.string("region_name")
        arn = arn_place(self.resource)
        return arn[0] if arn else region_of(self.resource)

    @property
    def shown(self) -> str:
        """The replica in a sentence: `the replica in "eu-west-1"`."""
        return f"the replica in {self.shown_region}"

    @property
    def shown_region(self) -> str:
        """The region as a message may print it: that of the block, else the address of the separate resource."""
        if not self.is_separate:
            return self.block.show("region_name")
        region = self._known_region
        return quoted(region) if region else f"the region of {self.resource.address}"

    @property
    def _known_region(self) -> str | None:
        try:
            return self.region
        except Unknown:
            return None

    @property
    def path(self) -> str:
        """The path of the replica in its table, such as `replica["eu-west-1"]`; empty without a table."""
        if not self.is_separate or self.table is None:
            return self.block.path
        return f"replica[{quoted(self._known_region or self.resource.address)}]"

    @property
    def point_in_time_recovery(self) -> bool:
        """Whether the replica can be restored: off unless it is set, whatever its table has."""
        return bool(self.block.read("point_in_time_recovery", False))

    @property
    def deletion_protection(self) -> bool:
        """Whether DynamoDB refuses to delete the replica. A block of provider 5 has no argument for it."""
        return bool(self.block.read("deletion_protection_enabled", False))

    @property
    def kms_key(self) -> Value:
        """The encryption key in the configuration, known or deferred."""
        return self.block.value("kms_key_arn")

    @property
    def configures_kms_key(self) -> bool | None:
        """Whether the configuration sets the key; None when the input does not show that."""
        return self.resource.exists is False or self.block.configures("kms_key_arn")

    @property
    def consistency_mode(self) -> str:
        """EVENTUAL or STRONG."""
        return self.block.text("consistency_mode") or "EVENTUAL"

    @property
    def copies(self) -> Iterator[Replica]:
        """Itself: a replica whose table the input does not show stands alone."""
        yield self

    def is_home_of(self, resource: Resource) -> bool:
        """Whether a resource is in the account and the region of the replica. May raise `Unknown`."""
        if self.is_separate:
            return same_place(resource, self.resource)
        return is_replica_place(resource, self.resource, self.region or "")

    def is_same_as(self, other: Replica) -> bool:
        """Whether both are the replica of one region. May raise `Unknown`."""
        if self.is_separate and other.is_separate and self.resource.address == other.resource.address:
            return True
        regions = self.region, other.region
        if None in regions:
            raise Unknown(self.path, "may be in another region; its provider does not show the region")
        return regions[0] == regions[1]

    def problem(
        self, summary: str, at: str, *, inside: Block | None = None, value: str = "", expected: str = "", fix: str = "", found: str = ""
    ) -> Problem:
        """A problem at an argument of the replica, under the address of its table."""
        problem = super().problem(summary, at, inside=inside, value=value, expected=expected, fix=fix, found=found)
        return problem.under(self.path) if self.is_separate and self.table else problem


def copies_table(replica: Resource, table: Resource) -> bool:
    """Whether a separate replica resource copies that table. May raise `Unknown`."""
    return has_arn_of(replica, "global_table_arn", table)
