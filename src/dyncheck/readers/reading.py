"""What a reader delivers."""

from __future__ import annotations

from msgspec import Struct

from dyncheck.model import Resource


class Reading(Struct, frozen=True):
    """The DynamoDB resources of one input, as they will be.

    `kind` is `plan`, `state` or `hcl`; `producer` is what made the input, such as "Terraform 1.11.4". `partial` says that
    the input leaves resources out; `notices` are what a user should know about how it was read, one sentence each, and
    `nothing` says why there may be nothing to check.
    """

    kind: str
    producer: str
    resources: tuple[Resource, ...]
    partial: bool = False
    notices: tuple[str, ...] = ()
    nothing: str = ""
