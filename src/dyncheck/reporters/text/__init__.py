"""The report for people: the worst first over all inputs, each problem once with its places, what was found, what is expected and the fix."""

from dyncheck.reporters.text.layout import TextStyle
from dyncheck.reporters.text.report import to_text

__all__ = ["TextStyle", "to_text"]
