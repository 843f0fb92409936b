"""Findings that somebody decided to live with: by a comment in the sources, or by address in the configuration.

    # dyncheck: ignore[no-point-in-time-recovery] rebuilt every night owner=data until=2026-12-31

A comment waives what is found at the code that it is about: an argument, a block, a whole resource, or all that a module call
makes. checkov's, trivy's and tfsec's own comments count for the rules that find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import CHECKOV_PREFIX, NOT_CHECKED, checkov_id
from dyncheck.findings import Result, Status, Waiver
from dyncheck.model import Comment, Place
from dyncheck.rule import Module, Rule, UnguardedInput
from dyncheck.suggestions import did_you_mean

_OURS = re.compile(r"dyncheck:\s*ignore\[(?P<rules>[^\]]*)\](?P<rest>.*)")
_OURS_BROKEN = re.compile(r"dyncheck:\s*\S*")
_FIELD = re.compile(r"\b(?P<name>until|owner)=(?P<value>\S+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
# Source: https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
_CHECKOV = re.compile(r"(?:checkov|bridgecrew|cortex):skip= *(?P<names>[\w-]+(?:,[\w-]+)*)(?::(?P<reason>.*))?")
# Source: https://trivy.dev/latest/docs/configuration/filtering/#by-inline-comments
_TRIVY = re.compile(r"(?P<tool>trivy|tfsec):ignore:(?P<id>[\w.-]+)(?::exp:(?P<until>\d{4}-\d{2}-\d{2}))?")

# Names that trivy and tfsec had for their checks before, or have beside the one that rules name.
_ALIASES = {
    "aws-dynamodb-enable-at-rest-encryption": "AVD-AWS-0025",
    "aws-dynamodb-enable-recovery": "AVD-AWS-0024",
    "aws-dynamodb-table-customer-key": "AVD-AWS-0025",
    "AWS-0024": "AVD-AWS-0024",
    "AWS-0025": "AVD-AWS-0025",
}


class Decision(Struct, frozen=True):
    """One waiver for some rules, and what it covers.

    By a comment: the `comment` it stands in, and whether it covers all of the resource or module call around it
    (`whole_block`), as checkov's do. By the configuration: a pattern for addresses.
    """

    rules: frozenset[str]
    waiver: Waiver
    comment: Comment | None = None
    whole_block: bool = False
    addresses: str = ""

    def covers(self, result: Result) -> bool:
        """Whether a result is one that the decision is about."""
        if result.rule not in self.rules:
            return False
        if self.addresses:
            return result.address == self.addresses or fnmatchcase(result.address, _literal_brackets(self.addresses))
        return any(self._is_at(place) for place in result.places)

    def _is_at(self, place: Place) -> bool:
        assert self.comment is not None
        if place.file != self.comment.file:
            return False
        if self.whole_block:
            return place.kind in ("resource", "module") and place.line <= self.comment.line <= place.end_line
        return self.comment.about == place.line or (place.kind == "argument" and place.line <= self.comment.about <= place.end_line)


class Waived(Struct, frozen=True):
    """Results with what is waived marked as such, and what a user should know about the waivers."""

    results: tuple[Result, ...]
    notices: tuple[str, ...]


def waive(results: Iterable[Result], decisions: Iterable[Decision], rules: Iterable[Rule], today: str) -> Waived:
    """Mark the findings and unknowns that a decision covers. `today` is the date as `2026-12-31`.

    A decision that has expired waives nothing, and one that covers nothing is mentioned when all its rules have run.
    """
    decided = tuple(decisions)
    # What is waived of a module shows only where that module is the one that is looked at.
    run = {rule.id for rule in rules if rule.subjects not in ((Module,), (UnguardedInput,))}
    used: set[int] = set()
    marked = tuple(_marked(result, decided, used, today) for result in results) if decided else tuple(results)
    notices = [_expired(decision) for number, decision in enumerate(decided) if number in used and _has_expired(decision, today)]
    notices += [_unused(decision) for number, decision in enumerate(decided) if number not in used and decision.rules <= run]
    return Waived(marked, tuple(notices))


def is_date(text: str) -> bool:
    """Whether a text is a day as 2026-12-31."""
    from datetime import date

    try:
        return bool(_DATE.match(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _marked(result: Result, decisions: tuple[Decision, ...], used: set[int], today: str) -> Result:
    if result.status not in (Status.FAIL, Status.UNKNOWN):
        return result
    for number, decision in enumerate(decisions):
        if decision.covers(result):
            used.add(number)
            if not _has_expired(decision, today):
                return replace(result, status=Status.WAIVED, waiver=decision.waiver)
    return result


def _has_expired(decision: Decision, today: str) -> bool:
    return bool(decision.waiver.until) and decision.waiver.until < today


def _expired(decision: Decision) -> str:
    named = ", ".join(sorted(decision.rules))
    waiver = decision.waiver
    return f"{waiver.source}: the waiver of {named} ended on {waiver.until}, so it waives nothing. Mend the finding, or decide anew."


def _unused(decision: Decision) -> str:
    named = ", ".join(sorted(decision.rules))
    return f"{decision.waiver.source}: the waiver of {named} waives nothing. Remove it."


def of_comments(comments: Iterable[Comment], rules: Iterable[Rule]) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """The decisions that comments hold, and what is wrong with comments that were meant as one. `rules` are all there are."""
    known = {rule.id: rule for rule in rules}
    decisions: list[Decision] = []
    notices: list[str] = []
    for comment in comments:
        for found in (*_of_ours(comment, known), *_of_checkov(comment, known), *_of_trivy(comment, known)):
            if isinstance(found, Decision):
                decisions.append(found)
            else:
                notices.append(f"{comment.file}:{comment.line}: {found}")
    return tuple(decisions), tuple(notices)


def _of_ours(comment: Comment, known: Mapping[str, Rule]) -> Iterator[Decision | str]:
    match = _OURS.search(comment.text)
    if match is None:
        if _OURS_BROKEN.match(comment.text):
            yield f"{comment.text!r} is no waiver. Write `dyncheck: ignore[rule] reason`."
        return
    rules = [name.strip() for name in match["rules"].split(",") if name.strip()]
    fields = {field["name"]: field["value"] for field in _FIELD.finditer(match["rest"])}
    reason = " ".join(_FIELD.sub("", match["rest"]).split())
    unknown = [name for name in rules if name not in known]
    for name in unknown:
        yield f"the waiver names the rule {name}, which does not exist.{did_you_mean(name, known)}"
    until = fields.get("until", "")
    if until and not is_date(until):
        yield f"until={until} is no date. Write one as until=2026-12-31."
    elif not reason:
        yield "the waiver has no reason, so it waives nothing. Write `dyncheck: ignore[rule] reason`."
    elif not rules:
        yield "the waiver names no rule. Write `dyncheck: ignore[rule] reason`."
    elif len(unknown) < len(rules):
        waiver = Waiver(reason, f"{comment.file}:{comment.line}", fields.get("owner", ""), until)
        yield Decision(frozenset(rules) - frozenset(unknown), waiver, comment)


def _of_checkov(comment: Comment, known: Mapping[str, Rule]) -> Iterator[Decision | str]:
    match = _CHECKOV.search(comment.text)
    if match is None:
        return
    names = match["names"].split(",")
    ours = {checkov_id(rule) for rule in known}
    for name in names:
        if name.startswith(CHECKOV_PREFIX) and name not in ours | {NOT_CHECKED}:
            yield f"the comment skips {name}, and there is no such check.{did_you_mean(name, ours)}"
    if rules := frozenset(rule for name in names for rule in _rules_in_checkov(known, name)):
        waiver = Waiver((match["reason"] or "").strip() or match[0], f"{comment.file}:{comment.line}")
        yield Decision(rules, waiver, comment, whole_block=True)


def _of_trivy(comment: Comment, known: Mapping[str, Rule]) -> Iterator[Decision]:
    for match in _TRIVY.finditer(comment.text):
        if rules := _rules_like(known, "trivy", _ALIASES.get(match["id"], match["id"])):
            yield Decision(rules, Waiver(match[0], f"{comment.file}:{comment.line}", until=match["until"] or ""), comment)


def _rules_in_checkov(known: Mapping[str, Rule], check: str) -> frozenset[str]:
    """The rules that a checkov check speaks for: one of our own, or one that finds the same."""
    return frozenset(rule for rule in known if checkov_id(rule) == check) or _rules_like(known, "checkov", check)


def _rules_like(known: Mapping[str, Rule], tool: str, control: str) -> frozenset[str]:
    """The rules that find what a control of another tool finds."""
    return frozenset(rule.id for rule in known.values() if control in re.split(r"[,\s]+", rule.frameworks.get(tool, "")))


def _literal_brackets(pattern: str) -> str:
    """A pattern in which only `*` and `?` mean anything: brackets are part of addresses."""
    return pattern.replace("[", "[[]")
