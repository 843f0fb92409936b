"""Why a configuration makes no table: its tables have a count of 0 or an empty for_each, which variables may decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.dynamodb.types import TABLE
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.words import Words
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language.nodes import BlockNode

_MOST_NAMED = 3


def absent_tables(instances: Iterable[ModuleInstance]) -> str:
    """The first blocks of tables and calls of modules without an instance, with the variables that decide that; empty without any."""
    found = dict.fromkeys(each for module in instances for each in _absent(module))
    return " ".join([*found][:_MOST_NAMED])


def _absent(module: ModuleInstance) -> Iterator[str]:
    for block in (*module.module.of_type("resource"), *module.module.of_type("module")):
        try:
            if _may_make_tables(module, block):
                expansion = module.expansion(block)
                if not expansion.instances and expansion.kind != "single":
                    yield _sentence(module, block, expansion.kind)
        except LocatedError:
            continue


def _may_make_tables(module: ModuleInstance, block: BlockNode) -> bool:
    """Whether a block is that of a table, or a call of a module with one or of a module that is not available."""
    if block.type == "resource":
        return block.labels[0] == TABLE
    called = module.children(block.labels[0]).call.module
    return called is None or any(each.labels[0] == TABLE for each in called.of_type("resource"))


def _sentence(module: ModuleInstance, block: BlockNode, argument: str) -> str:
    address = module.inner_address(".".join(("module", *block.labels) if block.type == "module" else block.labels))
    words = Words()
    words.add(module, block.body.arguments[argument].expression, texts=False)
    names = sorted({".".join(each.split(".")[:2]) for each in words.references if each.startswith("var.")})
    what = "its for_each is empty" if argument == "for_each" else "its count is 0"
    why = f"{address} has no instance, because {what}"
    if not names:
        return f"{why}."
    variables = ", ".join(names)
    return f"{why}, which depends on {variables}. Set {variables} with --var or --var-file."
