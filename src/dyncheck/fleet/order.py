"""What the processes of a fleet need to check documents, and the hash of all that decides the results."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from dyncheck.checking.one_input import Checker, today
from dyncheck.checking.run import checker_of
from dyncheck.checking.settings import Settings
from dyncheck.dynamodb import Contract
from dyncheck.rule import Rule, Severity


class Order(Struct, frozen=True):
    """A check of documents: its run, the rules with their severities, the contracts and the settings.

    The rules that are shipped are there by their ids: each process has them. Own rules go with the order.
    """

    run: str
    time: datetime
    key: str
    rules: tuple[tuple[str, Severity, bool], ...]
    contracts: tuple[Contract, ...]
    settings: Settings

    @property
    def environment(self) -> str:
        """The environment of all documents, empty without."""
        return self.settings.environment_of_plans


def order_of(settings: Settings, run: str, time: datetime) -> Order:
    """The order for a run. Raises `UsageError` when the settings name a rule, a contract or a file that does not exist."""
    checker = checker_of(settings).of(settings.environment_of_plans)
    # What the processes never use: the files of other root modules, and the bar of this one.
    kept = Settings(
        allow_empty=True,
        decisions=settings.decisions,
        allow_destroy=settings.allow_destroy,
        only_in=settings.only_in,
        own_rules=settings.own_rules,
        hashes=False,
    )
    rules = tuple((rule.id, rule.severity, rule.is_weighed) for rule in checker.rules)
    return Order(run, time, _key(rules, checker.contracts, kept), rules, checker.contracts, kept)


def _key(rules: tuple[tuple[str, Severity, bool], ...], contracts: tuple[Contract, ...], settings: Settings) -> str:
    """A hash of all that decides the results of a document, besides the version of dyncheck."""
    dated = [*(each.waiver.until for each in settings.decisions), *(each.until for each in settings.allow_destroy)]
    parts = (
        rules,
        contracts,
        [(sorted(each.rules), each.addresses, each.waiver) for each in settings.decisions],
        settings.allow_destroy,
        settings.environment_of_plans,
        # A waiver ends with a day.
        today() if any(dated) else "",
        sorted(_sources(settings.own_rules)),
    )
    return sha256(encode(parts, order="deterministic")).hexdigest()


def _sources(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    for name in {module for rule in rules for module in _packages(rule)}:
        yield name.rpartition(".")[2], inspect.getsource(sys.modules[name])


def _packages(rule: Rule) -> Iterator[str]:
    """The modules of a rule and of its team, which it may import."""
    for cell in rule.check.__closure__ or ():
        if isinstance(cell.cell_contents, Rule):
            module = cell.cell_contents.check.__module__
            team = module.rpartition(".")[0]
            yield from (name for name in sys.modules if name == module or (name.startswith(f"{team}.") and _has_source(name)))


def _has_source(name: str) -> bool:
    return bool(getattr(sys.modules[name], "__file__", None))


def own_modules(order: Order) -> tuple[str, ...]:
    """The modules that own rules consist of, which the processes of a cluster may not have."""
    return tuple(dict.fromkeys(name for rule in order.settings.own_rules for name in _packages(rule)))


def checker_for(order: Order) -> Checker:
    """The checker of a process for an order."""
    by = checker_of(order.settings)
    known = {rule.id: rule for rule in by.every_rule}
    rules = tuple(replace(known[name], severity=severity, is_weighed=weighed) for name, severity, weighed in order.rules)
    return replace(by, rules=rules, contracts=order.contracts)


@lru_cache(maxsize=2)
def decoded(pickled: bytes) -> tuple[Order, Checker]:
    """An order as it came to a process, and its checker, made once.

    The bytes are those that this program made for the processes of its own cluster.
    """
    from pickle import loads

    from dyncheck.checking.processes import bound_memory

    order: Order = loads(pickled)
    found = order, checker_for(order)
    bound_memory()
    return found
