"""What a run did with each directory that has Terraform files."""

from __future__ import annotations

from msgspec import Struct


class Directory(Struct, frozen=True):
    """One directory with Terraform files, by its path as messages show it, and what the run did with it.

    `state` is `checked` (as a root module), `checked through` (as a module that the root modules `through` call), `excluded` or
    `not checked`. `reason` is the pattern that excludes it and its source, or why it was not checked. A root module that others call
    is `checked`, and `through` has those others that were checked.
    """

    path: str
    state: str
    through: tuple[str, ...] = ()
    reason: str = ""
