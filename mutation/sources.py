"""The code that is mutated, its mutants, and the list of those that no test can notice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, TypeAlias

import yaml

from mutation.operators import mutated_conditions, mutated_expressions, mutated_statements

ROOT = Path(__file__).parents[1]
EQUIVALENT = Path(__file__).parent / "equivalent.yaml"
SOURCES = (
    *sorted(path for path in (ROOT / "policies").glob("*.py") if path.stem != "__init__"),
    *sorted((ROOT / "src" / "dyncheck" / "dynamodb").glob("*.py")),
    *(ROOT / "src" / "dyncheck" / f"{stem}.py" for stem in ("catalog/contracts", "catalog/contract_file", "logic", "rule")),
)

# What is for type checkers, for readers of the code, or for memory alone.
_NO_BEHAVIOUR = {"__all__", "__slots__"}

_SIMPLE = (ast.Assert, ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr, ast.Raise, ast.Return)


Key: TypeAlias = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Mutant:
    """One change of one file: in the named function (`Table.tag`, empty outside of all), `before` becomes `after`.

    Both are as Python writes the statement, or the condition or header of a compound one, so that no line number and no layout is
    a part of them; `nth` counts those of one function that are the same in all that. `lines` is where the changed part stands. `kind`
    says what is executed when: the `body` of a function, the `default` of an argument, the `field` of a class, or what else a
    `module` computes when it is imported, of which `defines` is the name.
    """

    file: str
    function: str
    before: str
    after: str
    lines: range
    tree: ast.Module
    part: ast.AST
    changed: ast.AST
    kind: str
    defines: str
    nth: int

    @property
    def key(self) -> Key:
        """What the list of equivalent mutants knows it by, the same under every version of Python."""
        return (self.file, self.function, _normal(self.before), _normal(self.after), self.nth)

    def code(self) -> CodeType:
        """The module with the change."""
        return compile(ast.fix_missing_locations(_Replaced(self.part, self.changed).visit(self._copied())), str(ROOT / self.file), "exec")

    def _copied(self) -> ast.Module:
        return ast.Module([*self.tree.body], [])


class _Replaced(ast.NodeTransformer):
    """A copy of the nodes on the way to one node, which becomes another one."""

    def __init__(self, part: ast.AST, changed: ast.AST) -> None:
        self._part = part
        self._changed = changed

    def visit(self, node: ast.AST) -> Any:
        if node is self._part:
            return ast.copy_location(self._changed, node)
        copied = type(node)(**dict(ast.iter_fields(node)))
        ast.copy_location(copied, node)
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(copied, field, [self.visit(child) if isinstance(child, ast.AST) else child for child in value])
            elif isinstance(value, ast.AST):
                setattr(copied, field, self.visit(value))
        return copied


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file, each once, in the order of the lines."""
    tree = ast.parse(path.read_bytes())
    file = path.relative_to(ROOT).as_posix()
    counted: Counter[tuple[str, str, str]] = Counter()
    for part, changes, function, kind, defines in _parts(tree.body, "", "module", ""):
        before = ast.unparse(part)
        seen = {before}
        for changed in changes:
            after = ast.unparse(ast.fix_missing_locations(changed))
            if after not in seen:
                seen.add(after)
                counted[function, before, after] += 1
                assert isinstance(part, ast.stmt | ast.expr)
                lines = range(part.lineno, (part.end_lineno or part.lineno) + 1)
                yield Mutant(file, function, before, after, lines, tree, part, changed, kind, defines, counted[function, before, after])


Part = tuple[ast.AST, Iterator[ast.AST], str, str, str]


def _parts(body: list[ast.stmt], function: str, kind: str, defines: str) -> Iterator[Part]:
    """What can be changed at once: simple statements, and the conditions and headers of the others; with what is around it."""
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name):
                qualified = f"{function}.{name}".lstrip(".")
                for expression in statement.decorator_list:
                    yield expression, mutated_expressions(expression), function, kind, defines or name
                for expression in (*statement.args.defaults, *filter(None, statement.args.kw_defaults)):
                    yield expression, mutated_expressions(expression), qualified, "default", defines or name
                yield from _parts(statement.body, qualified, "body", defines or name)
            case ast.ClassDef(name=name):
                yield from _parts(statement.body, f"{function}.{name}".lstrip("."), "field", name)
            case ast.If(test=test) | ast.While(test=test):
                # What is under TYPE_CHECKING is never run.
                if not (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"):
                    yield test, mutated_conditions(test), function, kind, defines
                    yield from _parts([*statement.body, *statement.orelse], function, kind, defines)
            case ast.For():
                yield statement.iter, mutated_expressions(statement.iter), function, kind, defines
                yield from _parts([*statement.body, *statement.orelse], function, kind, defines)
            case ast.With():
                for item in statement.items:
                    yield item.context_expr, mutated_expressions(item.context_expr), function, kind, defines
                yield from _parts(statement.body, function, kind, defines)
            case ast.Try():
                handled = [each for handler in statement.handlers for each in handler.body]
                yield from _parts([*statement.body, *handled, *statement.orelse, *statement.finalbody], function, kind, defines)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                if ast.unparse(statement.annotation) != "TypeAlias":
                    yield value, mutated_expressions(value), function, kind, defines or ast.unparse(target)
            case ast.AnnAssign() | ast.Import() | ast.ImportFrom() | ast.Pass():
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) if name in _NO_BEHAVIOUR:
                pass
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
                pass
            case _:
                assert isinstance(statement, _SIMPLE), f"{ast.unparse(statement)} is of a kind that is not mutated yet"
                name = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
                yield statement, mutated_statements(statement), function, kind, defines or name


def equivalents() -> list[dict[str, Any]]:
    """The listed mutants: `file`, `function`, `before`, `after` and `because`, and `nth` for the second and further of the same."""
    listed: list[dict[str, Any]] = yaml.safe_load(EQUIVALENT.read_text()) or []
    return listed


def key_of(entry: dict[str, Any]) -> Key:
    """The key of the mutant that an entry of the list means."""
    return (entry["file"], entry["function"], _normal(entry["before"]), _normal(entry["after"]), entry.get("nth", 1))


def _normal(text: str) -> str:
    return ast.dump(ast.parse(text))
