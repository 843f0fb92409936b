"""The unified diff of contents, as `git apply` takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

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
    """As `difflib.unified_diff`, but with the fewest lines, as `git diff` has them."""
    yield f"--- {names[0]}\n"
    yield f"+++ {names[1]}\n"
    for group in _Shortest(None, old, new, autojunk=False).get_grouped_opcodes(context):
        yield f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@\n"
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[first:last])
            else:
                yield from (f"-{line}" for line in old[first:last])
                yield from (f"+{line}" for line in new[new_first:new_last])


class _Shortest(SequenceMatcher[str]):
    """Matches as many lines as possible. The base class matches the longest blocks first, which may tear others apart."""

    a: list[str]
    b: list[str]

    def get_matching_blocks(self) -> list[Match]:
        blocks: list[Match] = []
        for first, second in _common_lines(self.a, self.b):
            last = blocks[-1] if blocks else Match(0, 0, 0)
            if blocks and (last.a + last.size, last.b + last.size) == (first, second):
                blocks[-1] = last._replace(size=last.size + 1)
            else:
                blocks.append(Match(first, second, 1))
        return [*self._slid(blocks), Match(len(self.a), len(self.b), 0)]

    def _slid(self, blocks: list[Match]) -> list[Match]:
        """The blocks with new lines as far down as they can be, where `git diff` has them."""
        found = blocks[:1]
        for block in blocks[1:]:
            above = found[-1]
            while block.size and above.a + above.size == block.a and self.a[block.a] == self.b[above.b + above.size]:
                above = above._replace(size=above.size + 1)
                block = Match(block.a + 1, block.b + 1, block.size - 1)
            found[-1] = above
            if block.size:
                found.append(block)
        return found


def _common_lines(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The numbers of the lines that stay. Source: E. Myers, An O(ND) Difference Algorithm and Its Variations, 1986."""
    ends = {1: 0}
    trace: list[dict[int, int]] = []
    x = y = 0
    while (x, y) != (len(old), len(new)):
        trace.append(dict(ends))
        distance = len(trace) - 1
        for diagonal in range(-distance, distance + 1, 2):
            is_down = diagonal == -distance or (diagonal != distance and ends[diagonal - 1] < ends[diagonal + 1])
            x = ends[diagonal + 1] if is_down else ends[diagonal - 1] + 1
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            ends[diagonal] = x
            if x >= len(old) and y >= len(new):
                break
    return _backwards(trace, x, y)


def _backwards(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for distance, ends in reversed(list(enumerate(trace))):
        diagonal = x - y
        is_down = diagonal == -distance or (diagonal != distance and ends[diagonal - 1] < ends[diagonal + 1])
        before = diagonal + 1 if is_down else diagonal - 1
        start = ends[before]
        while x > start and y > start - before:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = start, start - before
    return found[::-1]


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
