"""The formats of the overview of a fleet. The module of a format is imported when it is used."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from dyncheck.reporters.layout import TextStyle

NAMES = ("text", "html", "csv", "ocsf", "json")


def parts(name: str, path: str, earlier: str, look: TextStyle) -> Iterable[str]:
    """The results of a file in a format, in one or more pieces; with an earlier file also what changed since.

    `look` is for the format `text`. Raises `UsageError` when a file is not one that `dyncheck fleet` wrote.
    """
    if name in ("csv", "ocsf"):
        pieces: Iterable[str] = import_module(f"dyncheck.fleet.reporters.{name}").parts(path, earlier)
        return pieces
    from dyncheck.fleet.overview import overview_of

    overview = overview_of(path, earlier)
    if name == "text":
        from dyncheck.fleet.reporters.text import to_text

        return (to_text(overview, look),)
    text: str = getattr(import_module(f"dyncheck.fleet.reporters.{name}"), f"to_{name}")(overview)
    return (text,)
