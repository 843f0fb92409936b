"""The state that all modules of one root module share while they are evaluated: budget, file access and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.configuration.environments import Environment
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.variables import Variable, value_of
from dyncheck.readers.hcl.configuration.workspaces import Workspace, workspace_of
from dyncheck.readers.hcl.evaluation import Budget, BudgetError, LimitError, LocatedError, evaluate
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language.faults import problem_at
from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.values import EvaluationError, Value

# Of modules and resources together, far more than real configurations have.
_MOST_INSTANCES = 20_000

Result = TypeVar("Result")


class Evaluating:
    """The evaluation of one expression. A class, because it is faster than a generator and every argument has one."""

    __slots__ = ("_session", "_span")

    def __init__(self, session: Session, span: Span) -> None:
        self._session = session
        self._span = span

    def __enter__(self) -> None:
        self._session.budget.renew()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, BudgetError):
            raise self._session.over_budget(error, self._span) from None
        if isinstance(error, RecursionError):
            raise LimitError("This nests deeper than dyncheck evaluates. Simplify the expression.", self._span) from None


class Session:
    """One evaluation of one root module. `directory` is the root module's, `tree` that of the checked tree; both are real paths.

    `most_instances` is a smaller limit, for an evaluation that is not worth more.
    """

    def __init__(self, modules: Modules, directory: str, tree: str, most_instances: int | None = None) -> None:
        self.modules = modules
        self.directory = directory
        self.tree = tree
        self.budget = Budget()
        self.context = Context(directory, tree, self._render, self.budget.spend)
        # The scope of what must be a constant.
        self.constants = _Names(self, None)
        self.problems: dict[InputProblem, None] = {}
        # The problems that Terraform has as well. The others are limits of dyncheck, and say so.
        self.refusals: list[str] = []
        self._fitted: dict[tuple[int, int, bool], tuple[Value, Value]] = {}
        self._instances = 0
        self._most_instances = _MOST_INSTANCES if most_instances is None else most_instances
        # The first problem of each kind causes all later ones.
        self._too_many: LimitError | None = None
        self._spent: LimitError | None = None
        # The environment that gives the root module its values.
        self.environment: Environment | None = None
        # Why nothing can know the workspace; empty where the root module has one.
        self.why_no_workspace = ""
        # Whether what was evaluated last depends on the workspace.
        self.reads_workspace = False
        # Whether there is any KMS resource. A plan does not show then whether a dynamic block sets its key.
        self.uses_kms = False

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of the root module."""
        if self.why_no_workspace and not self.modules.workspace:
            return Workspace("", self.why_no_workspace)
        return workspace_of(self.modules.at(self.directory), self.modules.workspace, self.environment)

    def record(self, problem: LocatedError) -> str:
        """Keep what Terraform would refuse, as one line; returns it."""
        span = problem.span
        message = f"{span.file}:{span.line}:{span.column}: {' '.join(str(problem).split())}"
        is_limit = isinstance(problem, LimitError)
        self.problems[problem_at("limit" if is_limit else "invalid", message, span)] = None
        if not is_limit:
            self.refusals.append(message)
        return message

    def evaluating(self, span: Span) -> Evaluating:
        """Gives the evaluation inside a new budget. Raises `LocatedError` with the place when that is too little."""
        return Evaluating(self, span)

    def attempt(self, span: Span, read: Callable[[], Result]) -> Result | None:
        """The result of an evaluation with a new budget; None where Terraform would refuse it, which is recorded."""
        try:
            with self.evaluating(span):
                return read()
        except LocatedError as problem:
            self.record(problem)
            return None

    def over_budget(self, error: BudgetError, span: Span) -> LimitError:
        """The problem of an expression that takes more than its budget."""
        problem = LimitError(f"This {error}.", span)
        if self.budget.is_spent:
            # Nothing more can be evaluated; the expression that used the budget up is the one to name.
            self._spent = self._spent or problem
            problem = self._spent
        return problem

    @contextmanager
    def as_planned(self) -> Iterator[None]:
        """Know only what Terraform knows: a plan omits a block that is unknown."""
        before, self.budget.folds = self.budget.folds, False
        try:
            yield
        finally:
            self.budget.folds = before

    def fitted(self, variable: Variable, value: Value, span: Span) -> Value:
        """The value of a variable that is given one. The same collection, given to many instances, is converted once."""
        if type(value.content) not in (dict, tuple):
            return value_of(variable, value, span)
        key = (id(variable), id(value.content), value.sensitive)
        if key not in self._fitted:
            # The given value is kept, so that its id stays unique.
            self._fitted[key] = (value, value_of(variable, value, span))
        return self._fitted[key][1]

    def add_instances(self, number: int, span: Span) -> None:
        """Count instances of modules and resources. Raises `LocatedError` when there are too many."""
        self._instances += number
        if self._instances > self._most_instances:
            message = f"This and the blocks before it make more than {self._most_instances} instances, the limit of dyncheck."
            self._too_many = self._too_many or LimitError(message, span)
            raise self._too_many

    def _render(self, text: str, name: str, variables: Any) -> Value:
        from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_template

        try:
            template = parse_template(text, name)
        except SyntaxFault as fault:
            raise EvaluationError(str(fault).rstrip(".")) from None
        return evaluate(template, _Names(self, variables))


class _Names:
    """A scope with the given names only: those of a template file, or none for what must be a constant."""

    def __init__(self, session: Session, names: Mapping[str, Value] | None) -> None:
        self.is_constant = names is None
        self.budget = session.budget
        self.context = session.context
        self._names = names

    def lookup(self, name: str) -> Value | None:
        """The value of a name."""
        if self._names is None:
            raise EvaluationError(f'Variables not allowed. The value must be a constant, so it cannot use "{name}".')
        return self._names.get(name)
