"""The list of equivalent mutants matches the code, and the generator makes every mutant."""

from __future__ import annotations

import ast
from pathlib import Path

from mutation.operators import mutated_conditions, mutated_expressions, mutated_statements
from mutation.sources import ROOT, SOURCES, equivalents, key_of, mutants


def expressions(text: str) -> set[str]:
    return {ast.unparse(ast.fix_missing_locations(changed)) for changed in mutated_expressions(ast.parse(text, mode="eval").body)}


def test_every_listed_mutant_exists() -> None:
    listed = equivalents()
    keys = [key_of(entry) for entry in listed]
    there = [mutant.key for file in {entry["file"] for entry in listed} for mutant in mutants(ROOT / file)]
    every = set(there)
    assert len(there) == len(every), "Two mutants have the same key."
    stale = [entry for entry, key in zip(listed, keys, strict=True) if key not in every]
    assert stale == [], "The code has changed: run `make mutants FILES=...`, and correct mutation/equivalent.yaml."
    assert len(keys) == len(set(keys))


def test_every_listed_mutant_has_a_reason() -> None:
    assert [
        entry
        for entry in equivalents()
        if entry.keys() - {"nth"} != {"file", "function", "before", "after", "because"} or len(entry["because"]) < 20
    ] == []


def test_each_mutant_changes_one_place_of_an_expression() -> None:
    assert expressions("a < 1 and not b") == {
        "a < 1 or not b",
        "a < 1",
        "not b",
        "a <= 1 and (not b)",
        "a >= 1 and (not b)",
        "a < 2 and (not b)",
        "a < 1 and b",
    }
    assert expressions("any(x for x in xs if x)") == {"all((x for x in xs if x))", "any((x for x in xs))", "(x for x in xs if x)"}
    assert expressions("f'{one} of {two + 3}'") == {"'mutated'", "f'{one} of {two - 3}'", "f'{one} of {two + 4}'"}
    assert expressions("'text'") == {"'mutated'"}


def test_mutants_remove_statements_and_fix_conditions() -> None:
    (statement,) = ast.parse("return found").body
    assert [ast.unparse(changed) for changed in mutated_statements(statement)] == ["pass", "return None"]
    assert [ast.unparse(changed) for changed in mutated_conditions(ast.parse("a", mode="eval").body)] == ["True", "False"]
    (docstring,) = ast.parse("'What it is for.'").body
    assert list(mutated_statements(docstring)) == []


def test_a_mutant_has_one_change() -> None:
    path = ROOT / "src" / "dyncheck" / "logic.py"
    made = [
        mutant
        for mutant in mutants(path)
        if (mutant.function, mutant.before, mutant.after)
        == ("some", "return first(items, test) is not None", "return first(items, test) is None")
    ]
    assert len(made) == 1
    namespace: dict[str, object] = {"__name__": "mutated"}
    exec(made[0].code(), namespace)
    some = namespace["some"]
    assert callable(some)
    assert some([1], bool) is False
    assert some([0], bool) is True


def test_all_the_rules_are_mutated() -> None:
    assert {path.name for path in SOURCES} > {path.name for path in Path(ROOT / "policies").glob("[a-z]*.py")}
    assert all(path.exists() for path in SOURCES)
