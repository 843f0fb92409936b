"""Which waivers certainly waive nothing: every rule that they name has a verdict of its own there, or nothing is there at all.

What has no instance today, is unknown, or was not run may have a finding tomorrow, and needs its waiver then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from fnmatch import fnmatchcase

from dyncheck.checking.engine import judge, judged_together
from dyncheck.checking.subjects import Subjects
from dyncheck.checking.waivers import Decision
from dyncheck.model import Comment, Place, Unjudged
from dyncheck.rule import Rule


def is_unused_comment(decision: Decision, rules: Iterable[Rule], subjects: Subjects, unjudged: Callable[[], tuple[Unjudged, ...]]) -> bool:
    """Whether a waiver in a comment that covers no result is certainly unused.

    `subjects` are those of the rules that ran, `unjudged` gives the blocks that no rule judges.
    """
    comment = decision.comment
    run = {rule.id: rule for rule in rules}
    if comment is None or not decision.rules <= run.keys():
        return False
    is_certain = all(_has_verdict(run[rule], subjects, comment) for rule in decision.rules)
    return is_certain and not any(_is_around(each.places, comment) for each in unjudged())


def _has_verdict(rule: Rule, subjects: Subjects, comment: Comment) -> bool:
    """Whether a rule has a verdict around a comment, and an unknown nowhere there."""
    together = judged_together(rule, subjects.get(rule.subjects, ()))
    here = [judge(rule, subject) for several in together for subject in several if _is_around(subject.places, comment)]
    is_unknown = any(judgement.unknown or judgement.crash for judgement in here)
    return not is_unknown and any(judgement.applies for judgement in here)


def _is_around(places: Iterable[Place], comment: Comment) -> bool:
    """Whether a comment is in one of the places, or above its first line."""
    return any(place.file == comment.file and place.line <= comment.about <= place.end_line for place in places)


def is_unused_address(decision: Decision, run: Collection[str], undecided: Iterable[str], unjudged: Iterable[str]) -> bool:
    """Whether a waiver by address that covers no result is certainly unused.

    `run` are the rules that ran, `undecided` the addresses of tables whose contract is unknown, and `unjudged` those of the blocks
    that no rule judges, without instance keys.
    """
    is_open = any(map(decision.matches, undecided)) or any(_may_name(decision.addresses, address) for address in unjudged)
    return decision.rules <= frozenset(run) and not is_open


def _may_name(pattern: str, address: str) -> bool:
    """Whether a pattern for addresses may name an instance of a block, or something in a module call."""
    without_keys = re.sub(r"\[[^]]*\]", "", pattern)
    start = re.split(r"[*?]", without_keys)[0]
    is_call = address.rpartition(".")[0].endswith("module")
    is_inside = without_keys.startswith(f"{address}.") or (start != without_keys and f"{address}.".startswith(start))
    return fnmatchcase(address, without_keys) or (is_call and is_inside)
