"""Checks the files that are open in an editor, as one check after the other, and keeps the results of their root modules."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.account import Account
from dyncheck.checking.one_input import today
from dyncheck.checking.root_modules import ExaminedRoot, examined_root
from dyncheck.checking.settings import Settings
from dyncheck.errors import DyncheckError, UsageError
from dyncheck.findings import Input, Report
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.trees import Root
from dyncheck.server.buffers import Buffer
from dyncheck.server.folder import Folder, Reading, SettingsOf, home_of

logger = logging.getLogger("dyncheck.server")


class CancelledError(Exception):
    """A newer change made the check useless."""


class Checked(Struct, frozen=True):
    """What is known of a folder: its reading, the buffers, and the root modules that these touch, each checked.

    `error` is that of its configuration. `plans` are the reports of open plans, by their real paths.
    """

    directory: str
    buffers: Mapping[str, Buffer]
    reading: Reading | None = None
    roots: Mapping[Root, ExaminedRoot] = {}
    error: UsageError | None = None
    plans: Mapping[str, Report] = {}

    @property
    def report(self) -> Report:
        """The report on its root modules."""
        inputs = tuple(each.checked.input for each in self.roots.values() if each.checked)
        needed = frozenset[str]().union(*(each.checked.needed for each in self.roots.values() if each.checked))
        inputs = tuple(replace(each, notices=tuple(notice for notice in each.notices if notice not in needed)) for each in inputs)
        return _report(inputs, problems_of(self.roots.values()), self.settings)

    @property
    def settings(self) -> Settings | None:
        """The settings of its runs, None while its configuration was never valid."""
        return self.reading.by.settings if self.reading else None


def problems_of(roots: Iterable[ExaminedRoot]) -> tuple[InputProblem, ...]:
    """The problems of root modules, each once."""
    late = ((*each.problems, *(each.checked.problems if each.checked else ())) for each in roots)
    return tuple(dict.fromkeys(problem for problems in late for problem in problems))


def _report(inputs: tuple[Input, ...], problems: tuple[InputProblem, ...], settings: Settings | None) -> Report:
    if settings is None:
        return Report(inputs, problems=problems)
    return Report(inputs, problems=problems, own_rules=settings.own_rules, fail_on=settings.fail_on, unknown_fails=settings.unknown_fails)


def working_in(directory: str) -> bool:
    """Make a directory the working directory, because every path of a run is relative to it. Returns whether it is there."""
    try:
        os.chdir(directory)
    except OSError:
        # Not even the name of a working directory that was deleted can be read.
        os.chdir(os.path.abspath(os.sep))
        return False
    return True


class Session:
    """The checks of one editor. Only one thread may use it."""

    def __init__(self, settings_of: SettingsOf) -> None:
        self._settings_of = settings_of
        self._folders: dict[str, Folder] = {}
        self.checked: dict[str, Checked] = {}
        # The folders of which all is to be checked again. A check that is cancelled leaves them so.
        self._outdated: set[str] = set()

    def forget(self) -> None:
        """Search all directories again at the next check, and check all open files again."""
        for folder in self._folders.values():
            folder.forget()

    def check(
        self, buffers: Iterable[Buffer], dirty: frozenset[str], folders: Iterable[str], is_cancelled: Callable[[], bool]
    ) -> Iterator[Checked]:
        """The state of every folder with an open file. `dirty` are the real paths of the files that changed since the last check.

        Raises `CancelledError` between two root modules.
        """
        folders = tuple(folders)
        by_home: dict[str, list[Buffer]] = {}
        for each in buffers:
            by_home.setdefault(home_of(each.path, folders), []).append(each)
        for home in self._folders.keys() - by_home.keys():
            del self._folders[home]
            self.checked.pop(home, None)
        for home, inside in by_home.items():
            if not working_in(home):
                self._folders.pop(home, None)
                self.checked[home] = Checked(home, {each.path: each for each in inside})
                yield self.checked[home]
                continue
            folder = self._folders.setdefault(home, Folder(home, self._settings_of))
            self.checked[home] = self._check_folder(folder, inside, dirty, is_cancelled)
            yield self.checked[home]

    def _check_folder(self, folder: Folder, buffers: list[Buffer], dirty: frozenset[str], is_cancelled: Callable[[], bool]) -> Checked:
        by_path = {each.path: each for each in buffers}
        terraform = [each for each in buffers if each.is_terraform and not each.is_too_large]
        reading, is_new = folder.refresh(terraform)
        if is_new:
            self._outdated.add(folder.directory)
        is_outdated = folder.directory in self._outdated
        before = self.checked.get(folder.directory, Checked(folder.directory, {}))
        if reading is None:
            return Checked(folder.directory, by_path, error=folder.error)
        touched = {each.path: folder.roots(each.path, reading) for each in terraform}
        # A file that was closed counts again as it is on the disk.
        closed = {path: folder.roots(path, reading) for path in dirty if path not in touched and is_inside(path, folder.directory)}
        outdated = {root for path, roots in (touched | closed).items() if path in dirty for root in roots}
        known = {} if is_outdated else {root: each for root, each in before.roots.items() if root not in outdated}
        try:
            examined = self._examined(dict.fromkeys(root for roots in touched.values() for root in roots), known, reading, is_cancelled)
        finally:
            folder.remember()
        plans = self._plans(buffers, {} if is_outdated else before.plans, dirty, reading, is_cancelled)
        self._outdated.discard(folder.directory)
        return Checked(folder.directory, by_path, reading, examined, folder.error, plans)

    def _examined(
        self, roots: Iterable[Root], known: Mapping[Root, ExaminedRoot], reading: Reading, is_cancelled: Callable[[], bool]
    ) -> dict[Root, ExaminedRoot]:
        """Root modules, checked, and the modules that only those with errors among them call."""
        found: dict[Root, ExaminedRoot] = {}
        account = Account(reading.trees, {}, is_part=True)
        pending = tuple(roots)
        while pending:
            for root in pending:
                if root not in known:
                    if is_cancelled():
                        raise CancelledError
                    logger.info("Checked %s", f"{root.path} ({root.environment})" if root.environment else root.path)
                found[root] = known[root] if root in known else _waived(examined_root(reading.by, root), reading.by.settings)
                account.add(root, found[root].problems, found[root].directories)
            pending = reading.trees.in_environments(account.left(pending))
        return found

    def _plans(
        self,
        buffers: Iterable[Buffer],
        before: Mapping[str, Report],
        dirty: frozenset[str],
        reading: Reading,
        is_cancelled: Callable[[], bool],
    ) -> dict[str, Report]:
        found: dict[str, Report] = {}
        for each in buffers:
            if not is_plan(each):
                continue
            if each.path in before and each.path not in dirty:
                found[each.path] = before[each.path]
                continue
            if is_cancelled():
                raise CancelledError
            found[each.path] = _checked_plan(each, reading.by.settings)
        return found


def is_plan(buffer: Buffer) -> bool:
    """Whether an open file looks like the output of `terraform show -json`."""
    if buffer.is_terraform or buffer.is_too_large or not buffer.path.endswith(".json"):
        return False
    return '"format_version"' in buffer.text[:1000] and ('"planned_values"' in buffer.text or '"values"' in buffer.text)


def _checked_plan(buffer: Buffer, settings: Settings) -> Report:
    from dyncheck.checking.run import run

    path = os.path.relpath(buffer.path)
    settings = replace(settings, changed=False, documents={path: buffer.data}, required=())
    try:
        return run((path,), settings)
    except DyncheckError as error:
        return Report((), problems=(InputProblem("invalid", str(error)),))


def _waived(examined: ExaminedRoot, settings: Settings) -> ExaminedRoot:
    """A root module with the findings waived that the configuration waives by their addresses."""
    if not settings.decisions or examined.checked is None:
        return examined
    from dyncheck.checking.waivers import waive

    checked = examined.checked
    results = waive(checked.input.results, settings.decisions, today(), lambda _: False).results
    return replace(examined, checked=replace(checked, input=replace(checked.input, results=tuple(results))))
