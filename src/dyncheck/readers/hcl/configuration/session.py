"""What all modules of one root share while they are evaluated: the budget, the boundary for files, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.variables import Variable, value_of
from dyncheck.readers.hcl.evaluation import Budget, BudgetError, LocatedProblem, evaluate
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.values import Problem, Value

# Of modules and resources together; no configuration of anybody has as many.
_MOST_INSTANCES = 20_000


class Evaluating:
    """The evaluation of one expression. A class, for one is made for every argument of every resource."""

    __slots__ = ("_session", "_span")

    def __init__(self, session: Session, span: Span) -> None:
        self._session = session
        self._span = span

    def __enter__(self) -> None:
        self._session.budget.renew()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        if isinstance(error, BudgetError):
            raise self._session.over_budget(error, self._span) from None
        if isinstance(error, RecursionError):
            raise LocatedProblem("This nests deeper than dyncheck follows.", self._span) from None


class Session:
    """One evaluation of one root module. `directory` is the root module's, `tree` that of the checked tree; both are real paths.

    `most_instances` is for one that need not be looked at when it grows large.
    """

    def __init__(self, modules: Modules, directory: str, tree: str, most_instances: int | None = None) -> None:
        self.modules = modules
        self.directory = directory
        self.tree = tree
        self.budget = Budget()
        self.context = Context(directory, tree, self._render, self.budget.spend)
        self.problems: dict[str, None] = {}
        # Those of them that Terraform has as well; others are what dyncheck itself does not go beyond, and say so.
        self.refusals: list[str] = []
        self.notices: dict[str, None] = {}
        self._fitted: dict[tuple[int, int, bool], tuple[Value, Value]] = {}
        self._instances = 0
        self._most_instances = _MOST_INSTANCES if most_instances is None else most_instances
        # The first problems of their kind, which all later ones follow from.
        self._crowd: LocatedProblem | None = None
        self._spent: LocatedProblem | None = None
        # Whether there is any KMS resource: a plan does not tell then whether a dynamic block names its key.
        self.uses_kms = False
        # The module calls that could not be looked into.
        self.unread_calls: list[str] = []

    def record(self, problem: LocatedProblem) -> str:
        """Keep what Terraform would refuse, as one line; returns it."""
        span = problem.span
        message = f"{span.file}:{span.line}:{span.column}: {' '.join(str(problem).split())}"
        self.problems[message] = None
        if "dyncheck" not in message:
            self.refusals.append(message)
        return message

    def evaluating(self, span: Span) -> Evaluating:
        """Give what is evaluated inside its budget, and the place to what takes more. Raises `LocatedProblem` then."""
        return Evaluating(self, span)

    def over_budget(self, error: BudgetError, span: Span) -> LocatedProblem:
        """What is wrong with an expression that takes more than its budget."""
        problem = LocatedProblem(f"This {error}.", span)
        if self.budget.is_spent:
            # Nothing more can be evaluated, and what used it up is the one to name.
            self._spent = self._spent or problem
            problem = self._spent
        return problem

    @contextmanager
    def as_planned(self) -> Iterator[None]:
        """Know no more of what is evaluated inside than Terraform does: a plan takes a block that it does not know for none."""
        before, self.budget.folds = self.budget.folds, False
        try:
            yield
        finally:
            self.budget.folds = before

    def fitted(self, variable: Variable, value: Value, span: Span) -> Value:
        """The value of a variable that is given one; the same collection, given to many instances, is converted once."""
        if type(value.content) not in (dict, tuple):
            return value_of(variable, value, span)
        key = (id(variable), id(value.content), value.sensitive)
        if key not in self._fitted:
            # The given value is kept, so that its identity stays its own.
            self._fitted[key] = (value, value_of(variable, value, span))
        return self._fitted[key][1]

    def add_instances(self, number: int, span: Span) -> None:
        """Count instances of modules and resources. Raises `LocatedProblem` when there are more than may be."""
        self._instances += number
        if self._instances > self._most_instances:
            message = f"With this there are more than {self._most_instances} instances, which dyncheck does not look at."
            self._crowd = self._crowd or LocatedProblem(message, span)
            raise self._crowd

    def leave_out(self, address: str, source: str) -> None:
        """Note that the module of a call is not at hand: not downloaded from its source, or without a source not readable."""
        self.unread_calls.append(address)
        if not source:
            return
        self.notices[
            f"{address} was not looked into: its source ({source}) is not downloaded. `terraform get` downloads it, without credentials."
        ] = None

    def _render(self, text: str, name: str, variables: Any) -> Value:
        from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_template

        try:
            template = parse_template(text, name)
        except SyntaxFault as fault:
            raise Problem(str(fault).rstrip(".")) from None
        return evaluate(template, _TemplateScope(self, variables))


class _TemplateScope:
    """What a template file sees: the variables it is given, and nothing else."""

    def __init__(self, session: Session, variables: Any) -> None:
        self.is_constant = False
        self._variables = variables
        self.budget = session.budget
        self.context = session.context

    def lookup(self, name: str) -> Value | None:
        """One of the given variables."""
        found: Value | None = self._variables.get(name)
        return found
