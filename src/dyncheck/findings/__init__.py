"""The results of a run, its report, and findings that are folded."""

from dyncheck.findings.folding import Finding, folded
from dyncheck.findings.report import Comparison, Configured, Directory, Earlier, Effect, Input, Report
from dyncheck.findings.result import Result, Status, Waiver, numbered

__all__ = [
    "Comparison",
    "Configured",
    "Directory",
    "Earlier",
    "Effect",
    "Finding",
    "Input",
    "Report",
    "Result",
    "Status",
    "Waiver",
    "folded",
    "numbered",
]
