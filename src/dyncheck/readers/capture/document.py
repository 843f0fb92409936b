"""A capture: the calls that were made to an account, each with its answer or its error."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from dyncheck.readers.capture.calls import SUBJECTS, Operation


class CallError(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a call has no answer, or not all of it: the code of the service, such as `AccessDeniedException`, and its message."""

    code: str
    message: str = ""


class Call(Struct, frozen=True, forbid_unknown_fields=True):
    """One call in one region, with its parameters, its answer, and its error.

    The pages of an answer are one answer. With an error, the answer has the pages before it.
    """

    service: str
    operation: str
    region: str
    parameters: dict[str, Any] = {}
    answer: dict[str, Any] | None = None
    error: CallError | None = None

    @property
    def subject(self) -> str:
        """What the call is about: a table, an alarm, a key; empty where it is about the whole region."""
        return " ".join(str(self.parameters[name]) for name in SUBJECTS if name in self.parameters)


class Capture(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What an account answered.

    `taken` is the time in UTC, as `2026-12-31T23:59:59Z`. `account` is its number, empty where the capture does not show it. `regions` are
    those that were asked. `tables` are patterns: only tables with such names were asked for, all without one. `complete` is false where
    the capture was interrupted.
    """

    format: Literal["dyncheck-capture"] = "dyncheck-capture"
    version: Literal[1] = 1
    calls: tuple[Call, ...] = ()
    regions: tuple[str, ...] = ()
    account: str = ""
    taken: str = ""
    tables: tuple[str, ...] = ()
    complete: bool = True
    producer: str = ""

    def asks_for(self, table: str) -> bool:
        """Whether a table of that name was asked for."""
        return not self.tables or any(fnmatchcase(table, pattern) for pattern in self.tables)

    def call(self, operation: Operation, region: str, subject: str = "") -> Call | None:
        """The call about a subject, or about the whole region; None where it was not made."""
        return self._by_subject.get((operation.service, operation.name, region, subject))

    def all_of(self, operation: Operation, region: str) -> Iterator[Call]:
        """The calls of an operation in a region, in their order."""
        key = (operation.service, operation.name, region)
        yield from (call for (*made, _), call in self._by_subject.items() if tuple(made) == key)

    @cached_property
    def _by_subject(self) -> dict[tuple[str, str, str, str], Call]:
        return {(call.service, call.operation, call.region, call.subject): call for call in self.calls}
