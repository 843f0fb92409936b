"""Writes the overview of a fleet on one screen: the worst accounts, rules and tables, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dyncheck.findings import Status
from dyncheck.fleet.overview import MOST_NAMED, Changes, Counts, Group, Overview, Table
from dyncheck.fleet.rows import EMPTY, ERROR, READ, SKIPPED
from dyncheck.reporters.html.words import short_name
from dyncheck.reporters.layout import Layout, TextStyle
from dyncheck.reporters.safe import visible_text
from dyncheck.reporters.tally import plural

# A screen has 24 lines.
_MOST_ACCOUNTS = 3
_MOST_RULES = 3
_MOST_TABLES = 3
_MOST_UNREAD = 2
_MOST_IN_FULL = 25

_COLUMNS = ("error", "warning", "note", "unknown")
_WIDTH = 9

NO_ACCOUNT = "(no account shown)"


def to_text(overview: Overview, look: TextStyle) -> str:
    """The overview. With `verbose`, more rows."""
    return "\n".join(_Text(overview, look).lines()).rstrip("\n") + "\n"


class _Text:
    """Writes the lines of one overview in one style."""

    def __init__(self, overview: Overview, look: TextStyle) -> None:
        self._overview = overview
        self._layout = Layout(look)
        self._verbose = look.verbose

    def lines(self) -> Iterator[str]:
        found = self._overview
        yield self._layout.heading(f"{found.path}: {found.run or 'no results'}")
        yield from self._layout.wrapped(f"{covered(found)}: {counted(found.counts) or 'no findings'}.")
        if found.changes:
            yield from self._layout.wrapped(since(found.changes))
        yield ""
        yield from self._groups("Worst accounts", "Most often", found.accounts, _MOST_ACCOUNTS, NO_ACCOUNT)
        yield from self._groups("Worst rules", "Most often in", found.rules, _MOST_RULES, "")
        if self._verbose and any(each.name for each in found.environments):
            yield from self._groups("Environments", "Most often", found.environments, _MOST_RULES, "(none)")
        yield from self._tables()
        yield from self._unread()

    def _groups(self, title: str, other: str, groups: Sequence[Group], most: int, nameless: str) -> Iterator[str]:
        worst = [each for each in groups if any(each.counts.rank)]
        if not worst:
            return
        shown = worst[: _MOST_IN_FULL if self._verbose else most]
        width = max(len(title), *(len(each.name or nameless) for each in shown))
        width = min(width, self._layout.width - _WIDTH * len(_COLUMNS) - 2 - len(other))
        head = "".join(f"{each if each == 'unknown' else each + 's':>{_WIDTH}}" for each in _COLUMNS)
        yield self._layout.heading(f"{_fitted(title, width):<{width}}{head}  {other}")
        room = self._layout.width - width - _WIDTH * len(_COLUMNS) - 2
        for each in shown:
            often = next(iter(each.others), "") if title != "Worst rules" else next((name or NO_ACCOUNT for name in each.others), "")
            row = f"{_fitted(each.name or nameless, width):<{width}}{self._numbers(each.counts)}  {_fitted(often, room)}"
            yield row.rstrip()
        yield from self._more(len(worst) - len(shown))
        yield ""

    def _numbers(self, counts: Counts) -> str:
        numbers = ((kind, getattr(counts, kind)) for kind in _COLUMNS)
        return "".join(
            self._layout.paint(f"{number:>{_WIDTH},}", fg="red" if kind == "error" else None) if number else " " * _WIDTH
            for kind, number in numbers
        )

    def _tables(self) -> Iterator[str]:
        worst = [each for each in self._overview.tables if any(each.counts.rank)]
        shown = worst[: _MOST_IN_FULL if self._verbose else _MOST_TABLES]
        if not shown:
            return
        yield self._layout.heading("Worst tables")
        for each in shown:
            numbers = counted(each.counts)
            room = self._layout.width - len(numbers) - 2
            yield f"{_fitted(_place(each), room):<{room}}  {numbers}"
        yield from self._more(len(worst) - len(shown), "at least " if len(self._overview.tables) == MOST_NAMED else "")
        yield ""

    def _more(self, number: int, about: str = "") -> Iterator[str]:
        if number > 0:
            yield self._layout.paint(f"  and {about}{number:,} more{'' if self._verbose else ' (-v shows some)'}", dim=True)

    def _unread(self) -> Iterator[str]:
        number = self._overview.documents.get(ERROR, 0)
        if not number:
            return
        yield self._layout.heading(f"{plural(number, 'document')} could not be checked, or not completely")
        shown = self._overview.unread[: _MOST_IN_FULL if self._verbose else _MOST_UNREAD]
        for document, message in shown:
            text = message if document in message else f"{document}: {message}"
            yield from self._layout.wrapped(text, "  ") if self._verbose else [f"  {_fitted(text, self._layout.width - 2)}"]
        yield from self._more(number - len(shown))


def covered(overview: Overview) -> str:
    """What was checked: `2 accounts, 30 documents, 60 tables`."""
    documents = overview.documents
    accounts = sum(bool(each.name) for each in overview.accounts)
    parts = [*([plural(accounts, "account")] if accounts else []), plural(documents.get(READ, 0), "document")]
    parts.append(plural(overview.number_of_tables, "table"))
    others = ((ERROR, "not checked"), (EMPTY, "without tables"), (SKIPPED, "skipped"))
    parts += [f"{plural(documents[status], 'document')} {what}" for status, what in others if documents.get(status)]
    return ", ".join(parts)


def counted(counts: Counts) -> str:
    """The findings in words: `2 errors, 1 note, 3 unknown`."""
    parts = [plural(number, kind) for kind in _COLUMNS[:3] if (number := getattr(counts, kind))]
    others = ((Status.UNKNOWN, counts.unknown), (Status.WAIVED, counts.waived))
    return ", ".join((*parts, *(f"{number:,} {status.value}" for status, number in others if number)))


def since(changes: Changes) -> str:
    """What changed, in a sentence."""
    when = f"{changes.time:%Y-%m-%d %H:%M}" if changes.time else ""
    start = f"Since {changes.earlier}{f' ({when} UTC)' if when else ''}" if changes.earlier else "Since the runs before"
    parts = [f"{changes.new.findings:,} new{_in_words(changes.new)}"]
    if changes.earlier:
        parts.append(f"{changes.fixed.findings:,} fixed{_in_words(changes.fixed)}")
        others = ((changes.unknown, "now unknown"), (changes.waived, "now waived"), (changes.unchecked, "not checked now"))
        parts += [f"{number:,} {what}" for number, what in others if number]
    return f"{start}: {', '.join(parts)}."


def _in_words(counts: Counts) -> str:
    words = counted(counts)
    return f" ({words})" if words else ""


def _place(table: Table) -> str:
    name, module = short_name(table.address)
    home = ", ".join(filter(None, (table.account, table.region)))
    return f"{name}{f' in {module}' if module else ''} ({home or table.document})"


def _fitted(text: str, width: int) -> str:
    """The text in one line, with its middle left out where it is longer."""
    line = " ".join(visible_text(text).split())
    if len(line) <= width:
        return line
    end = max((width - 3) // 2, 1)
    return f"{line[: width - 3 - end]}...{line[-end:]}"
