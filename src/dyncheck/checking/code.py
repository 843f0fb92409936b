"""The code that manages an account."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dyncheck.dynamodb import Inventory
from dyncheck.model import Comment


class Code(Struct, frozen=True):
    """What the code has, one inventory for each root module and environment, and the comments to tools in it."""

    inventories: tuple[Inventory, ...]
    comments: Callable[[], tuple[Comment, ...]]
