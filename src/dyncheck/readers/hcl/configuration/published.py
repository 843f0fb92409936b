"""Modules of the public registry that are not about tables: what their published versions make.

A version cannot change once it is published. So these are facts where a call accepts only versions up to the newest one that was read.
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.dynamodb.types import SCALING_POLICY, SCALING_TARGET
from dyncheck.readers.versions import accepts, limits, parsed


class Published(Struct, frozen=True):
    """The types of resources, of those that are read, in any version of a module up to the newest one."""

    newest: str
    types: frozenset[str] = frozenset()


# Read at every tag of https://github.com/<namespace>/terraform-<provider>-<name>.
_MODULES = {
    "cloudposse/label/null": Published("0.25.0"),
    "cloudposse/dynamodb-autoscaler/aws": Published("0.16.0", frozenset({SCALING_POLICY, SCALING_TARGET})),
    "terraform-aws-modules/lambda/aws": Published("8.8.1"),
    "terraform-aws-modules/s3-bucket/aws": Published("5.15.4"),
    "terraform-aws-modules/s3-bucket/aws//modules/object": Published("5.15.4"),
}

_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")


def types_made_by(source: str, constraint: str) -> frozenset[str] | None:
    """The types of resources, of those that are read, that a module may make; None where that is not known."""
    for registry in _REGISTRIES:
        source = source.removeprefix(registry)
    published = _MODULES.get(source)
    if published is None:
        return None
    newest = parsed(published.newest)
    later = (
        each for each in (*limits(constraint), *limits(f"> {published.newest}")) if (found := parsed(each)) and newest and found > newest
    )
    return None if not constraint or any(accepts(constraint, each) for each in later) else published.types
