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

# Names for type checkers and readers, or for memory only.
_NO_BEHAVIOUR = {"__all__", "__slots__"}

_SIMPLE = (ast.Assert, ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr, ast.Raise, ast.Return)


Key: TypeAlias = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Mutant:
    """One change of one file: in the named function (`Table.tag`, empty outside of all), `before` becomes `after`.

    Both are the statement, or the condition or header of a compound one, as `ast.unparse` writes it, without line numbers and layout.
    `nth` counts equal changes in one function. `lines` are the lines of the changed part. `kind` says when the part is executed: the
    `body` of a function, the `default` of an argument, the `field` of a class, or another part of a `module` that runs on import
    and computes the name `defines`.
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
        """Identifies the mutant in the list of equivalent mutants, under every version of Python."""
        return (self.file, self.function, _normal(self.before), _normal(self.after), self.nth)

    def code(self) -> CodeType:
        """The module with the change."""
        return compile(
            ast.fix_missing_locations(_Replaced(self.part, self.changed).visit(self._copied())),
            str(ROOT / self.file),
            "exec",
            dont_inherit=True,
        )

    def _copied(self) -> ast.Module:
        return ast.Module([*self.tree.body], [])


class _Replaced(ast.NodeTransformer):
    """Replaces one node, and copies the nodes on the way to it."""

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
    """Every mutant of a file, in the order of the lines."""
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
    """The parts that can be changed, with their context: simple statements, and the conditions and headers of the others."""
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
                # Code under TYPE_CHECKING never runs.
                if not (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"):
                    yield test, mutated_conditions(test), function, kind, defines
                    yield from _parts([*statement.body, *statement.orelse], function, kind, defines)
            case ast.For():
                yield statement.iter, mutated_expressions(statement.iter), function, kind, defines
                yield from _parts([*statement.body, *statement.orelse], function, kind, defines)
            case ast.Match(subject=subject, cases=cases):
                yield subject, mutated_expressions(subject), function, kind, defines
                yield from _parts([each for one in cases for each in one.body], function, kind, defines)
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
                assert isinstance(statement, _SIMPLE), f"mutation does not support this kind of statement: {ast.unparse(statement)}"
                name = ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
                yield statement, mutated_statements(statement), function, kind, defines or name


def equivalents() -> list[dict[str, Any]]:
    """The listed mutants: `file`, `function`, `before`, `after`, `because`, and `nth` from the second equal one on."""
    listed: list[dict[str, Any]] = yaml.safe_load(EQUIVALENT.read_text()) or []
    return listed


def key_of(entry: dict[str, Any]) -> Key:
    """The key of the mutant of an entry of the list."""
    return (entry["file"], entry["function"], _normal(entry["before"]), _normal(entry["after"]), entry.get("nth", 1))


def _normal(text: str) -> str:
    return ast.dump(ast.parse(text))
