"""Runs the tests against every mutant, and reports the mutants for which no test fails.

    python -m mutation.run [--processes N] [--tests FILE ...] [--resume | --survivors] [FILE ...]

The tests are collected once, and run once to record which lines each executes. Then each mutant gets a forked process: it replaces the
code of one function, and runs the tests that execute the changed lines until one fails.

Each verdict is appended to a file, and the last one of a mutant counts, so that a run can be stopped and resumed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple, NoReturn

import pytest

import dyncheck
from mutation.sources import ROOT, SOURCES, Key, Mutant, equivalents, key_of, mutants
from tests.policies.test_policies import checked
from tests.support.fixtures import fixtures
from tests.support.forked import become, ended
from tests.support.rules import every_rule, with_rules

# Short tests run first, the others on the mutants that survive. Each runs in this process or in a fork of it.
SHORT = (
    "tests/dynamodb",
    "tests/rule/test_logic.py",
    "tests/rule/test_rule.py",
    "tests/policies/test_questions.py",
    "tests/policies/test_interfaces.py",
    "tests/policies/test_findings.py",
    "tests/policies/test_key_lists.py",
    "tests/policies/test_autoscaling.py",
    "tests/policies/test_refused_change.py",
    "tests/policies/test_existing_tables.py",
    "tests/policies/test_drift.py",
    "tests/dynamodb/test_metric_math.py",
    "tests/catalog/test_contracts.py",
    "tests/policies/test_demanded_alarms.py",
    "tests/policies/test_dead_alarm.py",
    "tests/policies/test_duplicate_names.py",
    "tests/policies/test_insensitive_alarm.py",
    "tests/repository/test_documentation.py",
)
LONG = (
    "tests/readers/plan/test_changes.py",
    "tests/policies/test_policies.py",
    "tests/policies/test_provider_6.py",
    "tests/policies/test_provider_6_examples.py",
    "tests/policies/test_reported_cases.py",
    "tests/policies/test_reported_names.py",
    "tests/readers/plan/test_plan_reader.py",
    "tests/policies/test_demands.py",
    "tests/policies/test_unknowns.py",
    "tests/checking/test_permissions.py",
    "tests/policies/test_guarded.py",
    "tests/checkov/test_compare.py",
    "tests/reporters/test_reports.py",
    "tests/settings/test_configuration.py",
    "tests/cli/test_command_line.py",
    "tests/cli/test_bad_input.py",
    "tests/readers/plan/test_sources.py",
    "tests/readers/hcl/parity/test_fixture_parity.py",
    "tests/model/test_symbolic.py",
    "tests/prove/test_specification.py",
)

RESULTS = ROOT / ".cache" / "mutants.jsonl"

# A test that takes longer while its lines are traced is skipped. A mutant that only this test finds counts as a survivor.
LONGEST = 6.0

Lines = frozenset[tuple[str, int]]


class Measured(NamedTuple):
    """A passing test: its processor seconds, and the lines of the mutated files that it executes."""

    item: pytest.Item
    seconds: float
    lines: Lines


class Verdict(NamedTuple):
    """The result of a mutant: the name of the test that failed, None for a survivor."""

    mutant: Mutant
    killer: str | None


def main() -> int:
    """Run all mutants of the given files. The exit code is 1 when a mutant survives that is not listed."""
    parser = argparse.ArgumentParser(prog="python -m mutation.run", description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", help="the files to mutate, relative to the repository (default: all)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--tests", nargs="+", default=[*SHORT, *LONG], help="the tests to run")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--resume", action="store_true", help="only mutants without a verdict")
    which.add_argument("--survivors", action="store_true", help="only mutants that survived the last run")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file of verdicts, one per line")
    options = parser.parse_args()
    results = options.results.resolve()
    wanted = [mutant for path in [ROOT / file for file in options.files] or SOURCES for mutant in mutants(path)]
    if options.resume or options.survivors:
        verdicts = _verdicts(results)
        wanted = [mutant for mutant in wanted if (mutant.key not in verdicts if options.resume else verdicts.get(mutant.key, "") is None)]
    run = _Mutation(wanted, options.processes, results, options.tests)
    os.chdir(ROOT)
    code = pytest.main(_arguments(options.tests), plugins=[run])
    return int(code) or _summarized(run)


def _arguments(tests: Sequence[str]) -> list[str]:
    return ["-q", "-s", "--no-header", "-o", "addopts=", "-n0", "-p", "no:cacheprovider", "--assert=plain", "--tb=no", *tests]


def _verdicts(results: Path) -> dict[Key, str | None]:
    """The killer of each mutant that was run, None for a survivor."""
    if not results.exists():
        return {}
    return {tuple(entry["key"]): entry["killer"] for entry in map(json.loads, results.read_text().splitlines())}


def _summarized(run: _Mutation) -> int:
    listed = {key_of(entry) for entry in equivalents()}
    survivors = [verdict.mutant for verdict in run.verdicts if verdict.killer is None]
    unlisted = [mutant for mutant in survivors if mutant.key not in listed]
    for mutant in unlisted:
        entry = {"file": mutant.file, "function": mutant.function, "before": mutant.before, "after": mutant.after, "nth": mutant.nth}
        print("\n- " + "\n  ".join(f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in entry.items()))
    noticed = [verdict.mutant for verdict in run.verdicts if verdict.killer and verdict.mutant.key in listed]
    for mutant in noticed:
        print(f"\n{mutant.file}: {mutant.function}: listed as equivalent, but a test fails: {mutant.after}")
    killed = sum(1 for verdict in run.verdicts if verdict.killer)
    print(
        f"\n{len(run.verdicts)} mutants, {killed} killed, {len(survivors) - len(unlisted)} equivalent as listed, {len(unlisted)} survive; "
        f"{len(run.tests)} tests, {run.seconds:.0f} seconds"
    )
    return 1 if unlisted or noticed else 0


def _warm_up() -> None:
    """Import and build everything that tests need, so that no fork has to; and keep the garbage collector from copying it."""
    for package in (
        dyncheck,
        *(import_module(f"dyncheck.{name}") for name in ("cli", "checking", "prove", "readers", "readers.hcl", "reporters")),
    ):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name not in ("dyncheck.__main__", "dyncheck.checkov"):
                import_module(module.name)
    with with_rules(*every_rule()):
        for fixture in fixtures():
            checked(fixture)
    gc.collect()
    # A filled cache would hide that a test executes the code behind it.
    for kept in gc.get_objects():
        if hasattr(type(kept), "cache_clear") and str(kept.__module__).startswith(("dyncheck", "tests")):
            kept.cache_clear()
    gc.freeze()


class _Mutation:
    """A pytest plugin that runs the collected tests once for each mutant instead of once."""

    def __init__(self, wanted: list[Mutant], processes: int, results: Path, files: list[str]) -> None:
        self._wanted = wanted
        self._processes = processes
        self._results = results
        self._files = files
        self._kills: Counter[tuple[str, str]] = Counter()
        self.tests: list[Measured] = []
        self.verdicts: list[Verdict] = []
        self.seconds = 0.0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure the tests, then run the mutants, several at a time."""
        started = time.monotonic()
        _warm_up()
        # Created here, so that the forks share it.
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        self.tests = [
            Measured(item, found[0], frozenset((file, line) for file, line in found[1]))
            for item, found in _forked(_measured, session.items, self._processes)
            if isinstance(found, list)
        ]
        print(f"{len(self.tests)} of {len(session.items)} tests, {time.monotonic() - started:.0f} seconds", flush=True)
        self._must_pass_unchanged()
        self._results.parent.mkdir(exist_ok=True)
        with self._results.open("a") as written:
            for mutant, killer in _forked(self._killer, self._wanted, self._processes):
                self.verdicts.append(Verdict(mutant, killer))
                if killer:
                    self._kills[mutant.file, killer] += 1
                print(
                    json.dumps(
                        {"key": mutant.key, "before": mutant.before, "after": mutant.after, "line": mutant.lines[0], "killer": killer}
                    ),
                    file=written,
                    flush=True,
                )
        self.seconds = time.monotonic() - started
        return True

    def _must_pass_unchanged(self) -> None:
        """Check that no test fails when code is replaced by the same code."""
        firsts = {
            mutant.file: replace(mutant, changed=mutant.part) for path in SOURCES for mutant in mutants(path) if mutant.kind != "field"
        }
        for mutant, killer in _forked(self._killer, list(firsts.values()), self._processes):
            assert killer is None, f"{killer} fails after {mutant.file} was loaded again without a change: {mutant.before}"

    def _killer(self, mutant: Mutant) -> str | None:
        """The test that fails for the mutant."""
        if mutant.kind == "field":
            return _fails_from_the_start(mutant, self._files)
        try:
            _exchange(mutant)
        except Exception:
            return "cannot be imported"
        for measured in self._those_that_run(mutant):
            if not _passes(measured.item, measured.seconds):
                return measured.item.nodeid
        return None

    def _those_that_run(self, mutant: Mutant) -> list[Measured]:
        """The tests that execute the mutated lines: those with the most kills first, then the short ones."""
        if mutant.kind == "body":
            lines = {(mutant.file, line) for line in mutant.lines}
            found = [test for test in self.tests if lines & test.lines]
        elif mutant.file.startswith("policies/"):
            found = [test for test in self.tests if any(file == mutant.file for file, _ in test.lines)]
        else:
            # Any code may use a value that is computed on import.
            found = self.tests
        found = sorted(found, key=lambda test: (-self._kills[mutant.file, test.item.nodeid], test.seconds))
        return found[:5] if mutant.changed is mutant.part else found


