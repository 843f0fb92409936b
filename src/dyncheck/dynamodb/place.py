"""Whether two resources are in the same region and account: an alarm sees only the metrics of its own."""

from __future__ import annotations

from dyncheck.model import Deferred, Known, Resource, Unknown


def same_place(one: Resource, other: Resource) -> bool:
    """Whether both are managed in the same account and region.

    Raises `Unknown` when they have two provider configurations and the input does not show region and account of both.
    """
    arns = arn_place(one), arn_place(other)
    if all(arns):
        return arns[0] == arns[1]
    regions = _region(one), _region(other)
    if one.provider.key == other.provider.key:
        return regions[0] == regions[1]
    if all(regions) and regions[0] != regions[1]:
        return False
    if all(regions) and one.provider.settings == other.provider.settings:
        return True
    raise Unknown("provider", f"differs: {one.provider.key} and {other.provider.key} may use different regions or accounts")


def may_be_same_place(one: Resource, other: Resource) -> bool:
    """Whether both may be managed in the same account and region."""
    arns = arn_place(one), arn_place(other)
    if all(arns):
        return arns[0] == arns[1]
    try:
        regions = [arn[0] if arn else _region(resource) for arn, resource in zip(arns, (one, other), strict=True)]
    except Unknown:
        return True
    return not all(regions) or regions[0] == regions[1]


def arn_place(resource: Resource) -> tuple[str, ...] | None:
    """Region and account from `arn:partition:service:region:account:name`, None where the ARN is unknown."""
    arn = resource.body.value("arn")
    if isinstance(arn, Known) and isinstance(arn.value, str) and arn.value.count(":") >= 5:
        return tuple(arn.value.split(":")[3:5])
    return None


def _region(resource: Resource) -> str | None:
    """The region argument that every resource has from version 6 of the provider on, else the provider's own."""
    region = resource.body.value("region")
    if isinstance(region, Deferred):
        raise region.unknown("region")
    return region.value if isinstance(region, Known) else resource.provider.region
