"""What HashiCorp's parser says of a text, and whether dyncheck says the same.

`syntax.jsonl.xz` has its answers about changed texts.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.json import Decoder, encode

from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from tests.readers.hcl.language.hashicorp import Error

_RECORDED = Path(__file__).with_name("syntax.jsonl.xz")

# dyncheck names the beginning of what is not closed, or the token itself, where HashiCorp's parser names what is around or after it.
_PLACED_ELSEWHERE = (
    "Invalid attribute name",
    "Invalid character",
    "Invalid legacy index syntax",
    "Invalid multi-line string",
    "Missing close bracket on index",
    "Missing close bracket on splat index",
    "Missing closing parenthesis",
    "Unclosed template interpolation sequence",
    "Unterminated string literal",
    "Unterminated template string",
)


class Answer(Struct, frozen=True):
    """A text and the errors that HashiCorp's parser has of it."""

    text: str
    errors: tuple[Error, ...]


def recorded() -> Iterator[Answer]:
    """Every recorded answer."""
    return map(Decoder(Answer).decode, lzma.decompress(_RECORDED.read_bytes()).splitlines())


def record(answers: Iterable[Answer]) -> None:
    """Write the recording."""
    _RECORDED.write_bytes(lzma.compress(b"".join(encode(answer) + b"\n" for answer in answers)))


def difference(answer: Answer) -> str:
    """What dyncheck says of a text, where that is not what HashiCorp's parser says; else empty."""
    refusal = _refusal(answer.text)
    # HashiCorp's parser has every error, dyncheck the first.
    first = refusal.partition("\n")[0]
    same = [title for _, _, title in answer.errors if f": {title}." in first]
    is_there = any(first.startswith(f"main.tf:{line}:{column}: ") for line, column, title in answer.errors if title in same)
    if is_there or (same and any(title in _PLACED_ELSEWHERE for title in same)) or not (first or answer.errors):
        return ""
    return f"{answer.text!r}\n  HashiCorp: {answer.errors}\n  dyncheck: {refusal}\n"


def _refusal(text: str) -> str:
    try:
        parse_body(text.encode(), "main.tf")
    except SyntaxFault as fault:
        return fault.render()
    return ""
