"""The names of tables and alarms: each may occur once in an account and region. Composite and metric alarms share one set of names.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from functools import cached_property
from itertools import islice, product

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.place import Home, home_of, same_place
from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Deferred, Known, Piece, Question, Resource, Unknown, Value, is_itself, start_and_end

# So many names are compared with one that is only partly known. More of them are alike only where no one can compare them.
_MOST_COMPARED = 100

# Stands for every region or account.
_ANY = "*"


class Holder(Struct, frozen=True):
    """A resource with a name, and the pieces of that name. `is_judged` says that rules judge the resource."""

    resource: Resource
    pieces: tuple[Piece, ...]
    home: Home
    position: int
    is_judged: bool

    @property
    def is_known(self) -> bool:
        """Whether the whole name is known."""
        return len(self.pieces) == 1 and isinstance(self.pieces[0], str)

    @property
    def end(self) -> str:
        """The known text at the end of the name."""
        return self.pieces[-1] if self.pieces and isinstance(self.pieces[-1], str) else ""


class Names:
    """The names of one kind. `judged` are the addresses of the resources that rules judge."""

    def __init__(self, resources: Iterable[Resource], judged: Collection[str]) -> None:
        # A judged resource comes after the others, because only there a rule can say that both have one name.
        ordered = sorted(resources, key=lambda resource: (resource.address in judged, resource.address))
        self._holders: dict[str, Holder] = {}
        for position, resource in enumerate(map(_as_written, ordered)):
            pieces = _pieces_of(resource)
            if pieces is not None:
                holder = Holder(resource, pieces, _home_of(resource), position, resource.address in judged)
                self._holders[resource.address] = holder

    def holder_before(self, resource: Resource) -> Resource | None:
        """The first resource before this one that has the same name in the same place.

        Raises `Unknown` when some resource may have it, and none certainly has.
        """
        holder = self._holders.get(resource.address)
        group = self._groups.get(holder.pieces) if holder else None
        if holder is None:
            return None
        found = group.certain(holder) if group else None
        if found is None and group and (possible := group.possible(holder)):
            raise _unknown_place(holder.resource, possible.resource)
        if found is None and (alike := self._alike(holder)):
            raise _unknown_name(holder, alike)
        if found is None and holder.resource.may_repeat:
            raise Unknown(argument_of(holder.resource), f"may be the same for several instances, and {holder.resource.doubt}")
        return found.resource if found else None

    @cached_property
    def _groups(self) -> dict[tuple[Piece, ...], _Group]:
        """The resources whose names have the same pieces."""
        groups: dict[tuple[Piece, ...], _Group] = {}
        for holder in self._holders.values():
            if all(map(is_itself, holder.pieces)):
                groups.setdefault(holder.pieces, _Group()).add(holder)
        return groups

    def _alike(self, holder: Holder) -> Holder | None:
        """A resource whose name may be that of the holder, where one of both names is only partly known."""
        candidates = (other for other in self._near(holder) if other.is_known or other.position < holder.position)
        for other in islice(candidates, _MOST_COMPARED):
            if not holder.home.differs(other.home) and _may_be_equal(holder.pieces, other.pieces):
                return other
        return next(candidates, None)

    def _near(self, holder: Holder) -> Iterator[Holder]:
        """The resources of whose names the end fits, and that are not judged themselves."""
        ends, partial = self._by_end
        if not holder.is_known:
            yield from ends[holder.end]
        for start in range(not holder.is_known, len(holder.end) + 1):
            for other in partial.get(holder.end[start:], ()):
                if not holder.is_known or not other.is_judged:
                    yield other

    @cached_property
    def _by_end(self) -> tuple[dict[str, list[Holder]], dict[str, list[Holder]]]:
        """By each end of a partly known name: all resources whose names have that end, and those with a partly known name."""
        partial: dict[str, list[Holder]] = {}
        for holder in self._holders.values():
            if not holder.is_known:
                partial.setdefault(holder.end, []).append(holder)
        ends: dict[str, list[Holder]] = {end: [] for end in partial}
        for holder in self._holders.values():
            for start in range(len(holder.end) + 1):
                if holder.end[start:] in ends:
                    ends[holder.end[start:]].append(holder)
        return ends, partial


class _Group:
    """Resources of one name. Each is found by its marks, without testing every pair."""

    def __init__(self) -> None:
        # By a mark of the region and one of the account: the first that certainly exists.
        self._certain: dict[tuple[Hashable, Hashable], Holder] = {}
        # By region and account, each of which may be unknown or `_ANY`.
        self._possible: dict[tuple[str, str], Holder] = {}

    def add(self, holder: Holder) -> None:
        """Add the next resource."""
        home = holder.home
        if not holder.resource.doubt:
            for marks in product(home.regions, home.accounts):
                self._certain.setdefault(marks, holder)
        for place in product((home.region, _ANY), (home.account, _ANY)):
            self._possible.setdefault(place, holder)

    def certain(self, holder: Holder) -> Holder | None:
        """The first before the holder that certainly is in the same place."""
        home = holder.home
        found = (self._certain.get(marks) for marks in product(home.regions, home.accounts))
        same = (each for each in found if each and each.position < holder.position and each.home.equals(home))
        return min(same, key=lambda each: each.position, default=None)

    def possible(self, holder: Holder) -> Holder | None:
        """The first before the holder that may be in the same place."""
        regions = (holder.home.region, "") if holder.home.region else (_ANY,)
        accounts = (holder.home.account, "") if holder.home.account else (_ANY,)
        found = (self._possible.get(place) for place in product(regions, accounts))
        return min((each for each in found if each and each.position < holder.position), key=lambda each: each.position, default=None)


def argument_of(resource: Resource) -> str:
    """The argument that has the name of a table or an alarm."""
    return "name" if resource.type == TABLE else "alarm_name"


def _as_written(resource: Resource) -> Resource:
    """The resource with the values that it has if it exists. Whether it exists is another question."""
    return replace(resource, body=resource.body.as_written()) if resource.doubt else resource


def _pieces_of(resource: Resource) -> tuple[Piece, ...] | None:
    """The pieces of a name; None where it is not set."""
    value = resource.body.value(argument_of(resource))
    if isinstance(value, Deferred):
        return value.pieces or ((),)
    if not isinstance(value, Known):
        return None
    known = start_and_end(value.value)
    if known is None:
        return ((),)
    start, end = known
    pieces = start if isinstance(start, tuple) else ()
    return (*pieces, end)


def _home_of(resource: Resource) -> Home:
    try:
        return home_of(resource)
    except Unknown:
        return Home("", resource.provider.account, set(), set())


def _may_be_equal(one: tuple[Piece, ...], other: tuple[Piece, ...]) -> bool:
    """Whether two names of these pieces may be equal, whatever the unknown texts are."""
    ones, others = list(one), list(other)
    for at in (0, -1):
        while ones and others:
            first, second = ones[at], others[at]
            if first == second and is_itself(first):
                del ones[at], others[at]
                continue
            if not isinstance(first, str) or not isinstance(second, str):
                break
            if not (first.startswith(second) or second.startswith(first) if at == 0 else first.endswith(second) or second.endswith(first)):
                return False
            # The shorter text is a part of the longer one.
            shorter = min(len(first), len(second))
            ones[at], others[at] = (text[shorter:] if at == 0 else text[: len(text) - shorter] for text in (first, second))
            ones, others = ([piece for piece in pieces if piece != ""] for pieces in (ones, others))
    return _fits(ones, others) and _fits(others, ones) and _may_be_text(one, other) and _may_be_text(other, one)


def _fits(pieces: list[Piece], others: list[Piece]) -> bool:
    """Whether a wholly known rest of a name is long enough for the known texts of the other one."""
    if not all(isinstance(piece, str) for piece in pieces):
        return True
    return sum(len(piece) for piece in others if isinstance(piece, str)) <= sum(map(len, pieces)) and (bool(pieces) <= bool(others))


def _may_be_text(pieces: tuple[Piece, ...], text: tuple[Piece, ...]) -> bool:
    """Whether a name of pieces may be a known one, as far as it is certain what the pieces are; true where the other one is not known."""
    known = text[0] if len(text) == 1 else None
    if not isinstance(known, str) or not any(len(piece) > 1 for piece in pieces if not isinstance(piece, str)):
        return True
    from dyncheck.model.pieces import may_be

    return may_be(pieces, known)


def _unknown_place(resource: Resource, other: Resource) -> Unknown:
    argument = argument_of(resource)
    why = f"is also the name of {other.address}"
    try:
        same_place(resource, other)
    except Unknown as reason:
        return Unknown(argument, f"{why}, and whether both are in one account and region cannot be determined: {reason}")
    return Unknown(argument, f"{why}, which may not exist: {other.doubt}", question=other.question)


def _unknown_name(holder: Holder, other: Holder) -> Unknown:
    argument = argument_of(holder.resource)
    value = holder.resource.body.value(argument)
    if isinstance(value, Deferred):
        return value.unknown(argument, holder.resource.body.locate(argument), f", so {other.resource.address} may have the same name")
    return Unknown(
        argument, f"may also be the name of {other.resource.address}", question=_question(value, other.resource.body.value(argument))
    )


def _question(one: Value, other: Value) -> Question | None:
    """The question about an input that decides whether two names are equal."""
    try:
        _ = isinstance(one, Known) and isinstance(other, Known) and bool(one.value == other.value)
    except Unknown as reason:
        return reason.question
    return None
