"""What texts look like that exist only after apply: those that the provider hashicorp/random makes, accounts and hashes.

Sources: https://registry.terraform.io/providers/hashicorp/random/latest/docs and its code up to version 3.9.0
(https://github.com/hashicorp/terraform-provider-random/tree/v3.9.0/internal).
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any, TypeAlias

from dyncheck.model.pieces import Forms, Run
from dyncheck.readers.hcl.configuration.ignored import ignored_by
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.evaluation import LocatedError, evaluate
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import BlockNode, Expression
from dyncheck.readers.hcl.language.traversals import constant_reference
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING, Primitive
from dyncheck.readers.hcl.language.values import EvaluationError

# A known text, or the forms of one that is not known.
Part: TypeAlias = "str | Forms"

_LOWER, _UPPER, _DIGITS = map(frozenset, (string.ascii_lowercase, string.ascii_uppercase, string.digits))
_HEXADECIMAL = frozenset("0123456789abcdef")
_BASE64 = _LOWER | _UPPER | _DIGITS
_SPECIAL = frozenset("!@#$%&*()-_=+[]{}<>:?")

# The words of a pet, in all lists that the provider has used: https://github.com/dustinkirkland/golang-petname. The last word is the
# name of an animal, in the singular: where it ends in s, the letter before is i, s or u.
_WORD = ((Run(_LOWER, 2, 8),),)
_ANIMAL = ((Run(_LOWER, 1, 7), Run(_LOWER - {"s"}, 1, 1)), (Run(_LOWER, 0, 6), Run(frozenset("isu"), 1, 1), Run(frozenset("s"), 1, 1)))

# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html: twelve digits.
_ACCOUNT = ((Run(_DIGITS, 12, 12),),)
# A region is a part of the names of hosts: https://docs.aws.amazon.com/general/latest/gr/rande.html, so it has at most 63 characters.
_REGION = ((Run(_LOWER | _DIGITS | {"-"}, 1, 63),),)

# More bytes or words are in no name. They would take long.
_MOST = 1_000

# The number of hexadecimal digits: https://developer.hashicorp.com/terraform/language/functions/sha256
_HASHES = {
    "filemd5": 32,
    "filesha1": 40,
    "filesha256": 64,
    "filesha512": 128,
    "md5": 32,
    "sha1": 40,
    "sha256": 64,
    "sha512": 128,
}


def parts_of_call(name: str) -> tuple[Part, ...] | None:
    """The parts of what a function returns for every argument; None where they are not known."""
    if name == "uuid":
        return _uuid()
    return (((Run(_HEXADECIMAL, _HASHES[name], _HASHES[name]),),),) if name in _HASHES else None


def parts_of_attribute(expression: Expression, module: ModuleInstance) -> tuple[Part, ...] | None:
    """The parts of an attribute that the provider makes; None where they are not known."""
    found = _attribute(expression, module)
    if found is None:
        return None
    block, attribute = found
    kind = block.labels[0]
    parts = _KINDS.get((block.type, kind))
    if parts is None or not _is_of(block, module, "aws" if block.type == "data" else "random") or _keeps_others(block):
        return None
    try:
        return parts(Arguments(block, module), attribute)
    except _NotKnownError:
        return None


def _attribute(expression: Expression, module: ModuleInstance) -> tuple[BlockNode, str] | None:
    """The block and the attribute that an expression reads, of any instance of the block."""
    if not isinstance(expression, nodes.Attribute):
        return None
    of = expression.of.of if isinstance(expression.of, nodes.IndexExpression) else expression.of
    reference = constant_reference(of)
    steps = reference[1].split(".") if reference else []
    key = ("resource", *steps) if len(steps) == 2 else tuple(steps)
    block = module.module.block(*key) if key[:1] in (("resource",), ("data",)) else None
    return (block, expression.name) if block else None


def _is_of(block: BlockNode, module: ModuleInstance, name: str) -> bool:
    """Whether a provider of HashiCorp manages the block."""
    argument = block.body.arguments.get("provider")
    reference = constant_reference(argument.expression) if argument else ("", name)
    local = reference[1].partition(".")[0] if reference else ""
    source = module.module.requirements.get(local, local).lower()
    return source == name or source == f"hashicorp/{name}" or source.endswith(f"/hashicorp/{name}")


def _keeps_others(block: BlockNode) -> bool:
    """Whether an existing resource may have other arguments than the files."""
    ignored = ignored_by(block.body)
    return ignored.everything or not ignored.paths <= {"keepers"}


class _NotKnownError(Exception):
    """An argument that decides about the form is not known."""


class Arguments:
    """The arguments of a resource, as far as they are the same for each of its instances."""

    def __init__(self, block: BlockNode, module: ModuleInstance) -> None:
        self._block = block
        self._module = module

    def read(self, name: str, kind: Primitive, default: Any) -> Any:
        """The value of an argument. Raises `_NotKnownError`."""
        argument = self._block.body.arguments.get(name)
        if argument is None:
            return default
        try:
            value = convert(evaluate(argument.expression, self._module), kind)
        except (EvaluationError, LocatedError):
            raise _NotKnownError from None
        if value.is_pending or value.sensitive:
            raise _NotKnownError
        return default if value.is_null else value.content

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number. Raises `_NotKnownError`."""
        value = self.read(name, NUMBER, default)
        if not isinstance(value, int):
            raise _NotKnownError
        return value

    def length(self, name: str, default: int | None = None) -> int:
        """A length that a name may have. Raises `_NotKnownError`."""
        value = self.number(name, default)
        if not 0 <= value <= _MOST:
            raise _NotKnownError
        return value

    def text(self, name: str, default: str = "") -> str:
        """A text. Raises `_NotKnownError`."""
        found: str = self.read(name, STRING, default)
        return found

    def may_be(self, name: str, answer: bool) -> bool:
        """Whether a flag, by default true, may have that value."""
        try:
            return bool(self.read(name, BOOL, True)) is answer
        except _NotKnownError:
            return True

    def may_exceed_zero(self, name: str) -> bool:
        """Whether a number, by default 0, may be more than that."""
        try:
            return self.number(name, 0) > 0
        except _NotKnownError:
            return True


