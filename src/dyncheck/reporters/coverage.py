"""Says in sentences what a run covered: directories, files, contracts and rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dyncheck.findings import Directory, Report
from dyncheck.reporters.tally import plural

# They come after the contracts, of which one may have such a name.
_NONE, _UNDETERMINED = (True, "none"), (True, "undetermined")

# A sentence names so many of them, unless all are asked for.
_MOST_NAMED = 3


def coverage(report: Report, *, in_full: bool = False) -> Iterator[str]:
    """What was checked, and what was not and why. Without `in_full`, each sentence is short and those on rules are left out."""
    most = None if in_full else _MOST_NAMED
    by_state: dict[str, list[Directory]] = {}
    for directory in report.directories:
        by_state.setdefault(directory.state, []).append(directory)
    yield from _checked(report, by_state, in_full)
    excluded, skipped = _by_name(by_state.get("excluded", ()))
    if excluded:
        yield f"Excluded {_directories(len(excluded))}: {_list((f'{each.path} ({each.reason})' for each in excluded), most)}."
    unchecked = by_state.get("not checked", [])
    yield from (f"Not checked: {each.path}: {each.reason.rstrip('.')}." for each in unchecked[:most])
    if len(unchecked) > len(unchecked[:most]):
        yield f"Not checked: {_directories(len(unchecked) - len(unchecked[:most]))} more."
    yield from _contracts(report, most)
    if in_full:
        yield from (f"Skipped in every run: {each.path} ({each.reason})." for each in skipped)
        yield from _rules("Rules that apply to nothing here", report.not_applicable)
        yield from _rules("Rules that the settings leave out", report.not_run)


def _checked(report: Report, by_state: dict[str, list[Directory]], in_full: bool) -> Iterator[str]:
    roots, called = by_state.get("checked", []), by_state.get("checked through", [])
    files = {file for each in report.heads for file in each.files}
    variable_files = sorted({file for each in report.heads for file in each.variable_files})
    parts = [*([plural(len(roots), "root module")] if roots else []), *([plural(len(called), "called module")] if called else [])]
    counts = [*([plural(len(files), "file")] if files else []), *([plural(len(variable_files), "variable file")] if variable_files else [])]
    if parts or counts:
        inside = f" ({', '.join(counts)})" if parts and counts else ", ".join(counts)
        yield f"Checked {' and '.join(parts)}{inside}."
    if in_full:
        if roots:
            yield f"Root modules: {_list((each.path for each in roots), None)}."
        for each in called:
            reason = f" ({each.reason})" if each.reason else ""
            yield f"Called module: {each.path}, through {_list(each.through, None)}{reason}."
        if files:
            yield f"Files: {_list(sorted(files), None)}."
    if variable_files:
        yield f"Variable files: {_list(variable_files, None if in_full else _MOST_NAMED)}."


def _contracts(report: Report, most: int | None) -> Iterator[str]:
    numbers: Counter[tuple[bool, str]] = Counter()
    addresses: dict[tuple[bool, str], dict[str, None]] = {}
    for address, names in (each for checked in report.heads for each in checked.contracts):
        for kind in [_UNDETERMINED] if names is None else [(False, name) for name in names] or [_NONE]:
            numbers[kind] += 1
            if not most:
                addresses.setdefault(kind, {})[address] = None
    parts = (
        f"{kind[1]} on {_list(addresses[kind], None) if kind in addresses else plural(numbers[kind], 'table')}" for kind in sorted(numbers)
    )
    if numbers:
        yield f"Contracts: {'; '.join(parts)}."


def _rules(what: str, rules: Sequence[str]) -> Iterator[str]:
    if rules:
        yield f"{what}: {_list(rules, None)}."


def _by_name(excluded: Iterable[Directory]) -> tuple[list[Directory], list[Directory]]:
    """The directories that the settings exclude, and the names that every run skips."""
    found: tuple[list[Directory], list[Directory]] = ([], [])
    for each in excluded:
        found[each.path.startswith("**/")].append(each)
    return found


def _directories(number: int) -> str:
    return f"{number:,} {'directory' if number == 1 else 'directories'}"


def _list(names: Iterable[str], most: int | None) -> str:
    every = list(names)
    rest = len(every) - most if most else 0
    return f"{', '.join(every[:most])}{f' and {rest:,} more' if rest > 0 else ''}"
