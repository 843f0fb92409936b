"""The rules that tests run: a fixed list, so that a new rule changes only the tests of its own fixture.

`fix_the_rules` must run before anything else imports `all_rules`; `tests/conftest.py` and `tests/support/forked.py` ensure this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dyncheck.catalog import rules as catalog
from dyncheck.rule import Rule

# Add a rule only if tests outside its fixture need it.
RULES = frozenset(
    {
        "alarm-removed",
        "attribute-mismatch",
        "aws-managed-key",
        "capacity-mismatch",
        "dead-alarm",
        "drift",
        "index-removed",
        "insensitive-alarm",
        "interface-drift",
        "invalid-billing-mode",
        "invalid-item",
        "invalid-table-class",
        "missing-index",
        "missing-table",
        "missing-tags",
        "missing-ttl",
        "no-deletion-protection",
        "no-point-in-time-recovery",
        "no-throttle-alarm",
        "protection-removed",
        "silent-alarm",
        "table-replacement",
        "unencrypted-table",
        "unguarded-input",
        "unwatched-index",
        "violated-condition",
        "wrong-index",
        "wrong-primary-key",
        "wrong-table-name",
    }
)

every_rule = catalog.all_rules
_instead: tuple[Rule, ...] = ()


def fix_the_rules() -> None:
    """Let `all_rules` return the fixed list in this process."""
    catalog.all_rules = _rules


def _rules() -> tuple[Rule, ...]:
    return _instead or tuple(rule for rule in every_rule() if rule.id in RULES)


@contextmanager
def with_rules(*rules: Rule) -> Iterator[None]:
    """Let `all_rules` return these rules during the context."""
    global _instead
    _instead = rules
    try:
        yield
    finally:
        _instead = ()
