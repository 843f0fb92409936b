"""What an edit is verified on: the root modules that use its file, each in each of its environments."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.one_input import Checker, ReadInput, check_input
from dyncheck.checking.processes import in_processes
from dyncheck.checking.root_modules import examined_root
from dyncheck.checking.run import checker_of
from dyncheck.checking.settings import Settings
from dyncheck.errors import InputError
from dyncheck.files import is_repository, upwards
from dyncheck.findings import Input, Report, Result, Status
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.configuration.environments import environments_of
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.trees import Root, Trees, root_at

# The rule, the address and the attribute of a finding.
Key = tuple[str, str, str]

# Root modules to a process.
_WORTH_A_PROCESS = 4


class Target(Struct, frozen=True):
    """A root module in an environment, or that of a plan with the values of its variables.

    `input` is the path of its input in the report, empty where the report has none.
    """

    root: Root
    input: str = ""
    document: str = ""

    @property
    def name(self) -> str:
        """The root module as a message shows it."""
        return f"{self.root.path} ({self.root.environment})" if self.root.environment else self.root.path


class Outcome(Struct, frozen=True):
    """The results of a target that are not passes: how many failures, unknowns and waived results there are by their keys, and one result
    of each key.

    `passed` has the rule and the address of each pass that is listed. `files` are the real paths of its files. `errors` are those of a
    target that cannot be checked, by their texts without numbers of lines, which an edit may move.
    """

    failed: Mapping[Key, int] = {}
    unknown: Mapping[Key, int] = {}
    waived: Mapping[Key, int] = {}
    results: Mapping[Key, Result] = {}
    files: frozenset[str] = frozenset()
    errors: Mapping[str, str] = {}
    passed: frozenset[tuple[str, str]] = frozenset()


def key_of(result: Result) -> Key:
    """What identifies a finding in its input."""
    return result.rule, result.address, result.attribute


class Targets:
    """The targets of a report, and those around them. Their results with other contents of files are checked in memory.

    `trees` has the modules as they were read for the report.
    """

    def __init__(self, report: Report, paths: Sequence[str], settings: Settings, trees: Trees) -> None:
        self._settings = settings
        self._trees = trees
        self._plans: dict[str, Mapping[str, Any]] = {}
        self.by_input: dict[tuple[str, str], Target] = {}
        self._known: dict[Target, Outcome] = {}
        self._passed: dict[Target, frozenset[tuple[str, str]]] = {}
        for each in report.inputs:
            if target := self._of_input(each, paths):
                self.by_input[each.path, each.environment] = target
                if each.kind == "hcl" and not report.errors:
                    self._known[target] = _counted(each, {})
        self.tops = tuple(dict.fromkeys(top_of(target.root.tree) for target in self.by_input.values()))
        self._elsewhere = tuple(os.path.realpath(path) for path in paths if _is_link_out(path))
        self._using: dict[str, tuple[Target, ...]] = {}

    def is_linked(self, path: str) -> bool:
        """Whether a file is reached by a link out of the working directory and its repository."""
        return _is_link_out(path) or any(is_inside(os.path.realpath(path), elsewhere) for elsewhere in self._elsewhere)

    def using(self, path: str) -> tuple[Target, ...]:
        """The targets that use a file, those of the report and those around them."""
        if path not in self._using:
            real = os.path.realpath(path)
            found = dict.fromkeys((*self.by_input.values(), *self._around(real)))
            self.learn(found)
            self._using[path] = tuple(target for target in found if real in self._known[target].files or self._known[target].errors)
        return self._using[path]

    def before(self, target: Target) -> Outcome:
        """The results of a target with the files as they are."""
        return self._known[target]

    def passed(self, target: Target, rule: str, address: str) -> bool:
        """Whether a rule certainly found nothing wrong with a resource, with the files as they are."""
        if target not in self._passed:
            by = checker_of(replace(self._settings, lists_passes=True), self._trees)
            self._passed[target] = _outcome(by, self._plans, target).passed
        return (rule, address) in self._passed[target]

    def learn(self, targets: Iterable[Target]) -> None:
        """Check targets with the files as they are, each once."""
        new = [target for target in targets if target not in self._known]
        self._known |= zip(new, self.after({}, new), strict=True)

    def after(self, overlay: Mapping[str, bytes], targets: Sequence[Target]) -> tuple[Outcome, ...]:
        """The results of targets with other contents of files, by their real paths."""
        for directory in {os.path.dirname(file) for target in targets if target in self._known for file in self._known[target].files}:
            # Read here once, instead of in each process.
            with suppress(InputError):
                self._trees.modules.at(directory)
        by = checker_of(self._settings, self._trees.overlaid({**self._trees.modules.overlay, **overlay}) if overlay else self._trees)
        processes = min(self._settings.processes, len(targets) // _WORTH_A_PROCESS)
        return tuple(in_processes(partial(_outcome, by, self._plans), targets, processes))

    def _of_input(self, each: Input, paths: Sequence[str]) -> Target | None:
        if each.kind == "hcl":
            directory = os.path.realpath(each.path)
            return Target(
                replace(root_at(directory, _tree(directory, () if self._settings.changed else paths)), environment=each.environment),
                each.path,
            )
        places = [result.places[-1].file for result in each.results if result.places]
        if not places:
            return None
        directory = os.path.realpath(os.path.dirname(places[0]) or os.curdir)
        target = Target(root_at(directory, directory), each.path, each.path)
        if each.path not in self._plans:
            self._plans[each.path] = self._pinned(target.root, _variables(each.path) or {})
        return target

    def _pinned(self, root: Root, planned: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of variables in a plan that the files do not give: an edit of the files must not change those."""
        from dyncheck.readers.hcl.configuration.inputs import Settings as Given
        from dyncheck.readers.hcl.configuration.inputs import root_inputs
        from dyncheck.readers.hcl.configuration.instance import ModuleInstance
        from dyncheck.readers.hcl.configuration.planned_inputs import unexplained
        from dyncheck.readers.hcl.reader import root_of

        modules = self._trees.modules.of(root.program)
        try:
            found = root_of(root.directory, root.tree, modules)
            given, _ = root_inputs(found.module, Given.of_process(self._settings.given), modules.trees)
        except InputError:
            return planned
        return unexplained(ModuleInstance(found.session, found.module, given=given), planned)

    def _around(self, path: str) -> Iterator[Target]:
        """The root modules of the repository that may use a file, although the report does not have them."""
        from dyncheck.readers.hcl.discovery import graph_of, touched_roots

        known = {(target.root.directory, target.root.environment) for target in self.by_input.values() if not target.document}
        for top in self.tops:
            if not is_inside(path, top):
                continue
            if top not in self._trees.graphs:
                self._trees.modules.trees.add(top)
                self._trees.graphs[top] = graph_of(top, self._trees.modules, self._trees.exclusions)
            roots = [root_at(directory, top) for directory in touched_roots([path], self._trees.graphs[top])]
            for root in roots:
                for name in environments_of(root.directory, (each for each, _ in self._settings.environments)) or ("",):
                    if (root.directory, name) not in known:
                        yield Target(replace(root, environment=name))


