"""The documentation and the texts of the program contain no word that docs/glossary.md replaces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"


_ROW = re.compile(r"^\| (?P<say>.+?) \| (?P<avoid>.+?) \|$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$|<!--.*?-->|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def replacements(glossary: str) -> dict[str, str]:
    """Each refused phrase of the glossary (in `code` on the right) with the words to write instead."""
    return {phrase: row["say"].partition(":")[0] for row in _ROW.finditer(glossary) for phrase in re.findall(r"`([^`]+)`", row["avoid"])}


REPLACEMENTS = replacements(GLOSSARY.read_text("utf-8"))


def refused(text: str) -> Iterator[tuple[int, str]]:
    """The position of each refused phrase in a text, and the phrase. Line breaks count as spaces."""
    for phrase in REPLACEMENTS:
        # Only the first letter may be in upper case, because of `None`.
        first, rest = phrase[0], r"\s+".join(map(re.escape, phrase[1:].split(" ")))
        for match in re.finditer(rf"\b[{first}{first.upper()}]{rest}\b", text):
            yield match.start(), phrase


def texts_of_markdown(source: str) -> Iterator[tuple[int, str]]:
    """The page without the text of its code; line numbers stay the same."""
    yield 1, _CODE.sub(_lines, source)


def _lines(code: re.Match[str]) -> str:
    return "\n" * code[0].count("\n")


def texts_of_python(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each string with a space, docstrings included, without names in backticks.

    A value in an f-string reads as `{}`.
    """
    inside: set[ast.expr] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            inside.update(node.values)
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            text = node.value
        else:
            continue
        if " " in text:
            yield node.lineno, _CODE.sub(_lines, text)


def faults(path: Path) -> Iterator[str]:
    """Each refused phrase in a file, as file, line, phrase and what to write instead."""
    texts = texts_of_python if path.suffix == ".py" else texts_of_markdown
    for line, text in texts(path.read_text("utf-8")):
        for position, phrase in refused(text):
            at = line + text.count("\n", 0, position)
            yield f'{path.relative_to(ROOT).as_posix()}:{at}: "{phrase}": write "{REPLACEMENTS[phrase]}"'


def pages_and_sources() -> list[Path]:
    """The files that have to follow the glossary."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "Infrastructure").rglob("*.md")]
    return sorted([*pages, *(ROOT / "src").rglob("*.py"), *(ROOT / "policies").rglob("*.py")])


def test_no_text_contains_a_refused_phrase() -> None:
    assert [fault for path in pages_and_sources() for fault in faults(path)] == []


def test_the_glossary_refuses_phrases() -> None:
    assert replacements("| say | not |\n| --- | --- |\n| to fix: to correct | `mend`, repair, `put together` |\n") == {
        "mend": "to fix",
        "put together": "to fix",
    }
    assert {"nobody", "of which", "cannot be told"} <= set(REPLACEMENTS)


@pytest.mark.parametrize(
    ("suffix", "source", "found"),
    [
        pytest.param(".py", '"""Nobody\n\nof\nwhich `nobody`."""', [(1, "nobody"), (3, "of which")], id="a docstring of several lines"),
        pytest.param(".py", 'f"Of {a} of which {b}"', [(1, "of which")], id="an f-string"),
        pytest.param(".py", "f\"{'ask nobody' if a else ''}\"", [(1, "nobody")], id="a string in an f-string"),
        pytest.param(".py", '"is None, nobodys"', [], id="other words"),
        pytest.param(".py", "'nobody'\n# nobody asks", [], id="a name and a comment"),
        pytest.param(".md", "a\n`nobody` asks\n```\nnobody\n```\nNobody", [(6, "nobody")], id="a page with code"),
    ],
)
def test_the_positions_of_refused_phrases(suffix: str, source: str, found: list[tuple[int, str]]) -> None:
    texts = texts_of_python if suffix == ".py" else texts_of_markdown
    hits = [(line + text.count("\n", 0, at), phrase) for line, text in texts(source) for at, phrase in refused(text)]
    assert sorted(hits) == found
