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
    """What a deferred value waits for.

    `text` is the reference as the configuration writes it. When it could be followed to a resource, `resource` is
    that resource's address without instance keys, `module` the module instance it was read in (None when the trail
    crossed a module boundary), `type` its type and `attribute` what is read from it. Otherwise all four are None.
    """

    text: str
    resource: str | None = None
    module: str | None = None
    type: str | None = None
    attribute: str | None = None
    is_data: bool = False


class Question(Struct, frozen=True):
    """What would have to be known of an input of a module for more to be known of what depends on it.

    `kind` says what matters: whether the input is `null`, true (`truth`), the `text` `at`, less or more than the `number` `at`,
    whether it has the `key` `at` or any (`filled`), or how many items it has (`size`).
    """

    input: str
    kind: str
    at: Any = None


class Opaque(ABC):
    """A value that stands for many, as in proofs: whatever it is asked is answered alike for all of them.

    Where the answer differs among them, or is not known, asking raises `Unknown` with the question that would tell. So what
    a rule says of it, it says of every value it stands for. `dyncheck.model.symbolic` has the kinds there are.
    """

    __slots__ = ()

    @abstractmethod
    def describe(self) -> str:
        """Which values it stands for, for messages."""

    def matches(self, pattern: str) -> bool:  # noqa: ARG002
        """Whether it has the form of a contract's pattern. Raises `Unknown` where that differs among its values."""
        return bool(self.refuse())

    def start_and_end(self) -> tuple[Hashable, str] | None:
        """Of a text, what it starts with, and the text that it ends with; None of anything else.

        Texts that start alike are the same when they end alike; of others that is not known.
        """
        return None

    def refuse(self) -> Any:
        """Raise the `Unknown` of what has no answer."""
        raise Unknown("", f"depends on what {self.describe()} is")

    def _asked(self, *_: Any) -> Any:
        return self.refuse()

    # Whatever is not answered by a kind of its own is refused: nothing is ever read off the object itself.
    __hash__ = __str__ = __format__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _asked
    __int__ = __float__ = __index__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _asked
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __mod__ = __neg__ = __abs__ = _asked
    __getattr__ = _asked

    def __repr__(self) -> str:
        return self.describe()


class Known(Struct, frozen=True, gc=False):
    """A value that is certain: a string, number, bool, or a list or map of such values, or in a proof an `Opaque`. Never None."""

    value: Any
    sensitive: bool = False


class Unset(Struct, frozen=True):
    """Nobody configured this: the provider's or the service's default holds."""


class Deferred(Struct, frozen=True):
    """Somebody configured this, but the value exists only after apply.

    `reason`, where given, says more than the references would: it completes the sentence "<path> ...". `question` is what
    would tell more, where the value waits for an input of a module that is being proved.
    """

    references: tuple[Reference, ...] = ()
    reason: str = ""
    question: Question | None = None

    def describe(self) -> str:
        """What the value waits for, as the rest of a sentence: `waits for random_id.x.hex`."""
        if self.reason:
            return self.reason
        named = ", ".join(sorted({reference.text for reference in self.references}))
        return f"waits for {named}" if named else "is known only after apply"

    def unknown(self, path: str, location: Location | None = None, more: str = "") -> Unknown:
        """The reason why a rule that reads the value at `path` has no answer; `more` completes the sentence."""
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
        """The same reason, told of the argument at another path."""
        return Unknown(path, self.why, None, self.question)

    def within(self, path: str) -> Unknown:
        """The same reason as the whole sentence, told of what is at `path`."""
        return Unknown(path, str(self), None, self.question)


def has_form(text: str | Opaque, pattern: str) -> bool:
    """Whether a text has the form of a pattern: `*` stands for one character or more, all else for itself.

    Raises `Unknown` where that differs among the values that an opaque text stands for.

    >>> has_form("dev-products", "*-products"), has_form("-products", "*-products")
    (True, False)
    """
    if isinstance(text, Opaque):
        return text.matches(pattern)
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def start_and_end(text: str | Opaque) -> tuple[Hashable, str] | None:
    """What a text starts with, and the text that it ends with; None where neither is known.

    Texts with one start are the same when they have one end. Texts with two starts may be the same.
    """
    return text.start_and_end() if isinstance(text, Opaque) else ("", text)


def show(value: Value) -> str:
    """A value as a message may print it: a literal of the Terraform language, never a sensitive one."""
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
    """A string in double quotes, as Terraform would write it; `(sensitive)` for a sensitive one."""
    if isinstance(text, Opaque):
        return text.describe()
    return SENSITIVE if isinstance(text, Sensitive) else encode(text).decode()
