"""Resources as both readers deliver them: blocks of values that are known, unset or deferred."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.json import encode

from dyncheck.sensitive import SENSITIVE, Sensitive, concealed

NOT_SET = "not set"


class Severity(Enum):
    """How much a finding weighs, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    # The hash of `Enum` is written in Python, and counting results takes many.
    __hash__ = object.__hash__

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Location(Struct, frozen=True):
    """Lines of a file, counted from 1; the path is relative to the directory dyncheck ran in."""

    file: str
    line: int
    end_line: int


class Place(Struct, frozen=True):
    """Something around a value in the sources: its argument, a block it stands in, or a module call it comes through.

    `kind` is `argument`, `block`, `resource` or `module`; the lines are those of the whole of it, counted from 1.
    """

    kind: str
    file: str
    line: int
    end_line: int


class Comment(Struct, frozen=True):
    """A comment to a tool: where it stands, the line that it is about, and its text without the signs that make it a comment."""

    file: str
    line: int
    about: int
    text: str


class Related(Struct, frozen=True):
    """A place that had a part in a value, such as the variable it came from; `message` completes "<file>:<line>: ..."."""

    file: str
    line: int
    message: str


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
    a rule says of it, it says of every value it stands for. `dyncheck.symbolic` has the kinds there are.
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


class Block(ABC):
    """The body of a resource, or a block inside one, in the provider's own shape.

    `path` says where in the resource the block stands: empty for the resource's own body, then as in
    `global_secondary_index["CategoryIndex"]`.
    """

    __slots__ = ("path",)

    path: str

    @abstractmethod
    def value(self, name: str) -> Value:
        """The argument of that name; a map or a list of primitive values is one value."""

    def related(self, name: str) -> Value:
        """The same value, for asking only how the resource is related to another one, as by its name.

        Resources of one likeness may differ in it (`Resource.likeness`); whoever compares them sees to it that their relations
        are the same.
        """
        return self.value(name)

    @abstractmethod
    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        """The blocks of that name, none being the empty tuple; deferred when even their number is unknown."""

    @abstractmethod
    def configures(self, name: str) -> bool | None:
        """Whether somebody wrote the argument, whatever its value; None when the input does not tell."""

    def locate(self, at: str) -> Location | None:  # noqa: ARG002
        """Where the argument or block `at` (dotted for one in an inner block, empty for this one) is written.

        The innermost block around it when it is not there; None where the input has no sources.
        """
        return None

    def trace(self, at: str) -> tuple[Related, ...]:  # noqa: ARG002
        """The places that the value of an argument came through, nearest first; none where the input has no sources."""
        return ()

    def surroundings(self, at: str) -> tuple[Place, ...]:  # noqa: ARG002
        """What stands around an argument or block `at`, innermost first; none where the input has no sources."""
        return ()

    def at(self, name: str) -> str:
        """The path of an argument or block in this one."""
        return f"{self.path}.{name}" if self.path else name

    def read(self, name: str, default: Any = None) -> Any:
        """The plain value, or `default` when nobody set it; a sensitive one can be compared but prints as `(sensitive)`.

        Raises `Unknown` when it is deferred.
        """
        return self._plain(name, self.value(name), default)

    def read_related(self, name: str, default: Any = None) -> Any:
        """The plain value as `read` gives it, for asking only how the resource is related to another one (see `related`)."""
        return self._plain(name, self.related(name), default)

    def _plain(self, name: str, value: Value, default: Any) -> Any:
        if isinstance(value, Known):
            is_concealed = value.sensitive and not isinstance(value.value, Opaque)
            return concealed(value.value) if is_concealed else value.value
        if isinstance(value, Deferred):
            raise Unknown(self.at(name), value.describe(), self.locate(name), value.question)
        return default

    def string(self, name: str, default: str = "") -> str:
        """A string argument that the provider requires or gives a default. Raises `Unknown` when it is deferred."""
        value: str = self.read(name, default)
        return value

    def text(self, name: str) -> str | None:
        """A string argument; None when unset or empty, which existing resources show for unset. Raises `Unknown`."""
        return self.read(name) or None

    def number(self, name: str) -> float | None:
        """A numeric argument, None when unset. Raises `Unknown` when it is deferred."""
        value: float | None = self.read(name)
        return value

    def blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of that name. Raises `Unknown` when their number is deferred."""
        blocks = self.nested(name)
        if isinstance(blocks, Deferred):
            raise Unknown(self.at(name), blocks.describe(), self.locate(name), blocks.question)
        return blocks

    def block(self, name: str) -> Block | None:
        """The block of that name where the provider allows one at most. Raises `Unknown` when deferred."""
        blocks = self.blocks(name)
        return blocks[0] if blocks else None

    def show(self, name: str) -> str:
        """The value as a message may print it: a literal of the Terraform language, never a sensitive one."""
        return show(self.value(name))


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


class Provider(Struct, frozen=True):
    """The provider configuration that manages a resource.

    `key` is the name the configuration gives it (`aws`, `aws.west`), None where the input does not say.
    `region` is its constant region, None where it comes from the environment or is not a constant.
    `settings` are its other arguments, for telling whether two configurations reach the same account.
    `has_default_tags` says whether it adds tags to every resource.
    """

    key: str | None = None
    region: str | None = None
    settings: str = ""
    has_default_tags: bool = False


class Resource(Struct, frozen=True):
    """One managed resource instance as it will be after the change.

    `address` is the full one, `module` the module instance's part of it ("" for the root module).
    `doubt` says why it is not known whether there is any such instance, empty when there is: the resource then stands for
    all instances of its block, and `question` is what would tell. `exists` says that it stands in the account already.
    `constants` and `constant_blocks` hold what the configuration spells out as constants: its own arguments, and those of its
    blocks by the block's name. Where they differ from the body, Terraform plans to ignore them. Resources of the same `likeness`
    differ in nothing but their address and the arguments of their own, as names are; None where that is not known.
    """

    address: str
    type: str
    name: str
    module: str
    body: Block
    provider: Provider = Provider()
    exists: bool = False
    doubt: str = ""
    question: Question | None = None
    constants: Mapping[str, Any] = {}
    constant_blocks: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    likeness: int | None = None

    @property
    def local_address(self) -> str:
        """The address within its module."""
        return self.address.removeprefix(f"{self.module}.") if self.module else self.address

    @property
    def block_address(self) -> str:
        """The address of the resource block: the instance's own without any instance keys."""
        return without_keys(f"{self.module}.{self.type}.{self.name}" if self.module else f"{self.type}.{self.name}")


