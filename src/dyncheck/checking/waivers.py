"""Accepted findings: waived by a comment in the sources, or by address in the configuration.

    # dyncheck: ignore[no-point-in-time-recovery] rebuilt every night owner=data until=2026-12-31

A comment waives findings in its code: an argument, a block, a resource, or all resources of a module call. The comments of checkov,
trivy and tfsec count for the rules that find the same, where those tools heed them. They are not dyncheck's, so none is called unused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import CHECKOV_PREFIX, NOT_CHECKED, checkov_id, hint
from dyncheck.findings import Result, Status, Waiver
from dyncheck.model import Comment, Place
from dyncheck.rule import Rule
from dyncheck.suggestions import did_you_mean

# Compiled when the first comment needs them: most plans have no comments.
_OURS = r"dyncheck:\s*ignore\[(?P<rules>[^\]]*)\](?P<rest>.*)"
_OURS_BROKEN = r"dyncheck:\s*\S*"
_EXPECTED = "expected `dyncheck: ignore[rule] reason`."
_FIELD = r"\b(?P<name>until|owner)=(?P<value>\S+)"
_DATE = r"\d{4}-\d{2}-\d{2}\Z"
# Source: https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
_CHECKOV = r"(?:checkov|bridgecrew|cortex):skip= *(?P<names>[\w-]+(?:,[\w-]+)*)(?::(?P<reason>.*))?"


class Decision(Struct, frozen=True):
    """One waiver for some rules, and what it covers.

    A waiver in a comment has the `comment`, and the `tool` that it is for if that is not dyncheck: checkov or trivy, which has the
    comments of tfsec as well. A waiver in the configuration has a pattern for `addresses`.
    """

    rules: frozenset[str]
    waiver: Waiver
    comment: Comment | None = None
    tool: str = ""
    addresses: str = ""

    @property
    def names(self) -> str:
        """The rules, for messages."""
        return ", ".join(sorted(self.rules))

    def covers(self, result: Result) -> bool:
        """Whether the waiver covers a result, on any day."""
        if result.rule not in self.rules:
            return False
        if self.comment:
            return any(self._covers_place(self.comment, place) for place in result.places)
        return self.matches(result.address)

    def matches(self, address: str) -> bool:
        """Whether the pattern for addresses matches one."""
        # Only `*` and `?` mean anything: brackets are part of addresses.
        return address == self.addresses or fnmatchcase(address, self.addresses.replace("[", "[[]"))

    def _covers_place(self, comment: Comment, place: Place) -> bool:
        if place.file != comment.file:
            return False
        if self.tool == "checkov":
            return place.kind in ("resource", "module") and place.line < comment.line < place.end_line
        if self.tool:
            return comment.about == place.line
        return comment.about == place.line or (place.kind == "argument" and place.line <= comment.about <= place.end_line)

    def has_expired(self, today: str) -> bool:
        """Whether its last day is over. `today` is the date as `2026-12-31`."""
        return bool(self.waiver.until) and self.waiver.until < today


class Waived(Struct, frozen=True):
    """Results with the waived ones marked, and notices about the waivers. `needed` has the notices that would be wrong."""

    results: tuple[Result, ...]
    notices: tuple[str, ...]
    needed: frozenset[str] = frozenset()


def waive(
    results: Iterable[Result], decisions: Iterable[Decision], today: str, is_unused: Callable[[Decision], bool] = lambda _: False
) -> Waived:
    """Mark the findings and unknowns that a decision covers. `today` is the date as `2026-12-31`.

    A decision that has expired waives nothing. One that covers nothing has a notice if it certainly `is_unused`.
    """
    decided = tuple(decisions)
    found, used = marked(results, decided, today)
    notices, needed = notices_on(decided, used, today, is_unused)
    return Waived(found, notices, needed)


def marked(results: Iterable[Result], decisions: tuple[Decision, ...], today: str) -> tuple[tuple[Result, ...], frozenset[int]]:
    """The results with those marked that a decision covers, and the numbers of the decisions that cover any. `today` is as in `waive`."""
    used: set[int] = set()
    return tuple(_marked(result, decisions, used, today) for result in results) if decisions else tuple(results), frozenset(used)


def notices_on(
    decisions: tuple[Decision, ...], used: Container[int], today: str, is_unused: Callable[[Decision], bool]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The notices on decisions that have expired or certainly are unused, and those that would be wrong."""
    notices: list[str] = []
    needed: set[str] = set()
    for number, decision in enumerate(decisions):
        waiver = decision.waiver
        unused = f"{waiver.source}: the waiver of {decision.names} waives nothing. Remove it."
        if number in used and decision.has_expired(today):
            expired = f"{waiver.source}: the waiver of {decision.names} expired on {waiver.until}, so it waives nothing."
            notices.append(f"{expired} Fix the finding or renew the waiver.")
        elif number not in used and not decision.tool and is_unused(decision):
            notices.append(unused)
        else:
            needed.add(unused)
    return tuple(notices), frozenset(needed)


