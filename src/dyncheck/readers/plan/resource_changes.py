"""Makes resources and changes of the entries of a plan.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import chain
from typing import Any

from msgspec import Raw, ValidationError, convert

from dyncheck.dynamodb.types import TABLE
from dyncheck.model import Block, Change, Deferred, Drift, Known, NotChecked, Provider, Resource
from dyncheck.readers.not_checked import why_not_checked
from dyncheck.readers.plan.change_entries import ResourceChange, entries, is_aws, is_null
from dyncheck.readers.plan.configuration import Configuration, Expressions, ResourceBlock
from dyncheck.readers.plan.plan_block import Marks, PlanBlock, Scope, constants
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.references import ModulePath, path_of
from dyncheck.readers.shapes import type_of

# The quoted types of resources that read a stream.
_STREAM_READERS = (b'"aws_lambda_event_source_mapping"', b'"aws_pipes_pipe"')

_NULL, _FALSE, _NOTHING = Raw(b"null"), Raw(b"false"), Raw(b"{}")

# Arguments that the provider or the service computes: they also differ where the change has no effect on them.
_COMPUTED = frozenset({"arn", "id", "stream_arn", "stream_label", "tags_all", "timeouts"})


class ChangeReader:
    """Makes resources and changes of the entries, with their blocks in the configuration."""

    def __init__(self, document: Document, fields: dict[str, Raw], configuration: Configuration | None, uses_kms: bool) -> None:
        self._document = document
        self._fields = fields
        self._configuration = configuration
        self._uses_kms = uses_kms
        # The same for all instances of a block.
        self._written = cache(self._written_as)

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
        stream = _text(before.body, "stream_arn") if is_update and before else ""
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
            stream_readers=self._readers(stream),
            unchanged_stream_readers=self._readers(stream, unchanged=True),
        )

    def not_checked(self, entry: ResourceChange) -> NotChecked | None:
        """Why a resource that makes tables is not read; None when it makes none."""
        values = self._document.value((entry.change.after if entry.stays else entry.change.before) or _NULL)
        text = values.get("template_body") if isinstance(values, dict) else None
        provider = "" if is_aws(entry.provider_name) else entry.provider_name
        reason = why_not_checked(entry.type, provider, text if isinstance(text, str) else None)
        return NotChecked(entry.address, reason) if reason else None

    def drifts(self) -> Iterator[Drift]:
        """What was changed outside Terraform."""
        for entry in entries(self._document, self._fields, "resource_drift"):
            recorded = self.before(entry)
            if recorded and not entry.deposed:
                yield Drift(recorded, self.after(entry) if entry.stays else None)

    def _is_of_destroy_plan(self, entry: ResourceChange) -> bool:
        """Whether only -destroy explains the change: since format 1.1 Terraform gives a reason for all others."""
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
        module = entry.module_address or ""
        path = path_of(module)
        expressions, written = self._written(path, entry.type, entry.name)
        is_version_6 = "region" in body or (isinstance(mark, dict) and "region" in mark)
        scope = Scope(self._configuration, path, module, is_version_6, self._uses_kms, exists)
        return Resource(
            address=entry.address,
            type=entry.type,
            name=entry.name,
            module=module,
            body=PlanBlock("", body, mark, marks[0] if len(marks) == 1 else _merged(*marks), (expressions,), scope),
            exists=exists,
            **written,
        )

    def _written_as(self, path: ModulePath, kind: str, name: str) -> tuple[Expressions, dict[str, Any]]:
        """The expressions of a resource block, and the parts of a `Resource` that come from the configuration."""
        block = self._configuration.block(path, kind, name) if self._configuration else ResourceBlock()
        expressions = block.expressions or {}
        provider = self._configuration.provider(block.provider_config_key or None) if self._configuration else Provider()
        blocks = {name: constants(expressions.get(name)) for name in ("attribute", "global_secondary_index")}
        return expressions, {"provider": provider, "constants": constants(expressions)[0], "constant_blocks": blocks}

    def _changed(self, entry: ResourceChange, planned: Resource) -> tuple[str, ...]:
        """The names of the arguments that change, except computed ones."""
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

    def _readers(self, stream: str, *, unchanged: bool = False) -> tuple[str, ...]:
        """The addresses of the resources that read a stream: before or after the change, or `unchanged` after it."""
        named = f'"{stream}"'.encode()
        return tuple(address for address, entry, after in self._stream_readers if stream and named in (after if unchanged else entry))

    @cached_property
    def _stream_readers(self) -> tuple[tuple[str, bytes, bytes], ...]:
        """The resources that read streams and stay: the address, the whole entry, and the values after the change."""
        found = []
        for item in self._document.items(self._fields, "resource_changes"):
            entry = self._document.fields(item, "a resource change")
            if bytes(entry.get("type", _NULL)) in _STREAM_READERS and "address" in entry:
                after = bytes(self._document.fields(entry.get("change", Raw(b"null")), "a change").get("after", b"null"))
                if after != b"null":
                    found.append((str(self._document.value(entry["address"])), bytes(item), after))
        return tuple(found)


def refuse_misfit(document: Document, address: str, kind: str, values: Mapping[str, Any]) -> None:
    """Raise `InputError` when an argument of a resource has another type than the provider gives it."""
    try:
        convert(values, type_of(kind))
    except ValidationError as error:
        raise document.misfit(error, address) from None


def _text(block: Block, name: str) -> str:
    value = block.value(name)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


def _path(steps: Any) -> str:
    """A path as in `import_table[0].s3_bucket_source`."""
    text = ""
    for step in steps if isinstance(steps, list) else [steps]:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _plain(value: Any) -> Any:
    """A value without its unset parts: a plan and the provider's read of an existing resource write these differently."""
    if isinstance(value, Mapping):
        return {name: plain for name, inner in value.items() if (plain := _plain(inner)) is not None} or None
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    return value or None


def _merged(*marks: Marks) -> Marks:
    """The marks of several values. Sets change their order, so a mark in one item of a list counts for all items."""
    items = [item for mark in marks if isinstance(mark, list) for item in mark]
    if items:
        return _merged(*items, *(mark for mark in marks if not isinstance(mark, list)))
    if any(mark is True for mark in marks):
        return True
    members = [mark for mark in marks if isinstance(mark, dict)]
    return {name: _merged(*(mark[name] for mark in members if name in mark)) for name in {*chain(*members)}} if members else False
