"""Rules that are not shipped: those in a directory that the user names, and those of installed packages.

Loading them runs their code. So nothing here is imported unless the user names a directory or a package.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from traceback import extract_tb, format_exc, format_exception_only
from types import ModuleType, UnionType
from typing import Any

from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.dynamodb import Alarm, AlarmChange, Contract, Copy, CopyChange, Table, TableChange
from dyncheck.errors import UsageError
from dyncheck.model import Problem
from dyncheck.rule import API_VERSION, Problems, Rule, Run, Severity

GROUP = "dyncheck.rules"

# The subjects that a rule of one's own may have.
SUBJECTS: tuple[tuple[type | UnionType, ...], ...] = (
    (Table,),
    (Table, Contract),
    (Table, Contract | None),
    (Copy, Contract | None),
    (Alarm,),
    (TableChange,),
    (TableChange, Table),
    (CopyChange,),
    (AlarmChange,),
    (Run,),
)

# Names of subjects that are several types.
_ALIASES = ((Copy, "Copy"), (CopyChange, "CopyChange"), (Contract | None, "Contract | None"))

_TEAM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_STEM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TAKES = "--rules takes a directory with a directory for each team, and in it a file for each rule: DIR/TEAM/NAME.py."
_NEEDED = "DYNCHECK_API"
_ENDS = "The rule ends the program. Yield problems instead."


class BrokenRuleError(UsageError):
    """A rule that cannot be loaded; `trace` is Python's, empty where the code ran but declares no valid rule."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace


