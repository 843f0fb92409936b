"""What a reader delivers."""

from __future__ import annotations

from msgspec import Struct

from dyncheck.model import Resource


class Reading(Struct, frozen=True):
    """The DynamoDB resources of one input, as they will be.

    `kind` is `plan`, `state` or `hcl`; `producer` is what made the input, such as "Terraform 1.11.4". `left_out` holds the
    resource types of which the input may leave some out. `notices` are what a user should know about how it was read, one
    sentence each, and `nothing` says why there may be nothing to check.
    """

    kind: str
    producer: str
    resources: tuple[Resource, ...]
    left_out: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    nothing: str = ""
