"""One document of a fleet -> its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dyncheck.checking.one_input import CheckedInput, Checker, ReadInput, check_input, today
from dyncheck.dynamodb.place import home_of
from dyncheck.errors import InputError, one_line
from dyncheck.findings import Result, Status, numbered
from dyncheck.fleet.order import Order
from dyncheck.fleet.rows import EMPTY, ERROR, READ, SKIPPED, Row
from dyncheck.fleet.sources import Document
from dyncheck.model import Known, Resource, Unknown
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import Source
from dyncheck.version import VERSION

# What a file of a directory has that is meant to be a plan, a state or a capture, but is none.
_MARKS = (b'"format_version"', b'"terraform_version"', b'"lineage"', b'"@level"', b'"dyncheck-capture"', b'"encrypted_data"')


def rows_of(document: Document, data: bytes, order: Order, by: Checker) -> list[Row]:
    """The rows of a document: one for itself, and one for each result."""
    source = Source(document.name, data)
    own = _row(document, order, hash=source.sha256)
    try:
        reading = read_document(source)
    except InputError as error:
        return [replace(own, status=_status(error, document, data), message=one_line(str(error)))]
    found = ReadInput(document.name, "", reading, environment=order.environment)
    checked = check_input(found, by)
    results = _identified(checked, document, by)
    places = _Places(found)
    own = replace(own, kind=reading.kind, tables=checked.input.tables, alarms=checked.input.alarms)
    has_tables = bool(checked.input.tables or found.changes.tables or found.changes.lone_replicas)
    if checked.problems:
        own = replace(own, status=ERROR, message=" ".join(one_line(each.message.partition("\n")[0]) for each in checked.problems))
    elif not has_tables:
        own = replace(own, status=EMPTY, message=_why_empty(checked, reading.nothing))
    elif checked.input.not_checked:
        own = replace(own, message=" ".join(checked.input.notices) or None)
    return [own, *_results(results, own, places)]


def unread(document: Document, order: Order, why: str) -> Row:
    """The row of a document that could not be read."""
    return _row(document, order, status=ERROR, message=f"{document.name} {why}.")


def _row(document: Document, order: Order, *, status: str = READ, message: str | None = None, hash: str | None = None) -> Row:  # noqa: A002
    return Row(
        run=order.run,
        time=order.time,
        document=document.name,
        version=VERSION,
        settings=order.key,
        status=status,
        stamp=document.stamp or None,
        hash=hash,
        environment=order.environment or None,
        message=message,
    )


def _status(error: InputError, document: Document, data: bytes) -> str:
    """The status of a document that has no resources to read."""
    if any(problem.kind == "nothing-to-check" for problem in error.problems):
        return EMPTY
    # A directory may have any files that end in .json.
    return SKIPPED if not document.is_named and not any(mark in data for mark in _MARKS) else ERROR


def _why_empty(checked: CheckedInput, nothing: str) -> str:
    return " ".join(("It has no DynamoDB table.", *checked.input.notices, nothing)).strip()


def _identified(checked: CheckedInput, document: Document, by: Checker) -> tuple[Result, ...]:
    """The results as a run on this document alone has them."""
    results = checked.input.results
    if by.settings.decisions:
        from dyncheck.checking.waivers import waive

        results = waive(results, by.settings.decisions, today()).results
    elif all(each.origin == document.origin for each in results[:1]):
        return results
    return tuple(numbered([replace(each, origin=document.origin) for each in results]))


def _results(results: Iterable[Result], own: Row, places: _Places) -> Iterator[Row]:
    for each in results:
        region, account = places.of(each.address) or places.of(each.table) or ("", "")
        yield Row(
            own.run,
            own.time,
            own.document,
            own.version,
            own.settings,
            each.status.value,
            own.kind,
            own.stamp,
            own.hash,
            account or None,
            region or None,
            own.environment,
            each.address,
            each.rule,
            each.severity.value,
            _text(each.attribute),
            _text(each.found),
            _text(each.expected),
            _text(each.contract),
            _text(each.message),
            each.fingerprint,
            own.time if each.status is not Status.PASS else None,
        )


def _text(value: str) -> str | None:
    return f"{value}" or None


class _Places:
    """The regions and accounts of the resources of a document, by address."""

    def __init__(self, found: ReadInput) -> None:
        former = (change.before for change in found.reading.changes if change.before)
        self._resources = {each.address: each for each in (*former, *found.reading.resources)}
        self._known: dict[str, tuple[str, str] | None] = {}
        self._accounts: dict[str | None, set[str]] | None = None

    def of(self, address: str) -> tuple[str, str] | None:
        """The region and the account of a resource, each empty where the document does not show it; None where it has no such resource."""
        if address not in self._known:
            resource = self._resources.get(address)
            self._known[address] = self._place(resource) if resource else None
        return self._known[address]

    def _place(self, resource: Resource) -> tuple[str, str]:
        region, account = _shown(resource)
        if not account and resource.provider.key and not resource.provider.is_repeated:
            account = self._account_of(resource.provider.key)
        return region, account

    def _account_of(self, provider: str) -> str:
        """The account of a provider configuration, which all its resources have."""
        if self._accounts is None:
            self._accounts = {}
            for each in self._resources.values():
                account = _shown(each)[1]
                if account:
                    self._accounts.setdefault(each.provider.key, set()).add(account)
        known = self._accounts.get(provider, set())
        return next(iter(known)) if len(known) == 1 else ""


def _shown(resource: Resource) -> tuple[str, str]:
    """The region and the account of a resource that are not sensitive."""
    if any(isinstance(value := resource.body.value(name), Known) and value.sensitive for name in ("arn", "region")):
        return "", ""
    try:
        home = home_of(resource)
    except Unknown:
        return "", resource.provider.account
    return home.region, home.account
