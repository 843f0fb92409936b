"""What the parser takes a shorter way for is the same tree as on the long way."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.readers.hcl.language import syntax
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.readers.hcl.language.relocation import relocated
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body

ROOT = Path(__file__).parents[2]
FILES = sorted(file for part in ("Infrastructure", "examples", "tests") for file in (ROOT / part).rglob("*.tf"))

# Near arguments that are plain, and those that are not quite.
LINES = (
    'a = "text"',
    "a=1",
    "a\t=\ttrue # why",
    "a = null // why",
    "a = var.b-c.d_e",
    "a = true.b",
    "a = 007",
    "a = 1.5",
    "a = 1e3",
    "a = 1234567890123",
    "a = -1",
    'a = "${b}"',
    'a = "$${b}"',
    'a = "%"',
    'a = "b" "c"',
    'a = "b',
    "a = b.0",
    "a = b[0]",
    "a = b.c.d.e.f.g.h.i.j.k.l",
    "a = b ? c : d",
    "a == b",
    "a => b",
    "a = b::c()",
    "a = b /* c */",
    "a = b,",
    "a = b # c\r",
    "a = b\r\n\r\n\t# c\n  // d\n\n",
    "a = ä",
    'ä = "ö"',
    "a.b = c",
    '"a" = b',
    "a = b\na = c",
    "a = {\n  b = c\n}",
    "b {\n  a = c }",
    "b { a = c }",
    "b {\n  a = c\n  # d\n}",
)


def parsed(text: bytes) -> Body | str:
    try:
        return parse_body(text, "main.tf")
    except SyntaxFault as fault:
        return fault.render()


def on_both_ways(text: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Body | str, Body | str]:
    short = parsed(text)
    with monkeypatch.context() as patch:
        patch.setattr(syntax, "plain_argument", lambda *_: None)
        return short, parsed(text)


def test_there_are_files() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("end", ["", "\n", "\n\nz = 1\n"])
def test_an_argument_on_a_line(line: str, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short, long = on_both_ways(f"{line}{end}".encode(), monkeypatch)
    assert short == long


def test_files_are_the_same_on_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    differing = [file for file in FILES if len(set(map(repr, on_both_ways(file.read_bytes(), monkeypatch)))) > 1]
    assert differing == []


def test_the_tree_of_another_file_with_the_same_text() -> None:
    for file in FILES:
        tree = parsed(file.read_bytes())
        if isinstance(tree, Body):
            assert relocated(tree, "other.tf") == parse_body(file.read_bytes(), "other.tf"), file
