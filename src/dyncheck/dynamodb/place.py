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
    regions = region_of(one), region_of(other)
    if one.provider.key == other.provider.key:
        if regions[0] == regions[1] or all(regions):
            return regions[0] == regions[1]
        raise Unknown("region", f"is {regions[0] or regions[1]} in one of them, and the region of the provider is not known")
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
        regions = [arn[0] if arn else region_of(resource) for arn, resource in zip(arns, (one, other), strict=True)]
    except Unknown:
        return True
    return not all(regions) or regions[0] == regions[1]


def arn_place(resource: Resource) -> tuple[str, ...] | None:
    """Region and account from `arn:partition:service:region:account:name`, None where the ARN is unknown."""
    arn = resource.body.value("arn")
    if isinstance(arn, Known) and isinstance(arn.value, str) and arn.value.count(":") >= 5:
        return tuple(arn.value.split(":")[3:5])
    return None


def is_replica_place(resource: Resource, table: Resource, region: str) -> bool:
    """Whether a resource is in the account of a table and in the region of its replica. May raise `Unknown`."""
    own, home = arn_place(resource), arn_place(table)
    if own and home:
        return own == (region, *home[1:])
    there = own[0] if own else region_of(resource)
    if resource.provider.key == table.provider.key:
        if there is None and region_of(table) is None:
            # Both are in the region of the provider, and a replica is never in the region of its table.
            return False
        if there is not None:
            return there == region
    elif there is not None and there != region:
        return False
    elif there is not None and resource.provider.settings == table.provider.settings:
        return True
    raise Unknown("provider", f"differs: {resource.provider.key} may use another region or account than the replica in {region}")


def region_of(resource: Resource) -> str | None:
    """The region argument that every resource has from version 6 of the provider on, else the provider's own."""
    region = resource.body.value("region")
    if isinstance(region, Deferred):
        raise region.unknown("region")
    return region.value if isinstance(region, Known) else resource.provider.region
