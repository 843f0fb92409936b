"""Evaluates expressions: syntax tree -> value."""

from dyncheck.readers.hcl.evaluation.budget import Budget, BudgetError
from dyncheck.readers.hcl.evaluation.evaluator import evaluate
from dyncheck.readers.hcl.evaluation.scope import LocalScope, Scope
from dyncheck.readers.hcl.language.problems import LimitError, LocatedError

__all__ = ["Budget", "BudgetError", "LimitError", "LocalScope", "LocatedError", "Scope", "evaluate"]
