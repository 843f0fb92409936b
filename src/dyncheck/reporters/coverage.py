"""Says in sentences what a run covered: directories, files, contracts and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dyncheck.findings import Directory, Report
from dyncheck.reporters.tally import plural

# A sentence names so many of them, unless all are asked for.
_MOST_NAMED = 3


def coverage(report: Report, *, in_full: bool = False) -> Iterator[str]:
    """What was checked, and what was not and why. Without `in_full`, each sentence is short and those on rules are left out."""
    most = None if in_full else _MOST_NAMED
    by_state: dict[str, list[Directory]] = {}
    for directory in report.directories:
        by_state.setdefault(directory.state, []).append(directory)
    yield from _checked(report, by_state, in_full)
    if excluded := by_state.get("excluded"):
        yield f"Excluded {_directories(excluded)}: {_list((_with_reason(each) for each in excluded), most)}."
    if unchecked := by_state.get("not checked"):
        yield f"Not checked {_directories(unchecked)}: {_list((_with_reason(each) for each in unchecked), most)}."
    yield from _contracts(report, most)
    if in_full:
        yield from _rules("Rules that apply to nothing here", report.not_applicable)
        yield from _rules("Rules that the settings leave out", report.not_run)


def _checked(report: Report, by_state: dict[str, list[Directory]], in_full: bool) -> Iterator[str]:
    roots, called = by_state.get("checked", []), by_state.get("checked through", [])
    files = {file for each in report.inputs for file in each.files}
    variable_files = sorted({file for each in report.inputs for file in each.variable_files})
    parts = [*([plural(len(roots), "root module")] if roots else []), *([plural(len(called), "called module")] if called else [])]
    counts = [*([plural(len(files), "file")] if files else []), *([plural(len(variable_files), "variable file")] if variable_files else [])]
    if parts or counts:
        inside = f" ({', '.join(counts)})" if parts and counts else ", ".join(counts)
        yield f"Checked {' and '.join(parts)}{inside}."
    if in_full:
        if roots:
            yield f"Root modules: {_list((each.path for each in roots), None)}."
        yield from (f"Called module: {each.path}, through {_list(each.through, None)}." for each in called)
        if files:
            yield f"Files: {_list(sorted(files), None)}."
    if variable_files:
        yield f"Variable files: {_list(variable_files, None if in_full else _MOST_NAMED)}."


def _contracts(report: Report, most: int | None) -> Iterator[str]:
    tables: dict[str, list[str]] = {}
    for checked in report.inputs:
        for address, names in checked.contracts:
            kinds = ("undetermined",) if names is None else names or ("none",)
            for name in kinds:
                tables.setdefault(name, []).append(address)
    if not tables:
        return
    # The names of contracts come first.
    others = {name: tables.pop(name) for name in ("none", "undetermined") if name in tables}
    counted = [f"{name} on {_tables(tables[name], most)}" for name in sorted(tables)]
    counted += [f"{name} on {_tables(several, most)}" for name, several in others.items()]
    yield f"Contracts: {'; '.join(counted)}."


def _tables(addresses: Sequence[str], most: int | None) -> str:
    return plural(len(addresses), "table") if most else _list(dict.fromkeys(addresses), None)


def _rules(what: str, rules: Sequence[str]) -> Iterator[str]:
    if rules:
        yield f"{what}: {_list(rules, None)}."


def _directories(several: Sequence[Directory]) -> str:
    return f"{len(several):,} {'directory' if len(several) == 1 else 'directories'}"


def _with_reason(directory: Directory) -> str:
    return f"{directory.path} ({directory.reason})" if directory.reason else directory.path


def _list(names: Iterable[str], most: int | None) -> str:
    every = list(names)
    rest = len(every) - most if most else 0
    return f"{', '.join(every[:most])}{f' and {rest:,} more' if rest > 0 else ''}"
