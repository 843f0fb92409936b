"""The verified edits of a report, as plain data for its formats: for each finding the edit that corrects this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.settings import Settings
from dyncheck.findings import Report
from dyncheck.findings.edit import Edits, Position, Replacement, VerifiedEdit
from dyncheck.fix.changes import AddItem, Append, Change, RemoveItem, SetValue, file_of
from dyncheck.fix.diff import diff
from dyncheck.fix.edits import Edit, applied, edits_between
from dyncheck.fix.layout import changed
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.verified import Content, Fixes, Offer, verified_edits
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.syntax import SyntaxFault

_CONTEXT = 3


def edits_of(report: Report, paths: Sequence[str], settings: Settings) -> Edits:
    """The safe edits for the findings of a report of a run with these paths and settings. Files that are not UTF-8 have none."""
    fixes = verified_edits(report, paths, replace(settings, lists_passes=False, illustrated=False, hashes=False))
    sources = {content.file: SourceFile(content.file, content.before) for content in fixes.files if _is_text(content)}
    by_finding: dict[str, VerifiedEdit] = {}
    new: list[Offer] = []
    for offer in fixes.offers:
        if not all(file_of(change) in sources for change in offer.changes) or _may_show_a_secret(sources, offer):
            continue
        edit = _alone(sources, offer)
        by_finding |= {result.fingerprint: edit for result in offer.results}
        new += [offer] if any(map(report.is_new, offer.results)) else []
    return Edits(by_finding, _together(sources, new))


def edits_alone(fixes: Fixes) -> Iterator[tuple[Offer, VerifiedEdit]]:
    """Each offer with its edit, without those in files that are not UTF-8."""
    sources = {content.file: SourceFile(content.file, content.before) for content in fixes.files if _is_text(content)}
    for offer in fixes.offers:
        if all(file_of(change) in sources for change in offer.changes):
            yield offer, _alone(sources, offer)


def _may_show_a_secret(sources: Mapping[str, SourceFile], offer: Offer) -> bool:
    """Whether the diff of an offer has lines that only get another layout, in a file whose lines may be secret."""
    for path in {file_of(change) for change in offer.changes}:
        source = sources[path]
        if _may_have_secrets(source):
            lines = _diff(source, _edits(source, [change for change in offer.changes if file_of(change) == path])).splitlines()
            removed, added = ({"".join(line[1:].split()) for line in lines if line.startswith(sign)} for sign in "-+")
            if removed & added - {""}:
                return True
    return False


def _may_have_secrets(source: SourceFile) -> bool:
    return ".tfvars" in source.path or "sensitive" in source.text


def _is_text(content: Content) -> bool:
    try:
        return bool(content.before.decode() and content.after.decode())
    except UnicodeDecodeError:
        return False


def _together(sources: Mapping[str, SourceFile], offers: Iterable[Offer]) -> str:
    """The diff of all offers."""
    changes: dict[str, dict[Change, None]] = {}
    for offer in offers:
        for change in offer.changes:
            changes.setdefault(file_of(change), {})[change] = None
    found = ((sources[path], list(of_file)) for path, of_file in sorted(changes.items()))
    return "".join(_diff(source, edits_between(source.path, source.data, changed(source, of_file))) for source, of_file in found)


def _alone(sources: Mapping[str, SourceFile], offer: Offer) -> VerifiedEdit:
    """The edit of one offer."""
    replacements: list[Replacement] = []
    diffs: list[str] = []
    joined: list[Replacement] = []
    for path in sorted({file_of(change) for change in offer.changes}):
        source = sources[path]
        edits = _edits(source, [change for change in offer.changes if file_of(change) == path])
        replacements += (_replacement(source, edit) for edit in edits)
        joined.append(_replacement(source, _joined(source, edits)))
        diffs.append(_diff(source, edits))
    return VerifiedEdit(tuple(replacements), "".join(diffs), joined[0] if len(joined) == 1 else None)


def _diff(source: SourceFile, edits: Sequence[Edit]) -> str:
    """The diff of edits of a file, without lines around them where one of those may have a secret."""
    context = 0 if _may_have_secrets(source) else _CONTEXT
    data = source.data
    # Comparing a large file once for each of its findings takes too long.
    start, end = data.rfind(b"\n", 0, edits[0].start) + 1, edits[-1].end
    for _ in range(context):
        start = data.rfind(b"\n", 0, max(0, start - 1)) + 1
    for _ in range(context + 1):
        end = found + 1 if (found := data.find(b"\n", end)) >= 0 else len(data)
    inside = (Edit(each.file, each.start - start, each.end - start, each.replacement) for each in edits)
    before = data[start:end]
    return "".join(diff(Content(source.path, before, applied(before, inside)), context, data.count(b"\n", 0, start)))


def _joined(source: SourceFile, edits: Sequence[Edit]) -> Edit:
    """One edit in place of several of a file."""
    parts = [edits[0].replacement]
    for one, other in pairwise(edits):
        parts += (source.data[one.end : other.start], other.replacement)
    return Edit(source.path, edits[0].start, edits[-1].end, b"".join(parts))


def _replacement(source: SourceFile, edit: Edit) -> Replacement:
    """An edit with its places. One after the last line of a file is at the end of that line, because a place needs a line."""
    edit = _of_whole_words(source.data, edit)
    start, end, text = edit.start, edit.end, edit.replacement.decode()
    if start == end == len(source.data) and source.data.endswith(b"\n") and text.endswith("\n"):
        newline = source.newline if text.endswith(source.newline) else "\n"
        start = end = start - len(newline)
        text = newline + text.removesuffix(newline)
    return Replacement(edit.file, _position(source, start), _position(source, end), text)


def _of_whole_words(data: bytes, edit: Edit) -> Edit:
    """An edit that replaces no part of a word, which people would not understand."""
    start, end, texts = edit.start, edit.end, (data[edit.start : edit.end], edit.replacement)
    if any(_is_in_word(text[:1]) for text in texts):
        while _is_in_word(data[max(0, start - 1) : start]):
            start -= 1
    if any(_is_in_word(text[-1:]) for text in texts):
        while _is_in_word(data[end : end + 1]):
            end += 1
    return Edit(edit.file, start, end, data[start : edit.start] + edit.replacement + data[edit.end : end])


def _is_in_word(byte: bytes) -> bool:
    """Whether a byte is a letter, a digit or an underscore, or one of a character that is not ASCII."""
    return byte.isalnum() or byte == b"_" or byte > b"\x7f"


def _position(source: SourceFile, offset: int) -> Position:
    before = source.data[:offset]
    line = before[before.rfind(b"\n") + 1 :]
    return Position(before.count(b"\n") + 1, len(line.decode("utf-8-sig")) + 1, len(line) + 1, offset)


class _Part(Struct, frozen=True):
    """A part of a file, behind as many other lines as the file has before it, and what is to be added to its offsets."""

    source: SourceFile
    shift: int


def _edits(source: SourceFile, changes: Sequence[Change]) -> tuple[Edit, ...]:
    """The edits that make changes. Laying out a large file once for each of its findings takes too long, so a part of it stands for it."""
    if part := _part(source, changes):
        try:
            found = edits_between(source.path, part.source.data, changed(part.source, changes))
            return tuple(Edit(each.file, each.start + part.shift, each.end + part.shift, each.replacement) for each in found)
        except (SyntaxFault, KeyError):
            # The part starts or ends inside of something.
            pass
    return edits_between(source.path, source.data, changed(source, changes))


def _part(source: SourceFile, changes: Sequence[Change]) -> _Part | None:
    """The blocks of a file that changes are in, with those directly before and after, whose layout may depend on theirs."""
    if source.is_json or any(isinstance(change, Append) or _place(change) == source.body.span for change in changes):
        return None
    lines = [_place(change).line for change in changes]
    concerned = [group for group in _groups(source) if any(group[0] <= line <= group[1] for line in lines)]
    first, last = concerned[0][0], concerned[-1][1]
    start = source.line_start(first)
    end = source.line_start(last + 1) if last < source.lines else len(source.text)
    # A comment is read faster than empty lines.
    padding = "/*" + "\n" * (first - 2) + "*/\n" if first > 1 else ""
    shift = len(source.encoded(source.text[:start])) - len(padding)
    return _Part(SourceFile(source.path, (padding + source.text[start:end]).encode()), shift)


@lru_cache(maxsize=8)
def _groups(source: SourceFile) -> tuple[tuple[int, int], ...]:
    """The first and last lines of what stands together in a file: arguments, and blocks whose comments may be aligned."""
    spans = [*((each.span, False) for each in source.body.blocks), *((each.span, True) for each in source.body.arguments.values())]
    groups: list[tuple[int, int]] = []
    was_argument = False
    for span, is_argument in sorted(spans, key=lambda each: each[0].line):
        if groups and _is_together(source, groups[-1][1], span.line, is_argument or was_argument):
            groups[-1] = (groups[-1][0], span.end_line)
        else:
            groups.append((span.line, span.end_line))
        was_argument = is_argument
    return tuple(groups)


def _is_together(source: SourceFile, end: int, start: int, has_argument: bool) -> bool:
    """Whether what starts on a line has one layout with what ends on another."""
    if start != end + 1:
        return start <= end
    return has_argument or all(any(mark in source.line(number) for mark in ("#", "//", "/*")) for number in (end, start))


def _place(change: Change) -> Span:
    """The place of a change that is no new block of the file."""
    assert not isinstance(change, Append)
    return change.at if isinstance(change, SetValue | AddItem | RemoveItem) else change.body
