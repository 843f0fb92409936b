"""The results of a run, and its report."""

from dyncheck.findings.report import Comparison, Configured, Directory, Earlier, Effect, Input, Report
from dyncheck.findings.result import Result, Status, Waiver, numbered

__all__ = [
    "Comparison",
    "Configured",
    "Directory",
    "Earlier",
    "Effect",
    "Input",
    "Report",
    "Result",
    "Status",
    "Waiver",
    "numbered",
]
