"""Items of collections where the collection or the key is an input of a module that is being proved."""

from __future__ import annotations

from dyncheck.model import Question
from dyncheck.model.symbolic import Entries, Number, Text
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY
from dyncheck.readers.hcl.language.values import Problem, Value, asking

_NO_ITEM = "The given key does not identify an element in this collection value."


def entry(value: Value, entries: Entries, key: str) -> Value:
    """What is known under a key of a map of which not all is known. Raises `Problem` when the map certainly lacks the key."""
    answer = entries.has(key)
    if isinstance(answer, Question) or answer is None:
        return asking(value.type.element if isinstance(value.type, types.Map) else ANY, answer, value)
    if not answer:
        raise Problem(_NO_ITEM)
    found: Value = entries.known[key]
    return found.marked(value.sensitive)


def item_by_input(value: Value, key: Value, known: Text | Number) -> Value:
    """The item of a known collection under a key of which not all is known. Raises `Problem` when there certainly is none."""
    question: Question | None = None
    is_certain = True
    for each, item in value.content.items() if isinstance(value.content, dict) else enumerate(value.content):
        answer = known.equals(each)  # type: ignore[arg-type]  # keys are texts for a text, positions for a number
        if answer is True:
            found: Value = item
            return found
        if answer is not False:
            is_certain, question = False, question or answer
    if is_certain:
        raise Problem(f"Invalid index. {_NO_ITEM}")
    return asking(value.type.element if isinstance(value.type, types.List | types.Map) else ANY, question, key)
