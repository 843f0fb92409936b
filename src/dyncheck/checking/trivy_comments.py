"""The waivers in comments for trivy and tfsec, as trivy reads both.

    # trivy:ignore:AWS-0024:exp:2026-12-31:ws:dev-*

Source: https://github.com/aquasecurity/trivy/tree/main/pkg/iac/ignore
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase

from msgspec import Struct

from dyncheck.findings import Waiver
from dyncheck.model import Comment

# The names of checks, by the name that our rules have. AVD-AWS-0023 (`enable-at-rest-encryption`) is about clusters of DAX, so no rule
# finds the same. Source: https://github.com/aquasecurity/trivy-checks/tree/main/checks/cloud/aws/dynamodb
_NAMES = {
    "AVD-AWS-0024": ("avd-aws-0024", "aws-0024", "aws-dynamodb-enable-recovery", "enable-recovery"),
    "AVD-AWS-0025": ("avd-aws-0025", "aws-0025", "aws-dynamodb-table-customer-key", "table-customer-key"),
}

# Of tfsec alone. Source: https://github.com/aquasecurity/tfsec/blob/master/internal/pkg/legacy/map.go
_LEGACY = {"AVD-AWS-0024": "aws086", "AVD-AWS-0025": "aws092"}


class TrivyWaiver(Struct, frozen=True):
    """A waiver of some `controls`, by the names that our rules have for them."""

    controls: tuple[str, ...]
    waiver: Waiver
    comment: Comment


def waivers_of_trivy(comments: Sequence[Comment], workspace: Callable[[], str]) -> Iterator[TrivyWaiver]:
    """The waivers in comments. `workspace` gives the name of the workspace, empty where it is unknown."""
    stacked = {(comment.file, comment.line) for comment in comments if comment.about != comment.line and _words(comment)}
    for comment in comments:
        last = comment.line
        while (comment.file, last + 1) in stacked:
            last += 1
        # A comment is for its own line or for the next one, and several in a row are for the line after them.
        if comment.about in (comment.line, last + 1):
            for word in _words(comment):
                yield from _of_word(word, comment, workspace)


def _words(comment: Comment) -> list[str]:
    words = (word.lstrip("#/*") for word in comment.text.split(" "))
    return [word for word in words if word.startswith(("trivy:", "tfsec:"))]


def _of_word(word: str, comment: Comment, workspace: Callable[[], str]) -> Iterator[TrivyWaiver]:
    tool, *parts = word.split(":")
    sections = dict(zip(parts[::2], parts[1::2], strict=False))
    controls = tuple(_controls(sections.get("ignore", ""), tool))
    until = _last_day(sections["exp"]) if "exp" in sections else ""
    if controls and until is not None and _holds_in(sections, workspace):
        yield TrivyWaiver(controls, Waiver(word, f"{comment.file}:{comment.line}", until=until), comment)


def _last_day(expiry: str) -> str | None:
    """The last day before an expiry, on which a waiver does not hold any more; None where that is no day."""
    try:
        return (date.fromisoformat(expiry) - timedelta(days=1)).isoformat() if re.match(r"\d{4}-\d{2}-\d{2}\Z", expiry) else None
    except (ValueError, OverflowError):
        return None


def _controls(pattern: str, tool: str) -> Iterator[str]:
    """The checks that a pattern names. One with parameters, `ID[name=value]`, is for some values only, so it names none."""
    for control, names in _NAMES.items():
        if any(_fits(name, pattern.lower()) for name in ((*names, _LEGACY[control]) if tool == "tfsec" else names)):
            yield control


def _fits(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern in which only `*` has a meaning."""
    return fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))


def _holds_in(sections: Mapping[str, str], workspace: Callable[[], str]) -> bool:
    if "ws" not in sections:
        return True
    name = workspace()
    return bool(name) and _fits(name, sections["ws"])
