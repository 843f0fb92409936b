"""The code that an account is compared with: a plan, a state, or the root modules of a directory."""

from __future__ import annotations

from dyncheck.checking.one_input import inventory_of
from dyncheck.checking.settings import Settings
from dyncheck.dynamodb import Inventory
from dyncheck.readers.hcl.trees import Trees, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.plan.sources import with_places
from dyncheck.readers.source import read


def inventories(path: str, settings: Settings) -> tuple[Inventory, ...]:
    """What the code at a path has, one for each root module and environment. Raises `InputError` when it cannot be read."""
    environments = tuple(each for each, _ in settings.environments)
    trees = Trees(settings.given, settings.exclude, settings.workspace, environments, settings.only_in)
    if not is_of_tree(path):
        return (inventory_of(with_places(read_document(read(path)), path, settings.source, trees)),)
    return tuple(inventory_of(trees.read(root)) for root in trees.in_environments(trees.roots(path)))
