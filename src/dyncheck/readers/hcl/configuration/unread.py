"""The module calls whose modules are not available: why, and which resources of the input those modules may know.

A module may add to a table only if it knows that table: a value of the table, or the table's name, is in the arguments of its call.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial

from msgspec import Struct

from dyncheck.dynamodb.types import REPLICA, TABLE
from dyncheck.model import Known, NotChecked, Resource
from dyncheck.readers.hcl.configuration.calls import ModuleCall, arguments_of
from dyncheck.readers.hcl.configuration.installed import is_of_public_registry, is_of_registry
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.published import types_made_by
from dyncheck.readers.hcl.configuration.words import Words
from dyncheck.readers.hcl.evaluation import LocatedError, evaluate
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode
from dyncheck.readers.hcl.language.values import Value, causes_of, is_wholly_known

# A message names so many calls.
_MOST_NAMED = 3

# The arguments that name a resource in its account.
_NAMES = ("name", "alarm_name")

# A value that is not known here, and that by its name is about tables.
_ABOUT_TABLES = r"dynamo|(?<!route_)(?<!catalog_)table"

# Arguments that a module hands on to code, to permissions and to people, as environment variables, policies and descriptions. It makes
# nothing of what they name.
_HANDED_ON = r"env(ironment)?_?var|polic(y|ies)|statement|container_definition|description"
_MAYBE_HANDED_ON = ("env", "environment")

_AROUND = "-_./: "

_OF_A_BUCKET = r"(?:s3|gcs)::|[\w.-]*amazonaws\.com/|www\.googleapis\.com/"


class UnreadCall(Struct, frozen=True):
    """A call in a module whose own module is not available. `call` is None where the call is invalid, which is an error by itself."""

    address: str
    module: ModuleInstance
    block: BlockNode
    call: ModuleCall | None

    @property
    def types(self) -> frozenset[str] | None:
        """The types of resources that its module may make, of those that are read; None where that is not known."""
        version = self.block.body.arguments.get("version")
        constraint = version.expression.value if version and isinstance(version.expression, nodes.Literal) else None
        return types_made_by(self.source, constraint) if self.source and isinstance(constraint, str) else None

    @property
    def source(self) -> str:
        """Where its module would be from; empty where that is not known, or where the module is there and cannot be used."""
        return self.call.source if self.call and not self.call.stale else ""


def unread_calls(instances: Iterable[ModuleInstance]) -> Iterator[UnreadCall]:
    """The calls of module instances whose modules are not available."""
    for module in instances:
        for block in module.module.of_type("module"):
            name = block.labels[0]
            found = module.session.attempt(block.header, partial(module.children, name))
            if found is None or (found.call.module is None and found.expansion.instances):
                yield UnreadCall(module.inner_address(f"module.{name}"), module, block, found.call if found else None)


def not_checked(calls: Collection[UnreadCall]) -> Iterator[NotChecked]:
    """The calls with the reason and what to do, except those that an error is about. The calls of one source have one reason."""
    numbers = Counter(call.source for call in calls)
    for unread in calls:
        if unread.source:
            number = numbers[unread.source]
            what = "its module" if number == 1 else f"the module of these {number:,} calls"
            yield NotChecked(unread.address, f"{what} ({_shown(unread.source)}) is not downloaded. {_remedy(unread.source)}")
        elif unread.call and unread.call.waits_for:
            why = f"its source depends on {unread.call.waits_for}, which is not known here"
            yield NotChecked(unread.address, f"{why}. Set the variables that it depends on with --var or --var-file")
        elif unread.call and unread.call.stale:
            yield NotChecked(unread.address, unread.call.stale)


def _shown(source: str) -> str:
    """A source without the password or token of its user."""
    return re.sub(r"(?<=://)[^/@]*@", lambda found: found[0] if found[0] == "git@" else "", source)


def _remedy(source: str) -> str:
    if is_of_registry(source) and not is_of_public_registry(source):
        return "Run `terraform get`; its registry may ask for `terraform login` before"
    if re.match(_OF_A_BUCKET, source):
        return "Run `terraform get` with credentials for its bucket"
    if source.startswith("oci://"):
        return "Run `tofu get`"
    if source.startswith(("/", "file:")) and not os.path.isdir(source.removeprefix("file://")):
        return "That directory does not exist here"
    return "Run `terraform get`, which downloads it without credentials"


class UnreadModules:
    """What the modules that are not available may know of resources. Everything is computed when it is asked first."""

    def __init__(self, calls: tuple[UnreadCall, ...]) -> None:
        self._calls = calls
        self._words: list[tuple[UnreadCall, Words, bool]] | None = None
        # By type, address and name of the resource, and whether it is of this root module. Every rule asks again.
        self._answers: dict[tuple[str, str, str | None, bool], str] = {}

    def knowing(self, kind: str, resource: Resource, name: tuple[ModuleInstance, BlockNode] | None) -> str:
        """Why resources of a type that concern the given one may exist although the input does not show them; empty when it shows all.

        `name` are the module and the block that name the resource; None for a resource of another root module, which only its name
        leads to.
        """
        values = (value.value for value in map(resource.body.value, _NAMES) if isinstance(value, Known))
        text = next((value for value in values if isinstance(value, str) and value), None)
        key = (kind, resource.address, text, name is not None)
        if key not in self._answers:
            self._answers[key] = self._why(kind, resource, text, name)
        return self._answers[key]

    def _why(self, kind: str, resource: Resource, text: str | None, name: tuple[ModuleInstance, BlockNode] | None) -> str:
        own = resource.block_address if name else ""
        named = _name_words(*name) if name else None
        found = [
            call.address
            for call, words, is_about_tables in self._known()
            if (call.types is None or kind in call.types)
            and (
                (own and words.names(own))
                or (text is not None and words.has_text(text))
                or (named is not None and _can_make(named, words))
                or (is_about_tables and resource.type in (TABLE, REPLICA))
            )
        ]
        # The same for all instances of a block, so that the report shows it once.
        return f"{did_not_check(found)}, which may know {resource.type}.{resource.name}" if found else ""

    def _known(self) -> list[tuple[UnreadCall, Words, bool]]:
        if self._words is None:
            self._words = [(call, *_words_of(call)) for call in self._calls]
        return self._words


def did_not_check(addresses: list[str]) -> str:
    """The start of a sentence about calls."""
    more = f" and {len(addresses) - _MOST_NAMED:,} more" if len(addresses) > _MOST_NAMED else ""
    return f"dyncheck did not check {', '.join(addresses[:_MOST_NAMED])}{more}"


def _name_words(module: ModuleInstance, block: BlockNode) -> Words | None:
    argument = next((block.body.arguments[name] for name in _NAMES if name in block.body.arguments), None)
    if argument is None:
        return None
    found = Words()
    found.add(module, argument.expression, block)
    return found


def _can_make(name: Words, words: Words) -> bool:
    """Whether a module has all that a name is made of, or one of its texts where the name is one of several."""
    texts = {text.strip(_AROUND) for text in name.texts} - {""}
    if name.has_choice:
        return any(map(words.has_text, texts)) or any(map(words.names, name.references))
    return bool(texts or name.references) and all(map(words.has_text, texts)) and all(map(words.names, name.references))


def _words_of(unread: UnreadCall) -> tuple[Words, bool]:
    """The words in the arguments of a call, and whether an unknown one is about tables."""
    words, is_about_tables = Words(), False
    for argument in arguments_of(unread.block).values():
        values = tuple(_values(unread, argument))
        if _is_handed_on(argument, values):
            continue
        for value in values:
            words.add_value(value)
        is_known = bool(values) and all(map(is_wholly_known, values))
        words.add(unread.module, argument.expression, unread.block, texts=not is_known)
        if not is_known:
            hints = " ".join((argument.name, *(cause for value in values for cause in causes_of(value))))
            is_about_tables = is_about_tables or re.search(_ABOUT_TABLES, hints, re.IGNORECASE) is not None
    return words, is_about_tables


def _is_handed_on(argument: Argument, values: tuple[Value, ...]) -> bool:
    """Whether a module hands an argument on to code or to permissions. An environment that is one text is rather the name of a stage."""
    if argument.name in _MAYBE_HANDED_ON:
        is_object = isinstance(argument.expression, nodes.ObjectExpression)
        return is_object or any(isinstance(value.type, types.Map | types.Object) for value in values)
    return re.search(_HANDED_ON, argument.name) is not None


def _values(unread: UnreadCall, argument: Argument) -> Iterator[Value]:
    """The values of an argument in the instances of a call; none where Terraform would refuse one."""
    try:
        for instance in unread.module.children(unread.block.labels[0]).expansion.instances:
            with unread.module.session.evaluating(argument.span):
                yield evaluate(argument.expression, instance.scope)
    except LocatedError:
        return
