"""Finds rules by what people know of them: an id, the id of a framework or of another tool, or words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from dyncheck.catalog.rules import checkov_id
from dyncheck.errors import UsageError
from dyncheck.rule import Rule
from dyncheck.suggestions import did_you_mean

# A shorter word, such as `in`, is a part of many that have nothing to do with it.
_SHORTEST_PART = 4


def search(rules: Iterable[Rule], text: str) -> tuple[Rule, ...]:
    """The rules of that id, else those with that control (CKV_AWS_28, DynamoDB.2), else those that have all the words.

    Words in the id, the title or the controls count before those in the rest of the documentation. A text with a digit is a control, or a
    part of one. Raises `UsageError` when no
    rule fits, with the nearest name.
    """
    every = tuple(rules)
    names: tuple[Callable[[Rule], bool], ...] = (
        lambda rule: text in (rule.id, checkov_id(rule.id)),
        lambda rule: text.lower() in (control.lower() for control in controls_of(rule)),
    )
    parts: tuple[Callable[[Rule], bool], ...] = (lambda rule: any(_has_part(text, control) for control in controls_of(rule)),)
    words: tuple[Callable[[Rule], bool], ...] = (
        lambda rule: _has_words(text, " ".join((rule.id, rule.title, *controls_of(rule)))),
        lambda rule: _has_phrases(text, f"{rule.id} {rule.documentation}"),
    )
    for fits in (*names, *(parts if re.search("[0-9]", text) else words)):
        if found := tuple(rule for rule in every if fits(rule)):
            return found
    known = {name for rule in every for name in (rule.id, *controls_of(rule), *_words(f"{rule.id} {rule.title}"))}
    raise UsageError(f"There is no rule {text!r}.{did_you_mean(text, known)} `dyncheck rules` lists them all.")


def controls_of(rule: Rule) -> Iterator[str]:
    """The ids of a rule in frameworks and in other tools, each by itself."""
    for controls in rule.frameworks.values():
        yield from controls.split(", ")


def _has_part(text: str, control: str) -> bool:
    """Whether the words of a text are in a control, one after the other: `AWS-0024` is in `AVD-AWS-0024`, and `CP-1` is not in `CP-10`."""
    part, whole = (" ".join(("", *_words(each), "")) for each in (text, control))
    return part in whole


def _has_words(text: str, within: str) -> bool:
    """Whether each word of a text begins one of the others, or is a part of one where it is long enough. A plural is its singular."""
    others = _words(within)
    words = [_singular(word) for word in _words(text)]
    return bool(words) and all(
        any(other.startswith(word) or (len(word) >= _SHORTEST_PART and word in other) for other in others) for word in words
    )


def _has_phrases(text: str, within: str) -> bool:
    """Whether what stands between the spaces of a text is there word for word: `no-such-rule` is not in `no rule is such`."""
    others = " ".join(("", *_words(within)))
    phrases = [_singular(" ".join(_words(part))) for part in text.split()]
    return any(phrases) and all(f" {phrase}" in others for phrase in phrases)


def _singular(word: str) -> str:
    return re.sub("e?s$", "", word) if len(word) >= _SHORTEST_PART else word


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())
