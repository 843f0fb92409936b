"""All that the author of a rule imports, with `dyncheck.dynamodb`: how to declare a rule, and how to test many items.

A rule is a generator in a file of its own under `policies/`; the file's stem, with dashes, is the rule's id and names the
defect. The file's docstring is its documentation: a title, `Why:` and `Fix:`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from dyncheck.dynamodb import AlarmChange, Contract, CopyChange, TableChange
from dyncheck.interface import Divergence, InputContract, Module, ModuleInput, ModuleOutput, OutputContract, UnguardedInput
from dyncheck.logic import each, first, some
from dyncheck.model import Block, Condition, Deferred, Known, Problem, Severity, Unknown, Unset, literal, quoted, show

__all__ = [
    "API_VERSION",
    "Block",
    "Condition",
    "Deferred",
    "Divergence",
    "InputContract",
    "Known",
    "Module",
    "ModuleInput",
    "ModuleOutput",
    "OutputContract",
    "Problem",
    "Problems",
    "Rule",
    "Run",
    "Severity",
    "UnguardedInput",
    "Unknown",
    "Unset",
    "each",
    "error",
    "first",
    "literal",
    "note",
    "quoted",
    "rule",
    "show",
    "some",
    "warning",
]

# The version of what `dyncheck.rule` and `dyncheck.dynamodb` export. It grows when names are added; none is removed or changes its meaning.
API_VERSION = 1

Problems: TypeAlias = Iterator[Problem]
Check: TypeAlias = Callable[..., Problems]

# Whether `dyncheck fix` may make the fix of a finding: `safe` where its intent is not in doubt, `unsafe` where somebody has to decide,
# `none` where an edit would not correct what exists.
Fix: TypeAlias = Literal["safe", "unsafe", "none"]


error, warning, note = Severity


class Run(Struct, frozen=True):
    """The subject of a rule about a table that the run requires.

    `address` is the name of the contract. `tables` are the addresses of the tables under the contract, `undecided` those of tables that
    may be. `incomplete` says why the inputs may not show all tables, empty when they do.
    """

    address: str
    contract: Contract
    tables: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    why_incomplete: str = ""

    def problem(self, summary: str, *, fix: str = "") -> Problem:
        """The defect that something is missing."""
        return Problem(address=self.address, path="", summary=summary, fix=fix)


class Rule(Struct, frozen=True):
    """A declared rule.

    `subjects` are the types of the check's arguments: the rule runs once for each of them. `applies`, with the same arguments, is
    true where it demands anything. `frameworks` maps the name of a framework or a similar tool to its control. `identifies` marks the rule
    that is unknown where the contracts of a table cannot be determined. `fix` is the kind of its fixes, or that of each argument, where
    others are unsafe.

    A rule with `demanded` holds for every table, and is true of the contracts that demand it: on a table under such contracts it runs once
    for each of them, with `demanded_severity`, and without them once with None as the contract.

    `evidence` takes the arguments of a check that passes, and says why it passes, where that is not obvious.
    """

    id: str
    severity: Severity
    subjects: tuple[Any, ...]
    check: Check
    frameworks: Mapping[str, str]
    applies: Callable[..., object]
    docstring: str
    identifies: bool = False
    demanded: Callable[[Contract], object] | None = None
    demanded_severity: Severity = Severity.ERROR
    is_weighed: bool = False
    fix: Fix | Mapping[str, Fix] = "unsafe"
    evidence: Callable[..., str] | None = None

    def fix_at(self, attribute: str) -> Fix:
        """The kind of the fix of a finding at an attribute, such as `ttl.enabled`."""
        return self.fix if isinstance(self.fix, str) else self.fix.get(attribute.rpartition(".")[2], "unsafe")

    @property
    def team(self) -> str:
        """The team that wrote it, empty for a shipped rule."""
        team, slash, _ = self.id.partition("/")
        return team if slash else ""

    @property
    def documentation(self) -> str:
        """The docstring of the file, without indentation."""
        return inspect.cleandoc(self.docstring)

    @property
    def is_on_change(self) -> bool:
        """Whether its subject is a change of a plan."""
        return self.subjects[0] in (TableChange, CopyChange, AlarmChange)

    @property
    def is_on_contract(self) -> bool:
        """Whether it demands only what a contract does."""
        return self.subjects[1:] == (Contract,)

    def severity_under(self, contract: Contract | None) -> Severity:
        """Its severity under a contract: that of the configuration, else that of the contract, else its own."""
        if contract is None or self.is_weighed:
            return self.severity
        own = self.demanded_severity if self.demanded else self.severity
        return contract.severities.get(self.id, own)

    @property
    def is_proved(self) -> bool:
        """Whether `dyncheck prove` runs it, and `dyncheck check` does not."""
        return self.subjects == (UnguardedInput,)

    @property
    def title(self) -> str:
        """The first line of the documentation, without its full stop."""
        return self.documentation.partition("\n")[0].rstrip(".")

    def section(self, name: str) -> str:
        """The text after `Why:` or `Fix:`, its code (indented lines) kept as it is; empty when the section is missing."""
        _, _, rest = self.documentation.partition(f"\n{name}:")
        return rest.partition("\nFix:")[0].strip(" ").strip("\n")


def rule(
    *subjects: type | UnionType,
    severity: Severity,
    frameworks: Mapping[str, str] | None = None,
    applies: Callable[..., object] = lambda *_: True,
    identifies: bool = False,
    demanded: Callable[[Contract], object] | None = None,
    fix: Fix | Mapping[str, Fix] = "unsafe",
    evidence: Callable[..., str] | None = None,
) -> Callable[[Check], Rule]:
    """Declare the function below as the rule of its file: `@rule(Table, severity=error)`."""

    def declare(check: Check) -> Rule:
        stem = check.__module__.rpartition(".")[2]
        return Rule(
            id=stem.replace("_", "-"),
            severity=severity,
            subjects=subjects,
            check=check,
            frameworks=frameworks or {},
            applies=applies,
            docstring=check.__globals__["__doc__"] or "",
            identifies=identifies,
            demanded=demanded,
            fix=fix,
            evidence=evidence,
        )

    return declare
