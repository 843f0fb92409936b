"""The entries of `resource_changes`, `resource_drift` and `deferred_changes`: which are about resources that dyncheck knows.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import UNSET, MsgspecError, Raw, Struct, UnsetType
from msgspec.json import Decoder, encode

from dyncheck.dynamodb.types import RESOURCE_TYPES
from dyncheck.errors import InputError
from dyncheck.readers.plan.strict_json import Document

_QUOTED_TYPES = frozenset(f'"{kind}"'.encode() for kind in RESOURCE_TYPES)
_NULL = Raw(b"null")
_BRACE = ord("{")

# Most plans are of other resources, and several of those are searched in less time than each.
_TOGETHER = 16

# The actions after which there is no managed object, and those before which there is none.
_GOING = frozenset({"delete", "forget"})
_COMING = frozenset({"create", "read"})


class ResourceChange(Struct, frozen=True):
    """One entry of `resource_changes`, its values not yet looked at."""

    address: str
    type: str
    name: str
    module: str
    actions: tuple[str, ...]
    change: Mapping[str, Raw]
    deposed: str = ""
    previous_address: str = ""
    reason: str = ""
    is_postponed: bool = False

    @property
    def stays(self) -> bool:
        """Whether there is a managed object after the change: not when it is destroyed or leaves Terraform's hands."""
        return not self.deposed and not _GOING.issuperset(self.actions)

    @property
    def existed(self) -> bool:
        """Whether there is an object before the change: not when all that happens is that one is created or read."""
        return not _COMING.issuperset(self.actions)


def is_aws(provider: object) -> bool:
    """Whether a provider's name is that of the AWS provider, from any registry; Terraform 0.12 wrote just `aws`."""
    return isinstance(provider, str) and (provider == "aws" or provider.endswith("/hashicorp/aws"))


def is_null(raw: Raw) -> bool:
    """Whether a value is null, which many a member may be instead of being left out."""
    # A list of all resources is not copied to be compared.
    return len(raw) == len(b"null") and bytes(raw) == b"null"


def items(document: Document, fields: dict[str, Raw], part: str) -> list[Raw]:
    """The entries of one part of a plan, not yet decoded."""
    return document.items(fields[part], part) if part in fields and not is_null(fields[part]) else []


def _of_known_types(items: list[Raw]) -> Iterator[Raw]:
    """The items that may be of a type that dyncheck knows; of the others each is certainly not, for it does not so much as mention one."""
    for start in range(0, len(items), _TOGETHER):
        some = items[start : start + _TOGETHER]
        if _mentions_a_known_type(b"".join(some)) or not all(map(_is_object, some)):
            yield from (item for item in some if _mentions_a_known_type(bytes(item)) or not _is_object(item))


def _mentions_a_known_type(text: bytes) -> bool:
    is_spelt_out = b"\\" in text and b"\\u00" in text
    return is_spelt_out or b"aws_dynamodb_" in text or b"aws_cloudwatch_" in text


def _is_object(item: Raw) -> bool:
    return memoryview(item)[0] == _BRACE


class _Change(Struct):
    """The change of an entry, with all the members that Terraform writes."""

    actions: tuple[str, ...]
    after: Raw | UnsetType = UNSET
    after_identity: Raw | UnsetType = UNSET
    after_sensitive: Raw | UnsetType = UNSET
    after_unknown: Raw | UnsetType = UNSET
    before: Raw | UnsetType = UNSET
    before_identity: Raw | UnsetType = UNSET
    before_sensitive: Raw | UnsetType = UNSET
    generated_config: Raw | UnsetType = UNSET
    importing: Raw | UnsetType = UNSET
    replace_paths: Raw | UnsetType = UNSET


class _Entry(Struct):
    """An entry, with all the members that Terraform writes. What is not looked at is not decoded, so that it is as long as it was."""

    address: str
    type: str
    name: str
    provider_name: str
    change: _Change
    mode: str | UnsetType = UNSET
    module_address: str | UnsetType = UNSET
    previous_address: str | UnsetType = UNSET
    action_reason: str | UnsetType = UNSET
    deposed: str | UnsetType = UNSET
    index: Raw | UnsetType = UNSET


_CHANGE_PARTS = _Change.__struct_fields__[1:]
_decode = Decoder(_Entry).decode


def entries(document: Document, fields: dict[str, Raw], part: str) -> Iterator[ResourceChange]:
    """The entries of one part of a plan that are about managed resources that dyncheck knows."""
    for item in _of_known_types(items(document, fields, part)):
        change = _read(document, _postponed(document, item), is_postponed=True) if part == "deferred_changes" else _read(document, item)
        if change:
            yield change


def _postponed(document: Document, item: Raw) -> Raw:
    """The change that is put off to a later plan: it stands beside the reason for that."""
    return document.fields(item, "a resource change").get("resource_change", item)


def _read(document: Document, item: Raw, *, is_postponed: bool = False) -> ResourceChange | None:
    """An entry, None when it is not about a managed resource that dyncheck knows."""
    try:
        entry = _decode(item)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        _refuse(document, item)
        return None
    if not document.checked and len(encode(entry)) != len(item):
        # There is more in it than what is known, or something twice; which of the two, the document finds out.
        document.fields(document.fields(item, "a resource change")["change"], f"the change of {entry.address}")
    if entry.type not in RESOURCE_TYPES or (entry.mode or "managed") != "managed" or not is_aws(entry.provider_name):
        return None
    if not entry.change.actions:
        raise _without_actions(document, entry.address)
    return ResourceChange(
        address=entry.address,
        type=entry.type,
        name=entry.name,
        module=entry.module_address or "",
        actions=entry.change.actions,
        change={name: raw for name in _CHANGE_PARTS if (raw := getattr(entry.change, name)) is not UNSET},
        deposed=entry.deposed or "",
        previous_address=entry.previous_address or "",
        reason=entry.action_reason or "",
        is_postponed=is_postponed,
    )


def _refuse(document: Document, item: Raw) -> None:
    """Raise `InputError` with what is wrong with an entry that does not say what each says, unless that is of another type."""
    entry = document.fields(item, "a resource change")
    kind = bytes(entry.get("type", _NULL))
    if not kind.startswith(b'"'):
        raise document.strange("the type of a resource change is not a string")
    if kind not in _QUOTED_TYPES:
        return
    said = {name: document.value(raw) for name, raw in entry.items() if name not in ("change", "index")}
    address = said.get("address")
    if not isinstance(address, str):
        raise document.strange("a resource change has no address")
    for name in ("mode", "name", "provider_name", "module_address", "previous_address", "action_reason", "deposed"):
        if not isinstance(said.get(name, None if name in ("name", "provider_name") else ""), str):
            raise document.strange(f"the {name} of {address} is not a string")
    if said.get("mode", "managed") != "managed" or not is_aws(said["provider_name"]):
        return
    document.fields(entry.get("change", _NULL), f"the change of {address}")
    raise _without_actions(document, address)


def _without_actions(document: Document, address: str) -> InputError:
    return document.strange(f"the actions of {address} are not a list of strings")
