"""Whether two resources stand in the same region of the same account; CloudWatch metrics never leave it."""

from __future__ import annotations

from dyncheck.model import Deferred, Known, Resource, Unknown


def same_place(one: Resource, other: Resource) -> bool:
    """Whether both are managed in the same account and region.

    Raises `Unknown` when two provider configurations are involved and the input does not tell.
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
    raise Unknown("provider", f"differs: {one.provider.key} and {other.provider.key} may reach different regions or accounts")


def may_be_same_place(one: Resource, other: Resource) -> bool:
    """Whether nothing speaks against both being managed in the same account and region."""
    arns = arn_place(one), arn_place(other)
    if all(arns):
        return arns[0] == arns[1]
    try:
        regions = [arn[0] if arn else _region(resource) for arn, resource in zip(arns, (one, other), strict=True)]
    except Unknown:
        return True
    return not all(regions) or regions[0] == regions[1]


def arn_place(resource: Resource) -> tuple[str, ...] | None:
    """Region and account out of `arn:partition:service:region:account:name`, None where the ARN is not known."""
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
