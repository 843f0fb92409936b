"""The entries of `resource_changes`, `resource_drift` and `deferred_changes` that describe resources that dyncheck knows.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from collections.abc import Iterator

from msgspec import UNSET, MsgspecError, Raw, Struct, UnsetType, ValidationError
from msgspec.json import Decoder, encode

from dyncheck.dynamodb.types import RESOURCE_TYPES
from dyncheck.readers.not_checked import MAKING_TABLES
from dyncheck.readers.plan.strict_json import Document

_QUOTED_TYPES = frozenset(f'"{kind}"'.encode() for kind in RESOURCE_TYPES)
_KNOWN_TYPES = RESOURCE_TYPES | MAKING_TABLES
_NULL = Raw(b"null")
_BRACE = ord("{")

# Every known type contains one of these.
_IN_KNOWN_TYPES = (b"_dynamodb_", b"aws_cloud", b"aws_appautoscaling_", b"aws_kms_", b"aws_sns_topic", b"aws_chatbot_")

# Most entries of most plans are about other resources. Searching several at once takes less time.
_TOGETHER = 16

# The actions after which there is no managed object, and those before which there is none.
_GOING = frozenset({"delete", "forget"})
_COMING = frozenset({"create", "read"})


class ChangeValues(Struct, frozen=True):
    """The `change` of an entry, with all the members that Terraform writes."""

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


class ResourceChange(Struct, frozen=True):
    """An entry, with all the members that Terraform writes. Values that stay encoded keep their length."""

    address: str
    type: str
    name: str
    provider_name: str
    change: ChangeValues
    mode: str | UnsetType = UNSET
    module_address: str | UnsetType = UNSET
    previous_address: str | UnsetType = UNSET
    action_reason: str | UnsetType = UNSET
    deposed: str | UnsetType = UNSET
    index: Raw | UnsetType = UNSET

    @property
    def stays(self) -> bool:
        """Whether Terraform manages the object after the change."""
        return not self.deposed and not _GOING.issuperset(self.change.actions)

    @property
    def existed(self) -> bool:
        """Whether the object exists before the change."""
        return not _COMING.issuperset(self.change.actions)


_decode = Decoder(ResourceChange).decode


def is_aws(provider: str) -> bool:
    """Whether the provider is the AWS provider, from any registry. Terraform 0.12 wrote `aws` only."""
    return provider == "aws" or provider.endswith("/hashicorp/aws")


def is_null(raw: Raw) -> bool:
    """Whether a value is null, which is the same as missing for many members."""
    # The length comes first, because comparing copies the value.
    return len(raw) == len(_NULL) and bytes(raw) == b"null"


def of_known_types(items: list[Raw]) -> Iterator[Raw]:
    """The items that may have a type that dyncheck knows. All others certainly do not, because they do not contain its name."""
    for start in range(0, len(items), _TOGETHER):
        some = items[start : start + _TOGETHER]
        if _mentions_a_known_type(b"".join(some)) or not all(map(_is_object, some)):
            yield from (item for item in some if _mentions_a_known_type(bytes(item)) or not _is_object(item))


def _mentions_a_known_type(text: bytes) -> bool:
    has_escapes = b"\\" in text and b"\\u00" in text
    return has_escapes or any(name in text for name in _IN_KNOWN_TYPES)


def _is_object(item: Raw) -> bool:
    return memoryview(item)[0] == _BRACE


def entries(document: Document, fields: dict[str, Raw], part: str) -> Iterator[ResourceChange]:
    """The entries of one part of a plan that describe managed resources that dyncheck reads."""
    return (entry for entry in known_entries(document, fields, part) if is_read(entry.type, entry.provider_name))


def is_read(kind: str, provider: str) -> bool:
    """Whether dyncheck reads the resources of a type from a provider."""
    return kind in RESOURCE_TYPES and is_aws(provider)


def known_entries(document: Document, fields: dict[str, Raw], part: str) -> Iterator[ResourceChange]:
    """The entries that describe managed resources that dyncheck reads, or says why it does not read them."""
    for item in of_known_types(document.items(fields, part)):
        if part == "deferred_changes":
            # The change stands beside the reason why it is deferred to a later plan.
            item = document.fields(item, "a resource change").get("resource_change", item)
        entry = _read(document, item)
        if entry and entry.type in _KNOWN_TYPES and (entry.mode or "managed") == "managed":
            if not entry.change.actions:
                raise document.invalid(f"{entry.address} has no actions")
            yield entry


def _read(document: Document, item: Raw) -> ResourceChange | None:
    """An entry, None when it is malformed and not about a type that dyncheck knows."""
    try:
        entry = _decode(item)
    except (MsgspecError, UnicodeDecodeError, RecursionError) as error:
        fields = document.fields(item, "a resource change")
        kind = bytes(fields.get("type", _NULL))
        if kind.startswith(b'"') and kind not in _QUOTED_TYPES:
            return None
        if not isinstance(error, ValidationError):
            raise document.unreadable(error, bytes(item)) from None
        address = document.value(fields.get("address", _NULL))
        raise document.misfit(error, address if isinstance(address, str) else "a resource change") from None
    if not document.checked and len(encode(entry)) != len(item):
        # The entry has an unknown member, or one twice. The document finds out which.
        document.fields(document.fields(item, "a resource change")["change"], f"the change of {entry.address}")
    return entry
