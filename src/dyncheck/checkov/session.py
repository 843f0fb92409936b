"""What the checks of one checkov process share: each input is checked once, whatever the number of rules and resources."""

from __future__ import annotations

from multiprocessing.util import Finalize
from typing import Any

from msgspec.structs import replace

from dyncheck import streams
from dyncheck.checking.run import Settings, run
from dyncheck.checkov import scope
from dyncheck.checkov.resources import Nodes, Seen, in_file
from dyncheck.checkov.verdicts import Verdicts
from dyncheck.errors import DyncheckError
from dyncheck.findings import Report, Result
from dyncheck.readers.hcl.configuration.files import shown


class Session:
    """The inputs checked so far, and what is to be told of them."""

    def __init__(self) -> None:
        self._nodes: list[Nodes] = []
        self._verdicts: dict[str, Verdicts] = {}
        self._required: set[tuple[str, ...]] = set()
        # By identity, which no other configuration can get as long as this one is held.
        self._refused: dict[int, dict[str, Any]] = {}
        self._unknown: set[tuple[str, str, str]] = set()
        # Unlike `atexit`, this works in the processes that checkov forks, one for each of its frameworks.
        Finalize(None, self._tell_unknowns, exitpriority=0)

    def find(self, graph: Any, scanned_file: str, configuration: dict[str, Any], kind: str, name: str) -> Seen:
        """The resource that checkov shows to a check. Raises `DyncheckError` when it cannot be told which that is."""
        seen = self._in_graph(graph, scanned_file, configuration) or in_file(scanned_file, f"{kind}.{name}", scope.directories())
        if seen is None:
            raise DyncheckError(f"It cannot be told where checkov has {kind}.{name} in {scanned_file} from. Run dyncheck by itself.")
        return seen

    def _in_graph(self, graph: Any, scanned_file: str, configuration: dict[str, Any]) -> Seen | None:
        if graph is not None and all(nodes.graph is not graph for nodes in self._nodes):
            self._nodes.append(Nodes(graph))
        own = next((nodes for nodes in self._nodes if nodes.graph is graph), None)
        # Where checkov runs its frameworks as threads, another one may have put its graph into the check.
        others = (nodes.with_configuration(configuration) for nodes in self._nodes)
        return (own and own.find(scanned_file, configuration)) or next(filter(None, others), None)

    def verdicts(self, seen: Seen) -> Verdicts:
        """What dyncheck says of the input that a resource is in."""
        if seen.input not in self._verdicts:
            try:
                report = self._report(seen)
            except DyncheckError as error:
                report = Report(inputs=(), errors=(str(error),))
            notices = (f"{found.path}: {notice}" for found in report.inputs for notice in found.notices)
            for message in (*report.errors, *notices):
                streams.tell(message)
            addresses = [address for nodes in self._nodes for address in nodes.of_input(seen.input)]
            self._verdicts[seen.input] = Verdicts(report, seen.input, addresses or None)
        return self._verdicts[seen.input]

    def _report(self, seen: Seen) -> Report:
        paths = scope.scanned_with(seen)
        held = scope.settings(paths)
        report = run([shown(seen.path)], replace(held, required=()))
        return replace(report, required=self._missing(paths, held)) if held.required else report

    def _missing(self, paths: tuple[str, ...], held: Settings) -> tuple[Result, ...]:
        """What is said of the tables that are required, which all inputs together have to hold; told at the first of them."""
        if paths in self._required:
            return ()
        self._required.add(paths)
        return run(paths, held).required

    def is_first_refusal(self, configuration: dict[str, Any]) -> bool:
        """Whether no check has said yet that this resource could not be checked.

        Any check may be left out of a run (--check, --skip-check), so whichever comes first speaks for all.
        """
        is_first = id(configuration) not in self._refused
        self._refused[id(configuration)] = configuration
        return is_first

    def count_unknown(self, seen: Seen, check: str) -> None:
        """Remember a verdict that checkov will not show."""
        self._unknown.add((seen.input, seen.address, check))

    def _tell_unknowns(self) -> None:
        if self._unknown:
            streams.tell(_unknowns(len(self._unknown), sorted({path for path, _, _ in self._unknown})))


def _unknowns(count: int, inputs: list[str]) -> str:
    verdicts = "1 verdict is unknown" if count == 1 else f"{count} verdicts are unknown"
    named = ", ".join(map(shown, inputs[:3])) + (f" and {len(inputs) - 3} more" if len(inputs) > 3 else "")
    return f"{verdicts}, which checkov does not show: in {named}. dyncheck itself says what each waits for."
