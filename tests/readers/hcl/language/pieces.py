"""Pieces of HCL: every file of this repository, every recorded expression, and small changes of them that may not be HCL any more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from random import Random

from tests.readers.hcl.file_sets import directories
from tests.recording.ask_console import DRAWN, EXPRESSIONS, read_answers
from tests.recording.record_expressions import read_expressions, read_templates
from tests.support.paths import ROOT, TESTS

LANGUAGE = TESTS / "readers" / "hcl" / "configuration" / "language.jsonl"

_FOLDERS = ("Infrastructure", "examples", "fuzz", "tests")
_SUFFIXES = (".tf", ".tofu", ".tfvars")

# What a change puts into a text: each token of the language, characters that no token has, and the ends of lines.
# No mark without its letter: HCL counts one at the beginning of a token as a column of its own, dyncheck does not.
_TOKENS: tuple[str, ...] = (
    *"{}[]()=,.:?!<>+-*/%&|~\"'`;$#@^\\_0a\t \n\r\v\f\0\ufeff\u00a0\u2028é\U0001f469",
    *("${", "%{", "$${", "%%{", "${~", "~}", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "::", "<<E\n", "<<-E\n", "\nE\n", "\r\n"),
    *("/*", "*/", "//", "if ", "for ", "in ", "else", "endif", "endfor", "null", "true", "1.5e3", "1e", "0x1", '"a"', "[*]", ".*", ".0.1"),
    *('b "l" {', "a = 1", "}\n", "\\u00e9", "\\U0001f469", "\\x", "%{ if true }", "%{ endif }", "%{ for x in [] }", "f(", "a...)"),
)
_BLANKS = (" ", "\t", "\n", "\r\n", "\n\n", " # c\n", "// c\n", "/* c */", "/*\n*/", " /**/ ", "\r", "\f")
_TOKEN = re.compile(r'\w+|"[^"\\n]*"|[.]{3}|=>|[=!<>]=|&&|[|]{2}|\$\{|%\{|\S')
_HUGE_NUMBER = re.compile(r"\d[eE][+-]?\d{4}")
_LONGEST = 1500

# What changes hardly ever make.
_CHOSEN = (
    *(
        f"{word} = 1\n"
        for word in ("é", "ำ", "aำ", "\u2118", "\u212e", "\u309b", "\u037a", "\u00b7", "a\u00b7", "a\u1369", "_", "-", "a-", "1a")
    ),
    *(f"a = <<{marker}\nx\n{marker}\n" for marker in ("é", "-é-é", "\u2028", "-a\u00a0b", "a\u2028", "1", "-", "_", "")),
    *(
        "\ufeffa = 1\n",
        "\ufeff\ufeffa = 1\n",
        "a = 1\ufeff\n",
        "",
        "#",
        "#!/bin/sh",
        "/**/",
        "/*",
        "a = 1 /* \n */\n",
        "a = <<E\nx\n\tE \r\n",
    ),
    *("a = 1e9\n", "a = 1.\n", "a = .1\n", "a = 1..2\n", "a = a.0.1\n", "a = a.0.b.1\n", "a = a[0].1.2\n", "a = a.1e2\n", "a = a.*.0.1\n"),
)


def files() -> Iterator[tuple[str, str]]:
    """Every file in HCL's native syntax here, with its path; those that are not UTF-8 are left out."""
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and ".terraform" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode()


def recorded() -> Iterator[str]:
    """Every text that another recording has: files of odd syntax, expressions and templates."""
    for line in LANGUAGE.read_text().splitlines():
        yield from _texts(json.loads(line)["files"])
    for case in directories.recorded():
        yield from _texts(case.files)
    for expression in read_expressions():
        yield f"it = {expression.expression}\n"
    for template in read_templates():
        yield f"it = {template.source}\n"
    for path in (EXPRESSIONS, DRAWN):
        for answer in read_answers(path):
            yield f"it = {answer.expression}\n"


def _texts(contents: Mapping[str, object]) -> Iterator[str]:
    for name, content in contents.items():
        if name.endswith(_SUFFIXES) and isinstance(content, str) and not content.startswith("base64:"):
            yield content


def changed(seed: int, count: int) -> Iterator[str]:
    """A few texts that are always the same, then texts that are cut off, or have characters left out, put in, moved or put twice."""
    yield from _CHOSEN
    random = Random(seed)
    texts = [*(text for _, text in files()), *recorded()]
    for _ in range(count):
        text = _part(random, random.choice(texts))
        for _ in range(random.choice((1, 1, 1, 1, 2))):
            text = _changed(random, text)
        # HashiCorp's tool evaluates constants, and never ends with such numbers.
        if not _HUGE_NUMBER.search(text):
            yield text.encode(errors="replace").decode()


def _part(random: Random, text: str) -> str:
    """A text, or some whole lines of a long one."""
    if len(text) <= _LONGEST:
        return text
    lines = text.splitlines(keepends=True)
    start = random.randrange(len(lines))
    return "".join(lines[start : start + random.randrange(1, 30)])[:_LONGEST]


def _changed(random: Random, text: str) -> str:
    at, length = random.randint(0, len(text)), random.choice((1, 1, 1, 2, 5, 20))
    before, middle, after = text[:at], text[at : at + length], text[at + length :]
    kind = random.randrange(14)
    if kind > 6:
        return _with_other_token(random, text)
    if kind == 0:
        return before
    if kind == 1:
        return before + after
    if kind in (2, 3):
        return before + random.choice(_TOKENS) + middle + after
    if kind == 4:
        return before + random.choice(_TOKENS) + after
    if kind == 5:
        return before + middle + middle + after
    other = random.randint(0, len(text))
    return before + text[other : other + length] + middle + after


def _with_other_token(random: Random, text: str) -> str:
    """A text with one token left out, replaced, moved, or with blanks, a line end or a comment before it."""
    found = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
    if not found:
        return text
    start, end = random.choice(found)
    kind = random.randrange(4)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        return text[:start] + random.choice(_BLANKS) + text[start:]
    first, last = random.choice(found)
    other = text[first:last] if kind == 2 else random.choice(_TOKENS)
    return text[:start] + other + text[end:]
