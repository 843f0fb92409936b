"""Override files: they replace the content of the other files, argument by argument and block type by block type.

Source: https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from collections.abc import Iterable

from dyncheck.readers.hcl.language.nodes import Block, Body

# The nested block that is merged argument by argument itself.
_MERGED_INSIDE = "lifecycle"


def merge(base: Block, override: Block) -> Block:
    """A block after an override."""
    return Block(base.span, base.header, base.type, base.labels, _merged(base.body, override.body))


def _merged(base: Body, override: Body) -> Body:
    arguments = {**base.arguments, **override.arguments}
    for one, other in (("count", "for_each"), ("for_each", "count")):
        if one in override.arguments and other not in override.arguments:
            arguments.pop(other, None)
    replaced = {name for block in override.blocks for name in _types_of(block)}
    inside = [block for block in override.blocks if block.type == _MERGED_INSIDE][-1:]
    blocks: list[Block] = []
    for block in base.blocks:
        if block.type == _MERGED_INSIDE and inside:
            blocks.append(merge(block, inside.pop()))
        elif not replaced & set(_types_of(block)):
            blocks.append(block)
    blocks += (block for block in override.blocks if block.type != _MERGED_INSIDE or block in inside)
    return Body(base.span, arguments, tuple(blocks))


def _types_of(block: Block) -> Iterable[str]:
    """The type of nested blocks that a block makes: its own, or the label of a `dynamic` block."""
    return block.labels[:1] if block.type == "dynamic" else (block.type,)
