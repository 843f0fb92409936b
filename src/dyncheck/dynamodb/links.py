"""Which resources name another resource, by its ARN or by a reference to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dyncheck.model import Deferred, Known, Reference, Resource, Value, without_keys

# The number of parts before the resource in `arn:partition:service:region:account:resource`.
BEFORE_RESOURCE = 5


def leads_to(reference: Reference, holder: Resource, target: Resource) -> bool | None:
    """Whether a reference in `holder` leads to the instance `target`; None where it leads to its block, and maybe to another instance."""
    if reference.is_data or reference.resource != target.block_address:
        return False
    if target.is_single:
        return True
    if target.address == target.block_address:
        return None
    block = f"{target.type}.{target.name}"
    outer, _, rest = reference.text.rpartition(block)
    if without_keys(outer) != outer:
        # The address of one instance, as Terraform files have it.
        return f"{reference.text}.".startswith((f"{target.address}.", f"{target.block_address}["))
    key = target.local_address.removeprefix(block)
    if rest[:2] == '["' or rest[1:2].isdigit():
        if not key or not rest.startswith(key):
            return False
    elif key:
        return None
    return True if without_keys(target.module) == target.module or target.module in (reference.module, holder.module) else None


def may_pass_on(reference: Reference) -> bool:
    """Whether a reference may lead to the name of any other resource: an input, a data source, or a resource of another provider."""
    return reference.resource is None or reference.is_data or not (reference.type or "").startswith("aws_")


def text_of(resource: Resource, name: str) -> str | None:
    """The text of an argument or attribute, None where it is not known."""
    value = resource.body.value(name)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


class Links:
    """Resources by what one argument names: a text, or the resource blocks that the value waits for."""

    def __init__(self, holders: Iterable[Resource], argument: str) -> None:
        self._by_text: dict[str, list[Resource]] = {}
        self._by_name: dict[str, list[Resource]] = {}
        self._by_block: dict[str, list[tuple[Resource, Reference]]] = {}
        # The resources whose argument may name anything.
        self.anywhere: list[Resource] = []
        for holder in holders:
            self._add(holder, holder.body.value(argument))

    def _add(self, holder: Resource, value: Value) -> None:
        if isinstance(value, Known):
            for text in value.value if isinstance(value.value, list) else [value.value]:
                self._add_text(holder, text)
        elif isinstance(value, Deferred):
            if not value.references or any(map(may_pass_on, value.references)):
                self.anywhere.append(holder)
            for reference in value.references:
                self._by_block.setdefault(reference.resource or "", []).append((holder, reference))

    def _add_text(self, holder: Resource, text: Any) -> None:
        if isinstance(text, str):
            self._by_text.setdefault(text, []).append(holder)
            self._by_name.setdefault(text.rpartition(":")[2], []).append(holder)
        else:
            self.anywhere.append(holder)

    def to(self, target: Resource, texts: Iterable[str | None], name: str | None) -> tuple[list[Resource], list[Resource]]:
        """The resources that certainly name the target, and those that may.

        `texts` are what names the target, as far as it is known. `name` is the end of its ARN, where the ARN is not known.
        """
        certain = [holder for text in texts if text for holder in self._by_text.get(text, ())]
        maybe = [*self._by_name.get(name, ()), *self.anywhere] if name else [*self.anywhere]
        for holder, reference in self._by_block.get(target.block_address, ()):
            leads = leads_to(reference, holder, target)
            if leads is not False:
                (certain if leads else maybe).append(holder)
        return certain, maybe
