"""What the entries of a plan make: resources as they are and as they will be, and what Terraform does to them and why.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Raw, Struct, ValidationError, convert

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Change, Deferred, Drift, Known, Provider, Resource, Value, without_keys
from dyncheck.readers.plan.change_entries import ResourceChange, entries, is_null, items
from dyncheck.readers.plan.configuration import Configuration, ResourceBlock
from dyncheck.readers.plan.plan_block import Marks, PlanBlock, Scope, constants
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.references import ModulePath
from dyncheck.readers.shapes import type_of

# What reads a stream, as far as Terraform manages it, and keys of one's own, by the quoted type.
_STREAM_READERS = (b'"aws_lambda_event_source_mapping"', b'"aws_pipes_pipe"')
_KEYS = (b'"aws_kms_key"', b'"aws_kms_external_key"', b'"aws_kms_replica_key"')

_NULL, _FALSE, _NOTHING = Raw(b"null"), Raw(b"false"), Raw(b"{}")

# What the provider and the service fill in: that it will be another one says nothing of the change.
_COMPUTED = frozenset({"arn", "id", "stream_arn", "stream_label", "tags_all", "timeouts"})


class _Written(Struct, frozen=True):
    """What the configuration says of a resource block: its expressions, its provider, and what it spells out as constants."""

    expressions: dict[str, Any]
    provider: Provider
    constants: Mapping[str, Any]
    constant_blocks: Mapping[str, tuple[Mapping[str, Any], ...]]


class ChangeReader:
    """Makes resources and changes of the entries, with what the configuration says of them."""

    def __init__(self, document: Document, fields: dict[str, Raw], configuration: Configuration | None, uses_kms: bool) -> None:
        self._document = document
        self._fields = fields
        self._configuration = configuration
        self._uses_kms = uses_kms
        self._paths: dict[str, ModulePath] = {}
        self._written: dict[tuple[ModulePath, str, str], _Written] = {}

    def after(self, entry: ResourceChange) -> Resource:
        """The resource as it will be. Raises `InputError` when it is not as Terraform writes it."""
        change = entry.change
        unknown, sensitive = change.after_unknown or _NOTHING, change.after_sensitive or _NOTHING
        return self._resource(entry, "after", change.after or _NULL, unknown, (sensitive,), exists="create" not in change.actions)

    def before(self, entry: ResourceChange) -> Resource | None:
        """The resource as it is, None when the plan does not say. Raises `InputError` when it is not as Terraform writes it."""
        change = entry.change
        if not change.before or is_null(change.before):
            return None
        sensitive = (change.before_sensitive or _FALSE, change.after_sensitive or _FALSE)
        return self._resource(entry, "before", change.before, _FALSE, sensitive, exists=True)

    def change(self, entry: ResourceChange, after: Resource | None, *, is_postponed: bool) -> Change:
        """The change of a resource that exists already."""
        actions = entry.change.actions
        # A resource that does not change is read once.
        before = after if actions == ("no-op",) else self.before(entry)
        is_update = entry.type == TABLE and "update" in actions
        paths = self._document.value(entry.change.replace_paths or _NULL)
        return Change(
            address=entry.address,
            type=entry.type,
            actions=actions,
            before=before,
            previous_address=entry.previous_address or "",
            reason=entry.action_reason or "",
            forced_by=tuple(map(_path, paths)) if isinstance(paths, list) else (),
            deposed=entry.deposed or "",
            changed=self._changed(entry, after) if after else (),
            is_postponed=is_postponed,
            is_of_destroy_plan=self._is_of_destroy_plan(entry),
            stream_readers=self._naming(_STREAM_READERS, _stream(before)) if is_update else (),
            key_is_own=bool(before and actions != ("no-op",) and self._naming(_KEYS, _key(before))),
        )

    def drifts(self) -> Iterator[Drift]:
        """What was changed outside Terraform."""
        for entry in entries(self._document, self._fields, "resource_drift"):
            recorded = self.before(entry)
            if recorded and not entry.deposed:
                yield Drift(recorded, self.after(entry) if entry.stays else None)

    def _is_of_destroy_plan(self, entry: ResourceChange) -> bool:
        """Whether only -destroy explains the change: since format 1.1 Terraform gives a reason for any other."""
        gives_reasons = re.match(rb'"(0\.|1\.0")', self._fields["format_version"]) is None
        return gives_reasons and entry.change.actions == ("delete",) and not entry.action_reason and not entry.deposed

    def _resource(
        self, entry: ResourceChange, part: str, values: Raw, unknown: Raw, sensitive: tuple[Raw, ...], *, exists: bool
    ) -> Resource:
        """The resource before or after a change, with its marks, decoded and checked."""
        body, mark, *marks = map(self._document.value, (values, unknown, *sensitive))
        for name, value, allowed in ((part, body, dict), ("after_unknown", mark, dict | bool), ("after_sensitive", marks[-1], dict | bool)):
            if not isinstance(value, allowed):
                raise self._document.invalid(f"{name} of {entry.address} is not an object")
        refuse_misfit(self._document, entry.address, entry.type, body)
        module = entry.module
        path = self._path(module)
        written = self._written_as(path, entry.type, entry.name)
        scope = Scope.of(self._configuration, path, module, body, mark, self._uses_kms)
        return Resource(
            address=entry.address,
            type=entry.type,
            name=entry.name,
            module=module,
            body=PlanBlock("", body, mark, marks[0] if len(marks) == 1 else _either(*marks), (written.expressions,), scope),
            provider=written.provider,
            exists=exists,
            constants=written.constants,
            constant_blocks=written.constant_blocks,
        )

    def _written_as(self, path: ModulePath, kind: str, name: str) -> _Written:
        """What the configuration says of a resource block: the same for all of its instances."""
        key = (path, kind, name)
        if key not in self._written:
            configuration = self._configuration
            block = configuration.block(path, kind, name) if configuration else ResourceBlock()
            expressions = block.expressions or {}
            self._written[key] = _Written(
                expressions=expressions,
                provider=configuration.provider(block.provider_config_key or None) if configuration else Provider(),
                constants=constants(expressions)[0],
                constant_blocks={"attribute": constants(expressions.get("attribute"))},
            )
        return self._written[key]

    def _path(self, module: str) -> ModulePath:
        """The names of the calls that lead to a module instance."""
        if module not in self._paths:
            self._paths[module] = tuple(without_keys(module).split(".")[1::2])
        return self._paths[module]

    def _changed(self, entry: ResourceChange, planned: Resource) -> tuple[str, ...]:
        """The names of the arguments that will be others, as far as somebody configures them."""
        change = entry.change
        if change.actions == ("no-op",):
            return ()
        before, after, unknown = (self._document.value(raw or _NULL) for raw in (change.before, change.after, change.after_unknown))
        if not isinstance(before, dict) or not isinstance(after, dict):
            return ()
        marks = unknown if isinstance(unknown, dict) else {}

        def changes(name: str) -> bool:
            if marks.get(name) is True:
                return isinstance(planned.body.value(name), Deferred)
            return bool(_plain(before.get(name)) != _plain(after.get(name)))

        return tuple(filter(changes, sorted({*before, *after, *marks} - _COMPUTED)))

    def _naming(self, types: tuple[bytes, ...], text: str) -> tuple[str, ...]:
        """The addresses of the resources of those types of which the plan says that text somewhere."""
        quoted_text = f'"{text}"'.encode()
        return tuple(address for kind, address, said in self._others if text and kind in types and quoted_text in said)

    @cached_property
    def _others(self) -> tuple[tuple[bytes, str, bytes], ...]:
        """What reads streams and the keys, the former as far as they stay: quoted type, address, and all that the plan says."""
        found = []
        for item in items(self._document, self._fields, "resource_changes"):
            entry = self._document.fields(item, "a resource change")
            kind = bytes(entry.get("type", _NULL))
            if kind in (*_STREAM_READERS, *_KEYS) and "address" in entry:
                change = self._document.fields(entry.get("change", Raw(b"null")), "a change")
                if kind in _KEYS or bytes(change.get("after", b"null")) != b"null":
                    found.append((kind, str(self._document.value(entry["address"])), bytes(item)))
        return tuple(found)


def refuse_misfit(document: Document, address: str, kind: str, values: Mapping[str, Any]) -> None:
    """Raise `InputError` when an argument of a resource has another type than the provider gives it."""
    try:
        convert(values, type_of(kind))
    except ValidationError as error:
        raise document.misfit(error, address) from None


def _stream(table: Resource | None) -> str:
    """The ARN of a table's stream, empty without one."""
    return _text(table.body.value("stream_arn")) if table else ""


