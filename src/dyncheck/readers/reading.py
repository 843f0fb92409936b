"""What a reader delivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dyncheck.model import Change, Comment, Condition, Drift, Resource


class Reading(Struct, frozen=True):
    """The DynamoDB resources of one input, as they will be.

    `kind` is `plan`, `state` or `hcl`; `producer` is what made the input, such as "Terraform 1.11.4". `incomplete` holds the
    resource types of which the input may leave some out, `why_incomplete` is the reason. `notices` are what a user should
    know about how it was read, one sentence each, and `nothing` says why there may be nothing to check. `conditions` are
    those of the configuration that do not hold. `faults` gives what Terraform would refuse; as values are read when a
    rule asks for them, it is complete when all rules have run. `late_notices` are more notices, complete then as well.
    `comments` gives the comments to tools in the sources, once they were needed. `sha256` is empty where one file is the
    whole input. `variables` are the values in JSON that a plan has of the root module's variables. `changes` are what a plan
    does to resources, `drifts` what it says was done to them outside Terraform; other inputs have neither.
    """

    kind: str
    producer: str
    resources: tuple[Resource, ...]
    incomplete: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    nothing: str = ""
    why_incomplete: str = ""
    conditions: tuple[Condition, ...] = ()
    faults: Callable[[], tuple[str, ...]] = tuple
    sha256: str = ""
    comments: Callable[[], tuple[Comment, ...]] = tuple
    variables: Mapping[str, Any] = {}
    late_notices: Callable[[], tuple[str, ...]] = tuple
    changes: tuple[Change, ...] = ()
    drifts: tuple[Drift, ...] = ()