def _measured(item: pytest.Item) -> list[Any] | None:
    """The seconds that a test takes and the lines of the mutated files that it executes; None when it does not pass in time."""
    started = time.process_time()
    lines: set[tuple[str, int]] = set()
    with tempfile.TemporaryDirectory() as directory:
        os.environ[_LINES_OF_CHILDREN] = directory
        _trace(lines)
        passes = _passes(item, LONGEST)
        sys.settrace(None)
        for file in Path(directory).iterdir():
            lines.update((name, line) for name, line in json.loads(file.read_text()))
    seconds = time.process_time() - started + _seconds_of_children()
    return [seconds, sorted(lines)] if passes and seconds <= LONGEST else None


_LINES_OF_CHILDREN = "MUTANTS_LINES_OF_CHILDREN"


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _trace(lines: set[tuple[str, int]]) -> None:
    """Collect the lines of the mutated files that are executed from now on."""
    names = {str(path): path.relative_to(ROOT).as_posix() for path in SOURCES}

    def on_call(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        name = names.get(frame.f_code.co_filename)
        if name is None:
            return None

        def on_line(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any]:
            lines.add((name, frame.f_lineno))
            return on_line

        return on_line(frame, "", None)

    sys.settrace(on_call)


def _passes(item: pytest.Item, seconds: float) -> bool:
    """Whether a test passes in this process. A test that takes ten times its usual time ends the process."""
    signal.setitimer(signal.ITIMER_PROF, max(5.0, 10 * seconds))
    reports: list[pytest.TestReport] = []
    recorder = _Recorder(reports)
    item.config.pluginmanager.register(recorder)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    item.config.pluginmanager.unregister(recorder)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return all(report.passed for report in reports) and any(report.when == "call" for report in reports)


class _Recorder:
    """Keeps the reports of a test."""

    def __init__(self, reports: list[pytest.TestReport]) -> None:
        self._reports = reports

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep one report."""
        self._reports.append(report)


def _exchange(mutant: Mutant) -> None:
    """Replace the loaded code by the mutant's."""
    name = mutant.file.removesuffix(".py").removeprefix("src/").removesuffix("/__init__").replace("/", ".")
    module = import_module(name if name.startswith("dyncheck") else f"dyncheck.{name}")
    if mutant.kind == "body":
        path, code = mutant.function.split("."), mutant.code()
        live: Mapping[str, Any] = vars(module)
        while True:
            code = next(each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == path[0])
            found = live[path.pop(0)]
            if not isinstance(found, type):
                break
            live = vars(found)
        _function(found).__code__ = code
        return
    namespace: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__, "__doc__": module.__doc__}
    exec(mutant.code(), namespace)
    if mutant.kind == "default":
        old, new = _found(vars(module), mutant.function), _found(namespace, mutant.function)
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        return
    holders = [each for name, each in sys.modules.items() if name.startswith(("dyncheck", "tests"))]
    for name in _computed(mutant, vars(module)):
        old, new = vars(module).get(name), namespace.get(name)
        for each in holders:
            if name in vars(each) and vars(each)[name] is old:
                setattr(each, name, new)