def _outcome(by: Checker, plans: Mapping[str, Mapping[str, Any]], target: Target) -> Outcome:
    if not target.document:
        examined = examined_root(by, target.root)
        if examined.checked is None:
            return Outcome(errors=_messages(examined.problems))
        return _counted(examined.checked.input, _messages((*examined.problems, *examined.checked.problems)))
    try:
        reading = by.trees.read(target.root, plans[target.document])
    except InputError as error:
        return Outcome(errors=_by_text((str(error),)))
    found = ReadInput(target.root.path, "", reading, target.root, by.settings.environment_of_plans)
    checked = check_input(found, by)
    return _counted(checked.input, _messages(checked.problems))


def _messages(problems: Iterable[InputProblem]) -> Mapping[str, str]:
    return _by_text(problem.message for problem in problems)


def _by_text(messages: Iterable[str]) -> Mapping[str, str]:
    return {re.sub(r":\d+", "", message.partition("\n")[0]): message for message in messages}


def _counted(checked: Input, errors: Mapping[str, str]) -> Outcome:
    counts = {status: Counter[Key]() for status in Status}
    results: dict[Key, Result] = {}
    for result in checked.results:
        counts[result.status][key_of(result)] += 1
        if result.status in (Status.FAIL, Status.UNKNOWN):
            results[key_of(result)] = result
    files = frozenset(os.path.realpath(file) for file in (*checked.files, *checked.variable_files))
    return Outcome(
        dict(counts[Status.FAIL]),
        dict(counts[Status.UNKNOWN]),
        dict(counts[Status.WAIVED]),
        results,
        files,
        errors,
        frozenset((result.rule, result.address) for result in checked.results if result.status is Status.PASS),
    )


def _tree(directory: str, paths: Sequence[str]) -> str:
    """The tree that a root module was found in: the path of the run around it."""
    for path in paths:
        tree = os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path) or os.curdir)
        if is_inside(directory, tree):
            return tree
    top = os.path.realpath(os.curdir)
    return top if is_inside(directory, top) else directory


def _is_link_out(path: str) -> bool:
    """Whether a path in the working directory leads out of it, and out of its repository, by a link."""
    lexical = os.path.normpath(path)
    is_here = not os.path.isabs(lexical) and lexical.split(os.sep)[0] != os.pardir
    return is_here and not is_inside(os.path.realpath(path), top_of(os.path.realpath(os.curdir)))


def top_of(tree: str) -> str:
    """The root of the repository of a tree; without one, the tree."""
    *_, top = upwards(tree)
    return top if is_repository(top) else tree


def _variables(path: str) -> Mapping[str, Any] | None:
    """The values of the variables in a plan; None for a state."""
    from dyncheck.readers.plan.documents import read_document
    from dyncheck.readers.source import read

    return read_document(read(path)).variables
