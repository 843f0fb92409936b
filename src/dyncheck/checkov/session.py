"""The state that the checks of one checkov process share: each input is checked once for all rules and resources."""

from __future__ import annotations

from multiprocessing.util import Finalize
from typing import Any

from msgspec.structs import replace

from dyncheck import streams
from dyncheck.checking.run import run
from dyncheck.checkov import scope
from dyncheck.checkov.resources import Nodes, Seen, in_file
from dyncheck.checkov.verdicts import Verdicts
from dyncheck.errors import DyncheckError, InputError
from dyncheck.findings import Report
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.configuration.files import shown


class Session:
    """The inputs checked so far, and the unknown results to report at the end."""

    def __init__(self) -> None:
        self._nodes: list[Nodes] = []
        self._verdicts: dict[str, Verdicts] = {}
        self._required: set[tuple[str, ...]] = set()
        # By identity. Keeping the configuration reserves its identity.
        self._refused: dict[int, dict[str, Any]] = {}
        # The results that checkov will not show: input, address and check.
        self.unknown: set[tuple[str, str, str]] = set()
        # Unlike `atexit`, this works in the processes that checkov forks, one for each of its frameworks.
        Finalize(None, self._report_unknowns, exitpriority=0)

    def find(self, graph: Any, scanned_file: str, configuration: dict[str, Any], kind: str, name: str) -> Seen:
        """The resource that checkov passes to a check. Raises `DyncheckError` when its file cannot be determined."""
        if graph is not None and all(nodes.graph is not graph for nodes in self._nodes):
            self._nodes.append(Nodes(graph))
        own = next((nodes for nodes in self._nodes if nodes.graph is graph), None)
        # When checkov runs its frameworks as threads, another one may have put its graph into the check.
        others = (nodes.with_configuration(configuration) for nodes in self._nodes)
        seen = (own and own.find(scanned_file, configuration)) or next(filter(None, others), None)
        seen = seen or in_file(scanned_file, f"{kind}.{name}", scope.directories())
        if seen is None:
            raise DyncheckError(f"The file of {kind}.{name}, {scanned_file} to checkov, cannot be determined. Run dyncheck by itself.")
        return seen

    def verdicts(self, seen: Seen) -> Verdicts:
        """The results of the input that a resource is in."""
        if seen.input not in self._verdicts:
            try:
                report = self._report(seen)
            except DyncheckError as error:
                problems = error.problems if isinstance(error, InputError) else (InputProblem("unreadable", str(error)),)
                report = Report(inputs=(), problems=problems)
            notices = (f"{found.path}: {notice}" for found in report.inputs for notice in found.notices)
            for message in (*report.errors, *notices):
                streams.tell(message)
            addresses = [address for nodes in self._nodes for address in nodes.of_input(seen.input)]
            self._verdicts[seen.input] = Verdicts(report, seen.input, addresses or None)
        return self._verdicts[seen.input]

    def _report(self, seen: Seen) -> Report:
        paths = scope.scanned_with(seen)
        settings = scope.settings(paths)
        report = run([shown(seen.path)], replace(settings, required=()))
        if not settings.required or paths in self._required:
            return report
        # All inputs together must contain the required tables. The first input reports the missing ones.
        self._required.add(paths)
        return replace(report, required=run(paths, settings).required)

    def is_first_refusal(self, configuration: dict[str, Any]) -> bool:
        """Whether no check has reported yet that this resource could not be checked.

        A run may skip any check (--check, --skip-check), so the first one reports for all.
        """
        is_first = id(configuration) not in self._refused
        self._refused[id(configuration)] = configuration
        return is_first

    def _report_unknowns(self) -> None:
        if self.unknown:
            count, inputs = len(self.unknown), sorted({path for path, _, _ in self.unknown})
            verdicts = "1 verdict is unknown" if count == 1 else f"{count} verdicts are unknown"
            named = ", ".join(map(shown, inputs[:3])) + (f" and {len(inputs) - 3} more" if len(inputs) > 3 else "")
            streams.tell(f"{verdicts}, which checkov does not show: in {named}. Run dyncheck by itself to see the reasons.")
