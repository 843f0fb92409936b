"""Two independent parsers give every Terraform file here, and every recorded expression, the same tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lark.exceptions import LarkError

from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_body
from tests.readers.hcl.language.second_parser import second
from tests.readers.hcl.language.trees import drawn
from tests.recording.record_expressions import read_expressions, read_templates
from tests.support.paths import ROOT

FILES = sorted(
    path for folder in ("Infrastructure", "examples", "tests") for path in (ROOT / folder).rglob("*.tf") if ".terraform" not in path.parts
)
TEXTS = [case.expression for case in read_expressions()] + [case.source for case in read_templates()]
REFUSED = "refused"

# Known differences between python-hcl2 8.1.4 and Terraform. Terraform's results are recorded.
DIFFERENCES = {
    "it does not look into heredocs": r"<<(.|\n)*[$%]\{",
    "it allows blanks before the marker that ends a heredoc, and none after it": r"EOT  $",
    "it knows no strip markers on interpolations": r'^(?!<<)"(.*[^$])?\$\{(~| ?1 ~)',
    "it allows no line ends around what is interpolated": r'^"[^"]*\$\{\n',
    "it takes any character for an escape": r'\\(x|u12"|ud800)',
    "its words are of ASCII": "É",
    "it takes one sign before an operand": r"^(- -|--|!!)",
    "its numbers have two parts": r"^1\.2\.3$",
    "it lets two of the old indexes follow each other": r"\.0\.1$",
    "it lets a splat of attributes take indexes": r"\.\*\.\w+\[",
    "it ends a splat where the next begins": r"\[\*\].*\[\*\]",
    "it allows no blanks in splats": r"\. \*|\[ \*",
    "its functions are in two namespaces or none": "core::",
}


def ours(text: str) -> str:
    try:
        return drawn(parse_body(text.encode(), "main.tf"))
    except SyntaxFault:
        return REFUSED


def theirs(text: str) -> str:
    try:
        return second(text)
    except (LarkError, ValueError):
        return REFUSED


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files(path: Path) -> None:
    assert ours(path.read_text()) == second(path.read_text())


def test_there_are_files() -> None:
    assert len(FILES) > 30


@pytest.mark.parametrize("text", TEXTS)
def test_expressions(text: str) -> None:
    is_listed = any(re.search(pattern, text) for pattern in DIFFERENCES.values())
    assert (ours(f"it = {text}\n") != theirs(f"it = {text}\n")) == is_listed


@pytest.mark.parametrize("pattern", DIFFERENCES.values(), ids=list(DIFFERENCES))
def test_each_difference_is_seen(pattern: str) -> None:
    assert any(re.search(pattern, text) for text in TEXTS)
