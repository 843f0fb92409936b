"""Writes the overview of a fleet as one HTML page, of a size that does not depend on the fleet."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from dyncheck.catalog.rules import all_rules
from dyncheck.fleet.overview import MOST_NAMED, Counts, Group, Overview
from dyncheck.fleet.reporters.text import NO_ACCOUNT, counted, covered, since
from dyncheck.fleet.rows import ERROR
from dyncheck.reporters.html.page import templates
from dyncheck.reporters.html.words import VERDICTS, short_name
from dyncheck.rule import Rule

# What the page has of each, the worst first.
_MOST_ACCOUNTS = 100
_MOST_RULES = 60
_MOST_ENVIRONMENTS = 30
_MOST_LISTED = 50


class View(Struct, frozen=True):
    """The overview as the page shows it. `cells` has the findings by account and rule, `more` what is not on the page."""

    overview: Overview
    title: str
    covered: str
    since: str
    worst: str
    numbers: dict[str, int]
    accounts: Sequence[Group]
    rules: Sequence[tuple[Group, str, Rule | None]]
    environments: Sequence[Group]
    more: dict[str, int]
    errors: int

    def cell(self, account: Group, rule: Group) -> int:
        """How many findings of a rule an account has."""
        return account.others.get(rule.name, 0)


def to_html(overview: Overview) -> str:
    """The page, which is the same for the same overview."""
    words = {"counted": counted, "short_name": short_name, "no_account": NO_ACCOUNT, "most_tables": MOST_NAMED}
    return templates().get_template("fleet.html").render(view=_view(overview), **words)


def _view(overview: Overview) -> View:
    known = {rule.id: rule for rule in all_rules()}
    accounts = [each for each in overview.accounts if any(each.counts.rank)]
    rules = [each for each in overview.rules if any(each.counts.rank)]
    environments = [each for each in overview.environments if each.name]
    numbers = _numbers(overview.counts)
    errors = overview.documents.get(ERROR, 0)
    return View(
        overview,
        counted(overview.counts) or ("no findings" if overview.run else "no results"),
        covered(overview),
        since(overview.changes) if overview.changes else "",
        "error" if errors else next((verdict for verdict in VERDICTS if numbers[verdict]), "none"),
        numbers,
        accounts[:_MOST_ACCOUNTS],
        [(each, _verdict(each.counts), known.get(each.name)) for each in rules[:_MOST_RULES]],
        environments[:_MOST_ENVIRONMENTS],
        {
            "accounts": max(len(accounts) - _MOST_ACCOUNTS, 0),
            "rules": max(len(rules) - _MOST_RULES, 0),
            "environments": max(len(environments) - _MOST_ENVIRONMENTS, 0),
            "unread": max(errors - _MOST_LISTED, 0),
        },
        errors,
    )


def _verdict(counts: Counts) -> str:
    numbers = _numbers(counts)
    return next((verdict for verdict in VERDICTS if numbers[verdict]), "none")


def _numbers(counts: Counts) -> dict[str, int]:
    return {verdict: getattr(counts, "passed" if verdict == "pass" else verdict) for verdict in VERDICTS}
