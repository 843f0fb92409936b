"""The syntax tree -> values: every expression of the language, evaluated when its value is asked for."""

from dyncheck.readers.hcl.evaluation.budget import Budget, BudgetError
from dyncheck.readers.hcl.evaluation.evaluator import evaluate
from dyncheck.readers.hcl.evaluation.problems import LocatedProblem
from dyncheck.readers.hcl.evaluation.scope import LocalScope, Scope

__all__ = ["Budget", "BudgetError", "LocalScope", "LocatedProblem", "Scope", "evaluate"]
