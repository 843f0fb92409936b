"""Whether two resources are in the same region and account: an alarm sees only the metrics of its own."""

from __future__ import annotations

from collections.abc import Hashable, Set

from msgspec import Struct

from dyncheck.model import Deferred, Known, Resource, Unknown


class Home(Struct, frozen=True):
    """The region and the account of a resource, each empty where the input does not show it.

    `regions` and `accounts` are marks: two places with a common one are in the same region, or account, whatever that is.
    """

    region: str
    account: str
    regions: Set[Hashable]
    accounts: Set[Hashable]

    def differs(self, other: Home) -> bool:
        """Whether both certainly are different places."""
        return _differ(self.region, other.region) or _differ(self.account, other.account)

    def equals(self, other: Home) -> bool:
        """Whether both certainly are one place."""
        return not self.differs(other) and not self.regions.isdisjoint(other.regions) and not self.accounts.isdisjoint(other.accounts)


def home_of(resource: Resource) -> Home:
    """The place of a resource. Raises `Unknown` when its region argument is deferred."""
    provider, arn = resource.provider, arn_place(resource)
    region, account = arn or (region_of(resource) or "", provider.account)
    accounts: set[Hashable] = {("account", account)} if account else set()
    regions: set[Hashable] = {("region", region)} if region else set()
    # Where the region is that of the provider, it is the same as that of everything else with this provider.
    has_default = not isinstance(resource.body.value("region"), Known)
    if not provider.is_repeated:
        accounts.add(("key", provider.key))
        regions |= {("key", provider.key)} if has_default else set()
    if provider.settings is not None:
        accounts.add(("settings", provider.settings))
        if has_default and provider.region_from is not None:
            regions.add(("settings", provider.region, provider.region_from, provider.settings))
    return Home(region, account, regions, accounts)


def same_place(one: Resource, other: Resource) -> bool:
    """Whether both are managed in the same account and region.

    Raises `Unknown` when the input does not show that: of two provider configurations, or of one with several instances.
    """
    here, there = home_of(one), home_of(other)
    if here.equals(there):
        return True
    if here.differs(there):
        return False
    raise _unknown(one, other, here, there)


def may_be_same_place(one: Resource, other: Resource) -> bool:
    """Whether both may be managed in the same account and region."""
    try:
        return not home_of(one).differs(home_of(other))
    except Unknown:
        return True


def is_replica_place(resource: Resource, table: Resource, region: str) -> bool:
    """Whether a resource is in the account of a table and in the region of its replica. May raise `Unknown`."""
    own, home = home_of(resource), home_of(table)
    there = Home(region, home.account, {("region", region)}, home.accounts)
    if own.equals(there):
        return True
    # A replica is never in the region of its table.
    if own.differs(there) or not own.regions.isdisjoint(home.regions):
        return False
    raise Unknown("provider", f"differs: {_shown(resource)} may use another region or account than the replica in {region}")


def arn_place(resource: Resource) -> tuple[str, str] | None:
    """Region and account from `arn:partition:service:region:account:name`, None where the ARN is unknown."""
    arn = resource.body.value("arn")
    parts = arn.value.split(":") if isinstance(arn, Known) and isinstance(arn.value, str) else ()
    return (parts[3], parts[4]) if len(parts) > 5 else None


def region_of(resource: Resource) -> str | None:
    """The region argument that every resource has from version 6 of the provider on, else the provider's own."""
    region = resource.body.value("region")
    if isinstance(region, Deferred):
        raise region.unknown("region")
    return region.value if isinstance(region, Known) else resource.provider.region


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _unknown(one: Resource, other: Resource, here: Home, there: Home) -> Unknown:
    if one.provider.key != other.provider.key:
        return Unknown("provider", f"differs: {_shown(one)} and {_shown(other)} may use different regions or accounts")
    if one.provider.is_repeated:
        return Unknown("provider", f"is {_shown(one)}, which has for_each, and the input does not show which instance of it is used")
    return Unknown("region", f"is {here.region or there.region} in one of them, and the region of the provider is not known")


def _shown(resource: Resource) -> str:
    return resource.provider.key or "the provider"
