"""Access pattern is not served.

Why: DynamoDB refuses a request that no key or index serves, or the application scans the whole table instead. A Query needs each
attribute of the partition key by equality, then those of the sort key from left to right, the last of them in a range. Only the sort key
sorts. A global index has only the attributes that it projects, and no consistent reads.
Fix: change the request, or add an index for it.
    global_secondary_index {
      name            = "CategoryIndex"
      hash_key        = "category"
      range_key       = "created_at"
      projection_type = "ALL"
    }
"""

from collections.abc import Mapping

from dyncheck.dynamodb import AccessPattern, Contract, IndexContract, Key, Table, hcl_index, targets
from dyncheck.rule import Problem, Problems, each, error, quoted, rule


@rule(Table, Contract, severity=error, fix="none", applies=lambda _, contract: contract.access, evidence=targets.services)
def check(table: Table, contract: Contract) -> Problems:
    types = contract.types
    yield from each(contract.access, lambda pattern: _unserved(table, contract, pattern, types))


def _unserved(table: Table, contract: Contract, pattern: AccessPattern, types: Mapping[str, str]) -> Problems:
    if targets.is_open(pattern):
        if targets.serving(pattern, table, types) is None:
            yield _none(table, contract, pattern, types)
        return
    target = next(targets.candidates(pattern, table), None)
    if target is None:
        yield _missing(table, contract, pattern)
        return
    for obstacle in targets.obstacles(pattern, target, types):
        yield _problem(f"{target.label} does not serve the access pattern", pattern, target, obstacle, types)


def _missing(table: Table, contract: Contract, pattern: AccessPattern) -> Problem:
    name = pattern.index or ""
    present = ", ".join(target.shown_name for target in targets.targets(table) if target.kind != "table")
    return table.problem(
        f"Index {quoted(name)} of the access pattern {quoted(pattern.name)} is missing (the table has {present or 'no index'})",
        at=f"global_secondary_index[{quoted(name)}]",
        fix=_block(table, contract, pattern, name),
    )


def _none(table: Table, contract: Contract, pattern: AccessPattern, types: Mapping[str, str]) -> Problem:
    """The problem of a pattern that nothing serves: that of the first key or index with its partition key, if there is one."""
    problem = "No key or index serves the access pattern"
    for target in targets.targets(table):
        obstacle = next(targets.obstacles(pattern, target, types))
        if obstacle.part != "hash":
            return _problem(problem, pattern, target, obstacle, types)
    return table.problem(
        f"{problem} {quoted(pattern.name)}: none has a partition key of {' and '.join(map(quoted, pattern.given))}",
        at="global_secondary_index",
        fix=_block(table, contract, pattern, f"{pattern.given[0]}-index"),
    )


def _problem(
    problem: str, pattern: AccessPattern, target: targets.TableTarget, obstacle: targets.Obstacle, types: Mapping[str, str]
) -> Problem:
    own = "it" if problem.startswith(target.label) else target.label_inside
    summary = f"{problem} {quoted(pattern.name)}: {own} {obstacle.why}"
    return target.problem(summary, obstacle, _expected(pattern, obstacle, types), _fix(pattern, obstacle))


def _fix(pattern: AccessPattern, obstacle: targets.Obstacle) -> str:
    """What may be changed in the contract instead, as a comment."""
    if obstacle.part == "kind" and pattern.consistent:
        return "# read the table or a local index, or remove `consistent` from the access pattern"
    if obstacle.part == "range" and pattern.operation == "Query" and obstacle.is_refused:
        return f"# an index with this sort key, or {quoted(obstacle.attribute)} under `filter` in the access pattern"
    return ""


def _expected(pattern: AccessPattern, obstacle: targets.Obstacle, types: Mapping[str, str]) -> str:
    match obstacle.part:
        case "hash":
            return quoted(pattern.given[0]) if len(pattern.given) == 1 else ""
        case "range":
            return quoted(obstacle.attribute) if obstacle.attribute else "no sort key"
        case "type":
            return quoted(types.get(obstacle.attribute, "S"))
        case "projection":
            return f"a projection with {quoted(obstacle.attribute)}" if obstacle.attribute else quoted("ALL")
        case _:
            return ""


def _block(table: Table, contract: Contract, pattern: AccessPattern, index: str) -> str:
    """The HCL of an index that serves the pattern: that of the contract, else one with the keys that the pattern gives."""
    expected = contract.indexes.get(index)
    if expected is None and pattern.given:
        ranged = pattern.condition.attribute if pattern.condition else None
        partition, *others = (Key(name, "S") for name in dict.fromkeys((*pattern.given, ranged, pattern.sorted_by)) if name)
        expected = IndexContract(partition, tuple(others) or None)
    return hcl_index(index, expected, uses_key_schema=table.uses_key_schema) if expected else ""