def _computed(mutant: Mutant, module: Mapping[str, Any]) -> list[str]:
    """The names that a change outside of functions can affect: all values, and in a policy, which has no classes, everything."""
    kept = () if mutant.file.startswith("policies/") else (type, FunctionType)
    names = [name for name, value in module.items() if not name.startswith("__") and not isinstance(value, ModuleType)]
    return [name for name in names if name == mutant.defines or not isinstance(module[name], kept)]


def _fails_from_the_start(mutant: Mutant, files: list[str]) -> str | None:
    """The exit code of the tests with the mutant loaded from the start, None when they pass: for classes, which many modules hold."""
    done = subprocess.run(
        [sys.executable, "-c", "from mutation.run import from_the_start; from_the_start()", json.dumps(mutant.key), *files],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return f"exit code {done.returncode} of all tests" if done.returncode else None


def from_the_start() -> NoReturn:
    """In a new process: load the mutant of the first argument, and run the tests of the other arguments until one fails."""
    key = tuple(json.loads(sys.argv[1]))
    mutant = next(mutant for mutant in mutants(ROOT / key[0]) if mutant.key == key)
    usual = SourceFileLoader.get_code

    def get_code(loader: Any, name: str) -> CodeType | None:
        return mutant.code() if loader.path == str(ROOT / mutant.file) else usual(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    # This module has imported them without the mutant.
    for name in [name for name in sys.modules if name.partition(".")[0] in ("dyncheck", "tests")]:
        del sys.modules[name]
    _stay_here()
    raise SystemExit(int(pytest.main(["-x", *_arguments(sys.argv[2:])])))


def _found(scope: Mapping[str, Any], function: str) -> Any:
    *classes, name = function.split(".")
    for each in classes:
        scope = vars(scope[each])
    return _function(scope[name])


def _function(found: Any) -> Any:
    """The function inside a property, a rule or another wrapper."""
    for attribute in ("fget", "func", "__func__", "__wrapped__", "check"):
        found = getattr(found, attribute, None) or found
    return found


def _forked(function: Callable[[Any], Any], items: Sequence[Any], processes: int) -> Iterator[tuple[Any, Any]]:
    """The result of the function for each item, each in its own process; "no answer" if a process is killed."""
    running: dict[int, tuple[Any, int]] = {}
    waiting = list(reversed(items))
    while waiting or running:
        while waiting and len(running) < processes:
            item = waiting.pop()
            reading, writing = os.pipe()
            process = os.fork()
            if not process:
                _answer(partial(function, item), writing)
            os.close(writing)
            running[process] = (item, reading)
        process, _ = os.wait()
        item, reading = running.pop(process)
        with os.fdopen(reading, "rb") as answer:
            text = answer.read()
        yield item, json.loads(text) if text else "no answer"


def _answer(function: Callable[[], Any], writing: int) -> NoReturn:
    """In a forked process: send the result of the function, and end."""
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    _stay_here()
    try:
        text = json.dumps(function())
        with os.fdopen(writing, "w") as answer:
            answer.write(text)
    finally:
        os._exit(0)


def _stay_here() -> None:
    """Run the command line of tests in forks of this process, which contain the mutant."""
    vars(import_module("tests.conftest"))["command_line"] = lambda: nullcontext(_CommandLine())


class _CommandLine:
    """Replaces `tests.support.forked.CommandLine`."""

    def run(
        self, arguments: list[str], *, stdin: bytes, cwd: Path, environment: dict[str, str], processors: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            process = os.fork()
            if not process:
                directory = os.environ.get(_LINES_OF_CHILDREN)
                become([given.fileno(), out.fileno(), err.fileno()], os.fspath(cwd), environment, processors)
                _command_line(arguments, directory)
            code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(["dyncheck", *arguments], code, out.read(), err.read())


def _command_line(arguments: list[str], directory: str | None) -> NoReturn:
    """In a forked process: run the command line; with a directory, write the executed lines there."""
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    lines: set[tuple[str, int]] = set()
    if directory:
        _trace(lines)
    code = ended(["dyncheck", *arguments])
    sys.settrace(None)
    if directory:
        Path(directory, str(os.getpid())).write_text(json.dumps(sorted(lines)))
    os._exit(code)


if __name__ == "__main__":
    raise SystemExit(main())
