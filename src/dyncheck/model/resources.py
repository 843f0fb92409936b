"""Resources as both readers deliver them, and what a plan does to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dyncheck.model.blocks import Block
from dyncheck.model.places import Location
from dyncheck.model.values import Question


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
    blocks by the block's name. Where they differ from the body, Terraform plans to ignore them.
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


# An instance key, or as much of one as there is: strings in it may hold brackets.
_INSTANCE_KEY = re.compile(r'\[(?:[^\]"]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*(?:\]|\Z)', re.DOTALL)


def without_keys(address: str) -> str:
    """An address without its instance keys.

    >>> without_keys('module.db["a.b[0]"].aws_dynamodb_table.products[3]')
    'module.db.aws_dynamodb_table.products'
    """
    return _INSTANCE_KEY.sub("", address) if "[" in address else address
