"""Values: known, unset or deferred, and how a message prints them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.json import encode

from dyncheck.model.places import Location
from dyncheck.model.sensitive import SENSITIVE, Sensitive

NOT_SET = "not set"


class Reference(Struct, frozen=True):
    """A reference that a deferred value waits for.

    `text` is the reference in the configuration. If it leads to a resource, `resource` is the address of its block,
    `module` the module instance of the reference (None when the path crosses a module boundary), `type` its type and
    `attribute` the attribute that is read. Otherwise all four are None.
    """

    text: str
    resource: str | None = None
    module: str | None = None
    type: str | None = None
    attribute: str | None = None
    is_data: bool = False


class Question(Struct, frozen=True):
    """A question about an input of a module whose answer decides a value that depends on the input.

    `kind` is the question: whether the input is `null`, true (`truth`), the `text` `at`, less or more than the `number` `at`,
    whether it has the `key` `at` or any (`filled`), or how many items it has (`size`).
    """

    input: str
    kind: str
    at: Any = None


class Opaque(ABC):
    """A symbolic value, which stands for many possible values in proofs.

    Every answer about it is true for all possible values. Where the answer differs or is unknown, it raises `Unknown` with the
    question that decides. So the result of a rule holds for every possible value. `dyncheck.model.symbolic` has the kinds.
    """

    __slots__ = ()

    @abstractmethod
    def describe(self) -> str:
        """The value in a message."""

    def matches(self, pattern: str) -> bool:  # noqa: ARG002
        """Whether it matches a contract's pattern. Raises `Unknown` where that differs among its possible values."""
        return bool(self.refuse())

    def start_and_end(self) -> tuple[Hashable, str] | None:
        """The start of a text and the known text at its end; None for other values.

        Texts with the same start are equal if their ends are equal. Texts with different starts may be equal.
        """
        return None

    def refuse(self, *_: Any) -> Any:
        """Raise `Unknown`, because there is no answer."""
        raise Unknown("", f"depends on what {self.describe()} is")

    # A kind answers some of these. All others are refused, so that nothing is read from the Python object itself.
    __hash__ = __str__ = __format__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = refuse
    __int__ = __float__ = __index__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __mod__ = __neg__ = __abs__ = refuse
    __getattr__ = refuse

    def __repr__(self) -> str:
        return self.describe()


class Known(Struct, frozen=True, gc=False):
    """A certain value: a string, number, bool, or a list or map of such values, or in a proof an `Opaque`. Never None."""

    value: Any
    sensitive: bool = False


class Unset(Struct, frozen=True):
    """The configuration does not set the value: the default of the provider or the service applies."""


# A known text, or what stands for one unknown text: its identity, which is the same for the same text, and the forms that it may have.
# Nothing is known of an empty one. `dyncheck.model.pieces` has what is certain of pieces.
Piece: TypeAlias = "str | tuple[Any, ...]"


def is_itself(piece: Piece) -> bool:
    """Whether equal pieces stand for equal texts."""
    return isinstance(piece, str) or (bool(piece) and piece[0] != "")


class Deferred(Struct, frozen=True):
    """The configuration sets the value, but it exists only after apply.

    `reason` completes the sentence "<path> ..." in place of the references. In a proof, `question` is the question that decides.
    `alternatives` are all the values that it may have, where the input shows them: known, unset, or deferred with one reference.
    `pieces` are those of a name, where the input shows them.
    """

    references: tuple[Reference, ...] = ()
    reason: str = ""
    question: Question | None = None
    alternatives: tuple[Value, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def describe(self) -> str:
        """The reason as the rest of a sentence: `waits for random_id.x.hex`."""
        named = ", ".join(sorted({reference.text for reference in self.references}))
        return self.reason or (f"waits for {named}" if named else "is known only after apply")

    def unknown(self, path: str, location: Location | None = None, more: str = "") -> Unknown:
        """The `Unknown` of a rule that reads the value at `path`; `more` completes the sentence."""
        return Unknown(path, self.describe() + more, location, self.question)


Value: TypeAlias = Known | Unset | Deferred


UNSET = Unset()


class Unknown(Exception):
    """Raised when a rule reads a deferred value; it ends that rule on that resource as `unknown`."""

    def __init__(self, path: str, why: str, location: Location | None = None, question: Question | None = None) -> None:
        super().__init__(f"{path} {why}" if path else why)
        self.path = path
        self.why = why
        self.location = location
        self.question = question

    def at(self, path: str) -> Unknown:
        """The same reason at another path."""
        return Unknown(path, self.why, None, self.question)

    def within(self, path: str) -> Unknown:
        """The whole sentence as the reason at another path."""
        return Unknown(path, str(self), None, self.question)


def has_form(text: str | Opaque, pattern: str) -> bool:
    """Whether a text matches a pattern, in which `*` stands for one or more characters. May raise `Unknown`.

    >>> has_form("dev-products", "*-products"), has_form("-products", "*-products")
    (True, False)
    """
    if isinstance(text, Opaque):
        return text.matches(pattern)
    start, star, end = pattern.partition("*")
    if "*" in end:
        return _compiled(pattern).fullmatch(text) is not None
    # Most patterns are simple, and compiling a regular expression takes long.
    return (len(text) > len(start + end) and text.startswith(start) and text.endswith(end)) if star else text == pattern


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def start_and_end(text: str | Opaque) -> tuple[Hashable, str] | None:
    """The start and the end of a text, None where neither is known. Texts with one start are equal if their ends are."""
    return text.start_and_end() if isinstance(text, Opaque) else ("", text)


def show(value: Value) -> str:
    """A value as a message may print it: in the syntax of Terraform, never a sensitive one."""
    match value:
        case Known(sensitive=True):
            return SENSITIVE
        case Known(value=plain):
            return literal(plain)
        case Deferred():
            return "known only after apply"
        case _:
            return NOT_SET


def literal(plain: Any) -> str:
    """A plain value in Terraform's syntax, on one line.

    >>> literal({"TableName": "dev-products"})
    '{ TableName = "dev-products" }'
    """
    if isinstance(plain, Sensitive):
        return SENSITIVE
    if isinstance(plain, Opaque):
        return plain.describe()
    if isinstance(plain, Mapping):
        pairs = ", ".join(f"{key if str.isidentifier(key) else quoted(key)} = {literal(plain[key])}" for key in sorted(plain))
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(plain, list | tuple):
        return f"[{', '.join(map(literal, plain))}]"
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    return encode(plain).decode()


def quoted(text: str) -> str:
    """A string in double quotes, in the syntax of Terraform; `(sensitive)` for a sensitive one."""
    if isinstance(text, Opaque):
        return text.describe()
    return SENSITIVE if isinstance(text, Sensitive) else encode(text).decode()