def is_date(text: str) -> bool:
    """Whether a text is a day as 2026-12-31."""
    from datetime import date

    try:
        return bool(re.match(_DATE, text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _marked(result: Result, decisions: tuple[Decision, ...], used: set[int], today: str) -> Result:
    if result.status not in (Status.FAIL, Status.UNKNOWN):
        return result
    for number, decision in enumerate(decisions):
        if decision.covers(result):
            used.add(number)
            if not decision.has_expired(today):
                return replace(result, status=Status.WAIVED, waiver=decision.waiver)
    return result


def of_comments(
    comments: Iterable[Comment], rules: Iterable[Rule], workspace: Callable[[], str] = str
) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """The decisions in comments, and notices about invalid waivers. `rules` are all rules there are.

    `workspace` gives the name of the workspace, empty where it is unknown.
    """
    known, every = {rule.id: rule for rule in rules}, tuple(comments)
    decisions: list[Decision] = []
    notices: list[str] = []
    for comment in every:
        for found in (*_of_ours(comment, known), *_of_checkov(comment, known)):
            if isinstance(found, Decision):
                decisions.append(found)
            else:
                notices.append(f"{comment.file}:{comment.line}: {found}")
    if any("trivy:" in comment.text or "tfsec:" in comment.text for comment in every):
        from dyncheck.checking.trivy_comments import waivers_of_trivy

        for each in waivers_of_trivy(every, workspace):
            if alike := frozenset[str]().union(*(_rules_like(known, "trivy", control) for control in each.controls)):
                decisions.append(Decision(alike, each.waiver, each.comment, "trivy"))
    return tuple(decisions), tuple(notices)


def _of_ours(comment: Comment, known: Mapping[str, Rule]) -> Iterator[Decision | str]:
    match = re.search(_OURS, comment.text)
    if match is None:
        if re.match(_OURS_BROKEN, comment.text):
            yield f"invalid waiver {comment.text!r}; {_EXPECTED}"
        return
    rules = [name.strip() for name in match["rules"].split(",") if name.strip()]
    fields = {field["name"]: field["value"] for field in re.finditer(_FIELD, match["rest"])}
    reason = " ".join(re.sub(_FIELD, "", match["rest"]).split())
    unknown = [name for name in rules if name not in known]
    for name in unknown:
        yield f"the waiver names the rule {name}, which does not exist.{hint(name, known)}"
    until = fields.get("until", "")
    if until and not is_date(until):
        yield f"invalid date until={until}; expected a day such as until=2026-12-31."
    elif not reason:
        yield f"the waiver has no reason, so it waives nothing; {_EXPECTED}"
    elif not rules:
        yield f"the waiver has no rule; {_EXPECTED}"
    elif len(unknown) < len(rules):
        waiver = Waiver(reason, f"{comment.file}:{comment.line}", fields.get("owner", ""), until)
        yield Decision(frozenset(rules) - frozenset(unknown), waiver, comment)


def _of_checkov(comment: Comment, known: Mapping[str, Rule]) -> Iterator[Decision | str]:
    match = re.search(_CHECKOV, comment.text)
    if match is None:
        return
    names = match["names"].split(",")
    ours = {checkov_id(rule): rule for rule in known}
    for name in names:
        if name.startswith(CHECKOV_PREFIX) and name not in (*ours, NOT_CHECKED):
            yield f"the comment skips the check {name}, which does not exist.{did_you_mean(name, ours)}"
    named = (frozenset({ours[name]}) if name in ours else _rules_like(known, "checkov", name) for name in names)
    if rules := frozenset[str]().union(*named):
        waiver = Waiver((match["reason"] or "").strip() or match[0], f"{comment.file}:{comment.line}")
        yield Decision(rules, waiver, comment, "checkov")


def _rules_like(known: Mapping[str, Rule], tool: str, control: str) -> frozenset[str]:
    """The rules that find the same as a control of another tool."""
    return frozenset(rule.id for rule in known.values() if control in re.split(r"[,\s]+", rule.frameworks.get(tool, "")))
