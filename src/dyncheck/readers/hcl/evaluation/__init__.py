"""The syntax tree -> values: every expression of the language, evaluated when its value is asked for."""

from dyncheck.readers.hcl.evaluation.budget import Budget, BudgetError
from dyncheck.readers.hcl.evaluation.evaluator import evaluate
from dyncheck.readers.hcl.evaluation.scope import LocalScope, Scope
from dyncheck.readers.hcl.language.problems import LocatedError

LocatedProblem = LocatedError

__all__ = ["Budget", "BudgetError", "LocalScope", "LocatedError", "LocatedProblem", "Scope", "evaluate"]
