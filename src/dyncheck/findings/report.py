"""The report of a run: its inputs with their results, and what could not be checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck.findings.result import Result, Status
from dyncheck.model import NotChecked
from dyncheck.rule import Rule, Severity

# A notice names so many resources.
_MOST_NAMED = 3

if TYPE_CHECKING:
    # Only a report with drawings needs it at run time.
    from dyncheck.dynamodb.drawing import TableDrawing

    # Only a report with edits needs it.
    from dyncheck.findings.edit import Edits, VerifiedEdit

    # Only a run that could not check everything needs it.
    from dyncheck.input_problems import InputProblem


class Effect(Struct, frozen=True):
    """What a plan does to one existing table.

    `happens` is `destroyed`, `replaced`, `forgotten`, `changed` or `kept`. `name` is the table's, as a message may print it. `because`
    is why it is destroyed, `elsewhere` the address where a table of the same name is created, `details` what changes in place.
    `loses_items` says that the table stays, but not every replica with its items.
    """

    address: str
    happens: str
    name: str = ""
    because: str = ""
    elsewhere: str = ""
    details: tuple[str, ...] = ()
    loses_items: bool = False


class Input(Struct, frozen=True):
    """One checked input: its path as given, its kind, and the SHA-256 of its bytes, empty where the run does not need it.

    `kind` is `plan`, `state`, `hcl` or `capture`.

    `producer` made it, such as "Terraform 1.11.4". `diagrams` are for a report that draws its tables. `effects` are on existing tables,
    in the order of the addresses. `passed` counts the passes that are not in the results. `not_checked` is also among the notices, except
    that a plan is partial. `contracts` has each table with the names of its contracts, None where they cannot be determined. `files` and
    `variable_files` are the Terraform files that were read, `not_applicable` the rules that apply to nothing in the input.
    `environment` is the one that it was checked in, empty without, and `not_run` are the rules that the settings leave out for the input.
    `places` are the accounts and regions of its tables, as far as the input shows them, for a report that names them.
    """

    path: str
    kind: str
    sha256: str
    tables: int = 0
    alarms: int = 0
    results: tuple[Result, ...] = ()
    notices: tuple[str, ...] = ()
    producer: str = ""
    diagrams: tuple[TableDrawing, ...] = ()
    effects: tuple[Effect, ...] = ()
    passed: int = 0
    not_checked: tuple[NotChecked, ...] = ()
    contracts: tuple[tuple[str, tuple[str, ...] | None], ...] = ()
    files: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    environment: str = ""
    not_run: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The path, with the environment where there is one: `envs/app (prod)`."""
        return f"{self.path} ({self.environment})" if self.environment else self.path


class InputsElsewhere(Sequence[Input]):
    """Inputs that are read each time that they are gone through. `counts` has the number of results of each status, severity and rule."""

    counts: Counter[tuple[Status, Severity, str]]

    def heads(self) -> Iterator[Input]:
        """The inputs without their results."""
        raise NotImplementedError

    def with_results(self, required: tuple[Result, ...]) -> Sequence[Result]:
        """The results of the inputs, then those on required tables."""
        raise NotImplementedError


class Directory(Struct, frozen=True):
    """One directory with Terraform files, by its path as messages show it, and what the run did with it.

    `state` is `checked` (as a root module), `checked through` (as a module that the root modules `through` call), `excluded` or
    `not checked`. `reason` is the pattern that excludes it and its source, or why it was not checked. A root module that others call
    is `checked`, and `through` has those others that were checked.
    """

    path: str
    state: str
    through: tuple[str, ...] = ()
    reason: str = ""


class Earlier(Struct, frozen=True):
    """A finding of the baseline that is no finding of the run.

    `message` is that of an earlier report, else the title of the rule. `input` is the path of its input from the root of the repository.
    """

    rule: str
    severity: Severity
    address: str
    message: str = ""
    input: str = ""
    environment: str = ""

    @property
    def place(self) -> str:
        """The address, with the input and the environment where it has one: `aws_dynamodb_table.orders in envs/app (prod)`."""
        environment = f" ({self.environment})" if self.environment else ""
        return f"{self.address}{f' in {self.input}' if self.input not in ('', '.') else ''}{environment}"


class Comparison(Struct, frozen=True):
    """The differences to the baseline, a file of `dyncheck baseline` or an earlier report.

    `open` has the fingerprints of the findings and unknowns that were there before; all others are new. `fixed` are the findings that are
    gone, `now_unknown` those that can no longer be determined, and `now_waived` those that are waived. `not_checked` are those that the
    run did not check: it did not read their input, did not run their rule, or read only a part.
    """

    baseline: str
    open: frozenset[str] = frozenset()
    fixed: tuple[Earlier, ...] = ()
    now_unknown: tuple[Earlier, ...] = ()
    now_waived: tuple[Earlier, ...] = ()
    not_checked: tuple[Earlier, ...] = ()


class Configured(Struct, frozen=True):
    """The configuration file of a run: its path, the SHA-256 of its bytes, and the settings that come from it, as text."""

    path: str
    sha256: str
    holds: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """The settings that come from the file, in a sentence."""
        return f"This configuration holds: {'; '.join(self.holds)}." if self.holds else "Nothing in this configuration applies here."


