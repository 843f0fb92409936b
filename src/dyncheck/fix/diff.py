"""The unified diff of contents, as `git apply` takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from dyncheck.files import from_repository
from dyncheck.fix.verified import Content

_NO_END = "\\ No newline at end of file\n"

# The characters that git quotes in names.
_QUOTED = re.compile(r'["\\\x00-\x1f\x7f]')

# The first lines of a hunk in its header.
_HUNK = re.compile(r"( [-+])(\d+)")


def diff(content: Content, context: int = 3, above: int = 0) -> Iterator[str]:
    """The lines of a diff of one file, with their ends. The path is that from the root of the repository.

    `context` is the number of lines before and after each change, `above` that of the lines of the file before the content.

    A byte that is not UTF-8 is a lone surrogate.
    """
    path = from_repository(content.file).lstrip("/")
    old, new = _lines(content.before), _lines(content.after)
    yield f"diff --git {_name('a', path)} {_name('b', path)}\n"
    for line in _unified(old, new, (_name("a", path) + _tab(path), _name("b", path) + _tab(path)), context):
        line = _HUNK.sub(lambda match: f"{match[1]}{int(match[2]) + above}", line, count=2) if above and line.startswith("@@") else line
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}"


def _unified(old: list[str], new: list[str], names: tuple[str, str], context: int) -> Iterator[str]:
    """As `difflib.unified_diff`, which aligns badly what a long file often has, such as lines with a closing brace."""
    yield f"--- {names[0]}\n"
    yield f"+++ {names[1]}\n"
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context):
        yield f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@\n"
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[first:last])
            else:
                yield from (f"-{line}" for line in old[first:last])
                yield from (f"+{line}" for line in new[new_first:new_last])


def _range(start: int, stop: int) -> str:
    """Lines as a hunk has them: the first one, from 1, and how many, unless it is one. Without any, the line before."""
    number = stop - start
    return f"{start + 1}" if number == 1 else f"{start + 1 if number else start},{number}"


def _lines(data: bytes) -> list[str]:
    text = data.decode(errors="surrogateescape")
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _name(side: str, path: str) -> str:
    name = f"{side}/{path}"
    if not _QUOTED.search(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\{ord(match[0]):03o}", escaped) + '"'


def _tab(path: str) -> str:
    """What ends a name with blanks, as git writes it."""
    return "\t" if " " in path else ""