def own_rules(directories: Iterable[str | os.PathLike[str]] = (), plugins: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of the directories and of the installed packages, in the order of their ids.

    Python reads each file once in a process. Raises `UsageError` when a directory, a package or a rule cannot be used.
    """
    by_id: dict[str, tuple[Rule, str]] = {}
    for path, rule in (*_of_directories(directories), *_of_plugins(plugins)):
        first = by_id.setdefault(rule.id, (rule, path))[1]
        if first != path:
            raise UsageError(f"Two rules have the id {rule.id}: {first} and {path}. Rename one of them.")
    return tuple(by_id[name][0] for name in sorted(by_id))


def fixtures_of(directory: str, rule: str) -> str:
    """The path without extension of the files beside the rule of that id in a directory of rules."""
    team, _, name = rule.partition("/")
    return os.path.join(directory, team, name.replace("-", "_"))


def _of_directories(directories: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[str, Rule]]:
    for real, directory in {os.path.realpath(each): os.fspath(each) for each in directories}.items():
        teams = list(_teams(directory))
        if not teams:
            raise UsageError(f"{directory} contains no rule. {_TAKES}")
        # The files of a team import each other as in any package, `from ._names import ...`: nothing is added to Python's search path.
        package = f"dyncheck_rules_{real.encode().hex()}"
        module = sys.modules.setdefault(package, ModuleType(package))
        module.__path__ = [real]
        for team in teams:
            yield from _of_team(team, f"{package}.{team}", os.path.join(directory, team))


def _teams(directory: str) -> Iterator[str]:
    for name in _listed(directory):
        path = os.path.join(directory, name)
        if name.endswith(".py") and not name.startswith("_"):
            raise UsageError(f"{path} is in no directory of a team. Move it to {os.path.join(directory, 'TEAM', name)}.")
        if os.path.isdir(path) and not name.startswith((".", "_")) and any(file.endswith(".py") for file in os.listdir(path)):
            yield name


def _listed(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except FileNotFoundError:
        raise UsageError(f"{directory} does not exist. {_TAKES}") from None
    except OSError as error:
        raise UsageError(f"{directory} cannot be read: {error.strerror}. {_TAKES}") from None


def _of_plugins(plugins: Iterable[str]) -> Iterator[tuple[str, Rule]]:
    for plugin in dict.fromkeys(plugins):
        from importlib.metadata import PackageNotFoundError, distribution

        try:
            entries = distribution(plugin).entry_points.select(group=GROUP)
        except (PackageNotFoundError, ValueError):
            raise UsageError(f"The plug-in {plugin!r} is not installed. Install the package where dyncheck is installed.") from None
        if not entries:
            raise UsageError(f"The package {plugin!r} has no rules: it declares no entry point in the group {GROUP!r}.")
        for entry in entries:
            package = _imported(entry.value, f"{plugin} ({entry.value})")
            for directory in getattr(package, "__path__", ()):
                yield from _of_team(entry.name, entry.value, directory)


def _of_team(team: str, package: str, directory: str) -> Iterator[tuple[str, Rule]]:
    if not _TEAM.fullmatch(team):
        raise UsageError(f"Invalid team {team!r} of the rules in {directory}; expected small letters, digits, and dashes, such as acme.")
    if team in {rule.id for rule in all_rules()}:
        raise UsageError(f"The team {team!r} of the rules in {directory} has the id of a shipped rule. Give it another name.")
    needed = getattr(_imported(package, directory), _NEEDED, API_VERSION)
    if not isinstance(needed, int) or needed > API_VERSION:
        raise UsageError(
            f"The rules in {directory} need version {needed} of the API, and this dyncheck has {API_VERSION}. Update dyncheck."
        )
    for name in _listed(directory):
        if not name.endswith(".py") or name.startswith("_"):
            continue
        path, stem = os.path.join(directory, name), name[:-3]
        if not _STEM.fullmatch(stem):
            raise BrokenRuleError(
                f"Invalid name of the rule {path}; expected small letters, digits, and underscores, such as no_stream.py."
            )
        rule = _declared(_imported(f"{package}.{stem}", path), path)
        id_ = f"{team}/{stem.replace('_', '-')}"
        demanded = rule.demanded and _kept_inside(rule.demanded)
        yield path, replace(rule, id=id_, check=_guarded(rule), applies=_kept_inside(rule.applies), demanded=demanded)


def _imported(name: str, path: str) -> ModuleType:
    writes = sys.dont_write_bytecode
    # The directory may be in the tree that is checked, where dyncheck writes nothing.
    sys.dont_write_bytecode = True
    try:
        return import_module(name)
    except (Exception, SystemExit) as error:  # Whatever the code does that the user named, it is an invalid option, not a bug of dyncheck.
        line = next((f":{frame.lineno}" for frame in reversed(extract_tb(error.__traceback__)) if _is_same(frame.filename, path)), "")
        if isinstance(error, SyntaxError):
            line = f":{error.lineno}" if _is_same(error.filename or "", path) else ""
        what = format_exception_only(error)[-1].strip()
        message = f"{path}{line} cannot be loaded: {what}. Correct it; `dyncheck check` with -v shows the trace."
        raise BrokenRuleError(message, format_exc()) from None
    finally:
        sys.dont_write_bytecode = writes


def _is_same(filename: str, path: str) -> bool:
    return os.path.realpath(filename) == os.path.realpath(path)


def _declared(module: ModuleType, path: str) -> Rule:
    """The rule of a file. Raises `BrokenRuleError` with the first thing that is wrong with it."""
    rule = getattr(module, "check", None)
    if not isinstance(rule, Rule):
        raise BrokenRuleError(f"{path} has no rule; expected a function `check` below `@rule(Table, severity=error)`.")
    if not rule.title:
        raise BrokenRuleError(f"{path} has no docstring; expected its first line to name the defect, then `Why:` and `Fix:`.")
    if rule.subjects not in SUBJECTS:
        known = ", ".join(f"({_names(each)})" for each in SUBJECTS)
        raise BrokenRuleError(f"{path} is a rule on ({_names(rule.subjects)}), which does not exist; expected one of {known}.")
    try:
        inspect.signature(rule.check).bind(*rule.subjects)
    except TypeError as error:
        arguments = "1 argument" if len(rule.subjects) == 1 else f"{len(rule.subjects)} arguments"
        raise BrokenRuleError(f"{path}: check must take {arguments}, one for each of ({_names(rule.subjects)}): {error}.") from None
    if not isinstance(rule.severity, Severity):
        raise BrokenRuleError(f"{path}: severity is {rule.severity!r}; expected error, warning or note from dyncheck.rule.")
    if not _are_texts(rule.frameworks):
        raise BrokenRuleError(f'{path}: frameworks is {rule.frameworks!r}; expected texts, such as {{"checkov": "CKV_AWS_28"}}.')
    return rule


def _names(subjects: Iterable[Any]) -> str:
    return ", ".join(_name(each) for each in subjects)


def _name(subject: Any) -> str:
    return next((name for alias, name in _ALIASES if alias == subject), "") or getattr(subject, "__name__", repr(subject))


def _are_texts(frameworks: object) -> bool:
    return isinstance(frameworks, Mapping) and all(isinstance(text, str) for pair in frameworks.items() for text in pair)


def _guarded(rule: Rule) -> Callable[..., Problems]:
    """The check of a rule, which crashes when it yields anything but problems."""

    def check(*subjects: Any) -> Problems:
        try:
            for problem in rule.check(*subjects):
                if not isinstance(problem, Problem):
                    raise TypeError(f"check yields {problem!r}; expected problems, such as table.problem(...)")
                yield problem
        except SystemExit as leaving:
            raise RuntimeError(_ENDS) from leaving

    return check


def _kept_inside(function: Callable[..., object]) -> Callable[..., object]:
    """The function, which crashes when it ends the program: that would look like a run without findings."""

    def call(*arguments: Any) -> object:
        try:
            return function(*arguments)
        except SystemExit as leaving:
            raise RuntimeError(_ENDS) from leaving

    return call
