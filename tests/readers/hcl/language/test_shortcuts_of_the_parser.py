"""What the parser takes a shorter way for is the same tree as on the long way."""

from __future__ import annotations

import pytest

from dyncheck.readers.hcl.language import repetition, syntax
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.readers.hcl.language.relocation import relocated
from dyncheck.readers.hcl.language.repetition import Parsed
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from tests.support.paths import ROOT

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
    "a = b + c\na = d,",
    "a = b + c\na = d + e,",
    "a = {\n  b = c\n}",
    "b {\n  a = c }",
    "b { a = c }",
    "b {\n  a = c\n  # d\n}",
)


# Items that look alike, and that something before, in or after them makes others.
ALIKE = (
    "a = b ? c : d\n",
    "a = b ? c : d # why\n",
    "a = b ? c : d\r\n",
    "  a = b ? c : d\n",
    "\ta = b ? c : d\n",
    "/* e */ a = b ? c : d\n",
    "a = b ? c : d",
    "a = b ? c : d,\n",
    "a = b ? c : d }\n",
    "a = b ? c\n  : d\n",
    "a = b ? c : d\na = e + f\n",
    "a = [\n  b,\n]\n",
    "a = [\n  b,\n] + c\n",
    "a = [\n  b,\n]\n\n\n",
    "a = [ # {\n  b,\n]\n",
    "a = b(c, {\n  d = e\n})\n",
    "  a = b(c, {\n  d = e\n})\n",
    "a = b(c, {\n  d = e\n}, {\n  d = f\n})\n",
    "a = <<EOT {\n}\nEOT\n",
    "a = <<EOT\n  b {\n  }\nEOT\n",
    "b {\n  a = c + d\n}\n",
    "b {\n  a = c + d\n} # why\n",
    "b {\n  a = c + d\n}\ne {\n}\n",
    "b {\n  a = c + d\n} e = f\n",
    "b {\n  b {\n    a = c + d\n  }\n}\n",
    "  b {\n  a = c + d\n}\n",
    "b { a = c + d }\n",
    "b {\n  a = {\n}\n}\n",
    'b "{" {\n  a = "}\n"\n}\n',
    'b {\n  a = "${\n{\n}["x"]}"\n}\n',
    "b {\n/*\n}\n*/\n  a = c + d\n}\n",
    "b {\n  a = ä + d\n}\n",
    "module {\n}\n",
)


def parsed(text: bytes, before: Parsed | None = None, file: str = "main.tf") -> Body | str:
    try:
        return parse_body(text, file, before)
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


@pytest.mark.parametrize("first", ALIKE)
def test_an_item_after_another_that_looks_like_it(first: str) -> None:
    for second in ALIKE:
        before = Parsed()
        parsed(first.encode(), before, "first.tf")
        for around in ("%s", "%sz = 1\n", "z = 1\n\n%s", "z {\n%s}\n", "z {\n  y = x + 1\n%s\n}\n"):
            text = (around % second).encode()
            assert parsed(text, before) == parsed(text), text


def test_files_after_all_others() -> None:
    before = Parsed()
    for file in FILES:
        parsed(file.read_bytes(), before, str(file))
    differing = [file for file in FILES if parsed(file.read_bytes(), before) != parsed(file.read_bytes())]
    assert differing == []


def test_files_after_they_were_without_one_of_their_lines() -> None:
    """Copies that were edited have most of their lines in common, further up or further down."""
    for file in FILES[::5]:
        lines = file.read_bytes().splitlines(keepends=True)
        before = Parsed()
        parsed(b"".join(lines), before, "other.tf")
        for number in range(0, len(lines), 1 + len(lines) // 40):
            text = b"".join(lines[:number] + lines[number + 1 :])
            assert parsed(text, before) == parsed(text), f"{file} without line {number + 1}"


def test_blocks_in_blocks_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is kept with the lines of those in it."""
    deep = "".join(f"{' ' * depth}b {{\n" for depth in range(50)) + "".join(f"{' ' * depth}}}\n" for depth in reversed(range(50)))
    monkeypatch.setattr(repetition, "_MOST_KEPT", 2 * len(deep))
    before = Parsed()
    parsed(deep.encode(), before)
    kept = [text for _, text in before._items]
    assert sum(map(len, kept)) <= 2 * len(deep)
    assert 1 < len(kept) < 50
    assert parsed(deep.encode(), before) == parsed(deep.encode())


def test_what_is_parsed_again_is_taken_from_what_was_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Parsed()
    text = (ROOT / "Infrastructure" / "main.tf").read_bytes()
    expected = parsed(text, before)
    monkeypatch.setattr(syntax._BodyParser, "_parsed_item", None)
    assert parsed(text, before) == expected