def _exactly(length: int, characters: frozenset[str]) -> Part:
    return ((Run(characters, length, length),),)


def _id(arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    length = arguments.length("byte_length")
    in_base64 = -(-8 * length // 6)
    of_attribute: dict[str, tuple[Part, ...]] = {
        "hex": (_exactly(2 * length, _HEXADECIMAL),),
        "b64_url": (_exactly(in_base64, _BASE64 | {"-", "_"}),),
        "b64_std": (_exactly(in_base64, _BASE64 | {"+", "/"}), "=" * (-length % 3)),
        "dec": (((Run(_DIGITS, 1, len(str(256**length - 1))),),),),
    }
    if attribute == "id":
        return of_attribute["b64_url"]
    made = of_attribute.get(attribute)
    return (arguments.text("prefix"), *made) if made else None


def _pet(arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    if attribute != "id":
        return None
    number, prefix, separator = arguments.number("length", 2), arguments.text("prefix"), arguments.text("separator", "-")
    if number > _MOST or not separator.isascii():
        raise _NotKnownError
    # Without a positive number there are two words: an adjective and an animal.
    words = [*[_WORD] * ((number if number > 0 else 2) - 1), _ANIMAL]
    between = [part for word in words for part in (separator.lower(), word)][1:]
    return (prefix, separator, *between) if prefix else tuple(between)


def _string(arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    if attribute not in ("result", "id"):
        return None
    characters: frozenset[str] = frozenset()
    # Version 3 has `numeric` besides the older `number`. Characters that a minimum demands are there although the flag is false.
    classes = (
        (_UPPER, ("upper",), "min_upper"),
        (_LOWER, ("lower",), "min_lower"),
        (_DIGITS, ("numeric", "number"), "min_numeric"),
    )
    for each, flags, minimum in classes:
        if all(arguments.may_be(flag, True) for flag in flags) or arguments.may_exceed_zero(minimum):
            characters |= each
    if arguments.may_be("special", True) or arguments.may_exceed_zero("min_special"):
        characters |= frozenset(arguments.text("override_special")) or _SPECIAL
    if not all(map(str.isascii, characters)):
        raise _NotKnownError
    return (_exactly(arguments.length("length"), characters),)


def _password(arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    # Its id is the text "none".
    return _string(arguments, attribute) if attribute == "result" else None


def _integer(arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    if attribute not in ("result", "id"):
        return None
    least, most = arguments.number("min"), arguments.number("max")
    lengths = [len(str(least)), len(str(most))]
    if least >= 0:
        return (((Run(_DIGITS, lengths[0], max(lengths)),),),)
    return (((Run(frozenset("-"), 0, 1), Run(_DIGITS, 1, max(lengths))),),)


def _uuid(_arguments: Arguments | None = None, attribute: str = "result") -> tuple[Part, ...] | None:
    if attribute not in ("result", "id"):
        return None
    return tuple(part for length in (8, 4, 4, 4, 12) for part in ("-", _exactly(length, _HEXADECIMAL)))[1:]


def _account(_arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    return (_ACCOUNT,) if attribute == "account_id" else None


def _region(_arguments: Arguments, attribute: str) -> tuple[Part, ...] | None:
    return (_REGION,) if attribute in ("name", "region", "id") else None


_KINDS: dict[tuple[str, str], Callable[[Arguments, str], tuple[Part, ...] | None]] = {
    ("resource", "random_id"): _id,
    ("resource", "random_pet"): _pet,
    ("resource", "random_string"): _string,
    ("resource", "random_password"): _password,
    ("resource", "random_integer"): _integer,
    ("resource", "random_uuid"): _uuid,
    ("resource", "random_uuid4"): _uuid,
    ("resource", "random_uuid7"): _uuid,
    ("data", "aws_caller_identity"): _account,
    ("data", "aws_region"): _region,
}