class Report(Struct, frozen=True, dict=True):
    """All inputs of a run, the results on required tables, and what could not be checked (`problems`).

    A run on many documents has its inputs in a file: each time that they are gone through, they are read again.
    `comparison` is there with a baseline, `configuration` with a configuration file. `notices` are about the run as a whole.
    `directories` are those with Terraform files below the paths of the run. `not_applicable` are the rules that apply to nothing in the
    run, `not_run` those that the settings leave out.
    `own_rules` are those that are not shipped. A finding of at least the severity `fail_on` makes the run fail, and so does an unknown if
    `unknown_fails`. `edits` are there for a report that shows them.
    """

    inputs: Sequence[Input]
    required: tuple[Result, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    comparison: Comparison | None = None
    configuration: Configured | None = None
    notices: tuple[str, ...] = ()
    directories: tuple[Directory, ...] = ()
    not_applicable: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    own_rules: tuple[Rule, ...] = ()
    fail_on: Severity = Severity.ERROR
    unknown_fails: bool = False
    edits: Edits | None = None

    @property
    def errors(self) -> tuple[str, ...]:
        """The messages of the problems."""
        return tuple(each.message for each in self.problems)

    @property
    def strict(self) -> tuple[str, ...]:
        """The last of the errors: those that only a strict run has."""
        return tuple(each.message for each in self.problems if each.kind == "strict")

    def is_new(self, result: Result) -> bool:
        """Whether a finding was not in the baseline; every one is new without a baseline."""
        return self.comparison is None or result.fingerprint not in self.comparison.open

    def decides(self, result: Result) -> bool:
        """Whether a result makes the run fail."""
        return self._has_effect(result.status, result.severity) and self.is_new(result)

    def _has_effect(self, status: Status, severity: Severity) -> bool:
        counts = status is Status.FAIL or (self.unknown_fails and status is Status.UNKNOWN)
        return counts and severity.rank <= self.fail_on.rank

    def edit_of(self, result: Result) -> VerifiedEdit | None:
        """The edit that corrects a finding, if the report has one."""
        return self.edits.by_finding.get(result.fingerprint) if self.edits else None

    @cached_property
    def results(self) -> Sequence[Result]:
        """The results of all inputs, in their order, then those on required tables."""
        if isinstance(self.inputs, InputsElsewhere):
            return self.inputs.with_results(self.required)
        if len(self.inputs) == 1 and not self.required:
            return self.inputs[0].results
        return (*(result for checked in self.inputs for result in checked.results), *self.required)

    @property
    def heads(self) -> Iterable[Input]:
        """The inputs, for all but their results, which are left out where that saves reading them."""
        return self.inputs.heads() if isinstance(self.inputs, InputsElsewhere) else self.inputs

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules that have results."""
        return frozenset(rule for _, _, rule in self._counts)

    @property
    def is_failed(self) -> bool:
        """Whether any result makes the run fail."""
        return any(is_new and self._has_effect(status, severity) for status, severity, is_new in self.verdicts)

    @cached_property
    def verdicts(self) -> Counter[tuple[Status, Severity, bool]]:
        """How many results there are with each status and severity, those that are new and those that are not."""
        if self.comparison is None:
            found: Counter[tuple[Status, Severity, bool]] = Counter()
            for (status, severity, _), number in self._counts.items():
                found[status, severity, True] += number
            return found
        return Counter((each.status, each.severity, self.is_new(each)) for each in self.results)

    @property
    def not_checked(self) -> tuple[NotChecked, ...]:
        """The directories that were not checked. What is not checked inside an input is in `Input.not_checked`."""
        return tuple(NotChecked(each.path, each.reason) for each in self.directories if each.state == "not checked")

    @property
    def checks(self) -> int:
        """The number of results, with the passes that are not listed."""
        return len(self.results) + sum(checked.passed for checked in self.heads)

    def count(self, status: Status) -> int:
        """How many results have that status."""
        return sum(number for (found, _, _), number in self._counts.items() if found is status)

    @property
    def failures(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(dict.fromkeys(Severity, 0))
        for (status, severity, _), number in self._counts.items():
            found[severity] += number if status is Status.FAIL else 0
        return dict(found)

    @cached_property
    def _counts(self) -> Counter[tuple[Status, Severity, str]]:
        if isinstance(self.inputs, InputsElsewhere):
            return self.inputs.counts + Counter(map(_KIND, self.required))
        return Counter(map(_KIND, self.results))


_KIND = attrgetter("status", "severity", "rule")


def by_reason(resources: Iterable[NotChecked]) -> Iterator[tuple[NotChecked, ...]]:
    """The resources that were not checked, those with one reason together."""
    found: dict[str, list[NotChecked]] = {}
    for each in resources:
        found.setdefault(each.reason, []).append(each)
    yield from map(tuple, found.values())


def not_checked_notice(resources: Sequence[NotChecked]) -> str:
    """The notice on resources that were not checked for one reason."""
    more = f" and {len(resources) - _MOST_NAMED:,} more" if len(resources) > _MOST_NAMED else ""
    names = ", ".join(each.path for each in resources[:_MOST_NAMED])
    return f"{names}{more} {'was' if len(resources) == 1 else 'were'} not checked: {resources[0].reason}."