def _key(table: Resource) -> str:
    """The ARN of a table's KMS key, empty without one."""
    blocks = table.body.nested("server_side_encryption")
    return _text(blocks[0].value("kms_key_arn")) if isinstance(blocks, tuple) and blocks else ""


def _text(value: Value) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


def _path(steps: Any) -> str:
    """A path as in `import_table[0].s3_bucket_source`."""
    text = ""
    for step in steps if isinstance(steps, list) else [steps]:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _plain(value: Any) -> Any:
    """A value without what says "not set": a plan and the provider's read of an existing resource spell that differently."""
    if isinstance(value, Mapping):
        return {name: plain for name, inner in value.items() if (plain := _plain(inner)) is not None} or None
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    return value or None


def _either(one: Marks, other: Marks) -> Marks:
    """The marks of two sets of values together. Sets change their order, so what is sensitive in one item is in all."""
    if one is True or other is True:
        return True
    one, other = (_of_any_item(marks) if isinstance(marks, list) else marks for marks in (one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _either(one.get(name, False), other.get(name, False)) for name in sorted({*one, *other})}
    merged = one if isinstance(one, dict) else other
    return _either(merged, {}) if isinstance(merged, dict) and merged else merged


def _of_any_item(marks: list[Marks]) -> Marks:
    found: Marks = False
    for item in marks:
        found = _either(found, item)
    return found