class Change(Struct, frozen=True):
    """What a plan does to one resource instance that stands in the account already.

    `address` is the one it has after the change, `previous_address` the one before where that is another. `actions` are
    Terraform's own words: `no-op`, `create`, `update`, `delete`, `forget`. `reason` is Terraform's `action_reason`, `forced_by`
    are the arguments that cannot be changed in place; both are empty where the plan does not say. `before` is
    the resource as it is, None where the plan does not say. `deposed` is the key of an
    object that an earlier replacement left behind. `changed` names the arguments that will be others. `is_postponed` says
    that this plan does not make the change yet. `stream_readers` are the addresses of what goes on reading the stream of a table.
    `key_is_own` says that the KMS key of a table is one that the same configuration manages, `is_of_destroy_plan` that the plan
    was made to destroy.
    """

    address: str
    type: str
    actions: tuple[str, ...]
    before: Resource | None = None
    previous_address: str = ""
    reason: str = ""
    forced_by: tuple[str, ...] = ()
    deposed: str = ""
    changed: tuple[str, ...] = ()
    is_postponed: bool = False
    stream_readers: tuple[str, ...] = ()
    key_is_own: bool = False
    is_of_destroy_plan: bool = False


class Drift(Struct, frozen=True):
    """What was changed outside Terraform since the last apply: the resource as that left it, and as it is, None when it is gone."""

    recorded: Resource
    found: Resource | None


class Condition(Struct, frozen=True):
    """A condition that the author of a configuration wrote, and that does not hold: with it Terraform refuses to plan.

    `title` is what Terraform calls that, `message` what the author has it say, `location` where the condition stands.
    """

    address: str
    title: str
    message: str
    location: Location


class Problem(Struct, frozen=True):
    """A defect a rule found, at one attribute of one resource.

    `message` is "<summary>: <path> is <found>; expected <wanted>". `fix` is the HCL that corrects it. `location` is where
    the attribute is written, `related` the places its value came through, `places` what stands around it. `severity` is
    set where this defect weighs less than the other defects of the rule.
    """

    address: str
    path: str
    summary: str
    found: str = ""
    wanted: str = ""
    fix: str = ""
    location: Location | None = None
    related: tuple[Related, ...] = ()
    places: tuple[Place, ...] = ()
    severity: Severity | None = None

    @property
    def message(self) -> str:
        """The whole finding in one sentence."""
        if not self.found:
            return f"{self.summary}; expected {self.wanted}" if self.wanted else self.summary
        what = f"{self.summary}: {self.path} is {self.found}"
        return f"{what}; expected {self.wanted}" if self.wanted else what


# An instance key, or as much of one as there is: strings in it may hold brackets.
_INSTANCE_KEY = re.compile(r'\[(?:[^\]"]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*(?:\]|\Z)', re.DOTALL)


def without_keys(address: str) -> str:
    """An address without its instance keys.

    >>> without_keys('module.db["a.b[0]"].aws_dynamodb_table.products[3]')
    'module.db.aws_dynamodb_table.products'
    """
    return _INSTANCE_KEY.sub("", address) if "[" in address else address
