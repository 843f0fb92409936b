"""Resources, and the changes that a plan makes to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.model.blocks import Block
from dyncheck.model.places import Location
from dyncheck.model.values import Known, Question, literal


class Provider(Struct, frozen=True):
    """The provider configuration of a resource.

    `key` is its name (`aws`, `aws.west`), None when the input does not show it. `is_repeated` says that it has several instances, and
    that the input does not show which one is used. `region` is its region, None when the input does not show it, `region_from` then says
    where it comes from: empty for the environment, None for what cannot be compared. `settings` are the arguments that decide the account.
    Two configurations with the same ones use the same account; None when they cannot be compared. `account` is the number of the account,
    empty when the input does not show it. `has_default_tags` says whether it adds tags to every resource. `major` is the lowest major
    version that the configuration accepts, None when the input does not show it.
    """

    key: str | None = None
    region: str | None = None
    settings: str | None = ""
    has_default_tags: bool = False
    major: int | None = None
    region_from: str | None = ""
    account: str = ""
    is_repeated: bool = False


class Resource(Struct, frozen=True):
    """One managed resource instance after the change.

    `address` is the full address, `module` the part of its module instance ("" for the root module).
    `doubt` is the reason why the instance may not exist, empty when it does: the resource then represents all instances of its
    block, and `question` is the question that decides. `may_repeat` says that there may be more than one, `is_refused` that
    Terraform refuses their number, so that nothing can be said of any. `exists` says whether it exists before the change, None
    when the input does not show that.
    `constants` and `constant_blocks` are the constants in the configuration: its own arguments, and those of its
    blocks by the block's name. If they differ from the body, Terraform plans no change for them. `code` is the resource in the code that
    manages this one of an account, as far as it is known.
    """

    address: str
    type: str
    name: str
    module: str
    body: Block
    provider: Provider = Provider()
    exists: bool | None = False
    doubt: str = ""
    question: Question | None = None
    may_repeat: bool = False
    is_refused: bool = False
    constants: Mapping[str, Any] = {}
    constant_blocks: Mapping[str, tuple[Mapping[str, Any], ...]] = {}
    code: Resource | None = None

    @property
    def declared(self) -> Resource:
        """The resource in the code, or this one where no code is known to manage it."""
        return self.code or self

    def reference(self, argument: str) -> str:
        """The HCL of an argument: a reference to the resource, or the value where only an account shows the resource."""
        declared = self.declared
        # An account shows ARNs, which are no addresses in HCL.
        if not declared.address.startswith("arn:"):
            return f"{declared.local_address}.{argument}"
        value = self.body.value(argument)
        return literal(value.value) if isinstance(value, Known) else '"..."'

    def in_text(self, argument: str) -> str:
        """The HCL of an argument within a text in quotes."""
        written = self.reference(argument)
        return written[1:-1] if written.startswith('"') else f"${{{written}}}"

    @property
    def if_it_exists(self) -> Resource:
        """The resource with the values that each of its instances has, if there are any."""
        return replace(self, body=self.body.if_it_exists(), doubt="", question=None) if self.doubt else self

    @property
    def is_single(self) -> bool:
        """Whether no other instance of its block can exist."""
        return self.address == self.block_address and not self.may_repeat

    @property
    def local_address(self) -> str:
        """The address within its module."""
        return self.address.removeprefix(f"{self.module}.") if self.module else self.address

    @property
    def block_address(self) -> str:
        """The address of the resource block, without instance keys."""
        return without_keys(f"{self.module}.{self.type}.{self.name}" if self.module else f"{self.type}.{self.name}")


class Change(Struct, frozen=True):
    """The change that a plan makes to one existing resource instance.

    `address` is the address after the change, `previous_address` the one before, if it differs. `actions` are Terraform's own
    words: `no-op`, `create`, `update`, `delete`, `forget`. `reason` is Terraform's `action_reason`, `forced_by` are the
    arguments that cannot be changed in place; both are empty when the plan does not show them. `before` is the resource
    before the change, None when the plan does not show it. `deposed` is the key of an object that an earlier replacement
    left behind. `changed` are the names of the arguments that change. `is_postponed` says that a later plan makes
    the change. `stream_readers` are the addresses of the resources that still read the stream of a table,
    `unchanged_stream_readers` those of them that keep its ARN. `is_of_destroy_plan` says that the plan was made with -destroy.
    `recorded` is the resource as the state had it, if it was changed outside Terraform since. `is_outside` says that the change itself
    was made outside Terraform: the plan only records it.
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
    unchanged_stream_readers: tuple[str, ...] = ()
    is_of_destroy_plan: bool = False
    recorded: Resource | None = None
    is_outside: bool = False


class Drift(Struct, frozen=True):
    """A change outside Terraform since the last apply: the resource in the state, and as it is now, None when it is gone."""

    recorded: Resource
    found: Resource | None


class NotChecked(Struct, frozen=True):
    """Something in an input that is not checked: its path or address, and the reason, which completes "... was not checked: "."""

    path: str
    reason: str


class Condition(Struct, frozen=True):
    """A condition of the configuration that does not hold, so Terraform refuses to plan.

    `title` is Terraform's name for the error, `message` the message of the configuration's author.
    """

    address: str
    title: str
    message: str
    location: Location


# An instance key, or the start of one. A string in it may contain brackets.
# Compiled where it is used, because many configurations have no instance keys.
_INSTANCE_KEY = r'(?s)\[(?:[^\]"]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*(?:\]|\Z)'


def without_keys(address: str) -> str:
    """An address without its instance keys.

    >>> without_keys('module.db["a.b[0]"].aws_dynamodb_table.products[3]')
    'module.db.aws_dynamodb_table.products'
    """
    return re.sub(_INSTANCE_KEY, "", address) if "[" in address else address
