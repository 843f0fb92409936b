"""What DynamoDB Local answers to a generated case, what dyncheck decides, and where the emulator is known to be wrong.

    python -m tests.engine.comparison          records the answers of the emulator again
    python -m tests.engine.comparison --check  prints the cases with other answers, and writes nothing

The answers are in `tests/engine/recorded`, one line for each case: the start of a digest of the case, and the answer.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from dyncheck.dynamodb.access import obstacles
from dyncheck.items.judging import ItemProblem, problems_of_item
from tests.engine.items import ItemCase, item_case
from tests.engine.patterns import PatternCase, pattern_case
from tests.engine.sizes import TABLE, SizeCase, size_case
from tests.support.dynamodb_local import dynamodb_local
from tests.support.emulator import Answer, Emulator

RECORDED = Path(__file__).parent / "recorded"

ACCEPTED, REFUSED = "accepted", "refused"

# A message that is longer repeats the request.
_MOST_OF_MESSAGE = 100


class Kind(NamedTuple):
    """A kind of cases: how many of them are recorded, and the table, the answer and the decision for each."""

    recorded: int
    case: Callable[[int], Any]
    request: Callable[[Any], tuple[str, dict[str, Any]]]
    table: Callable[[Any], dict[str, Any]]
    answer: Callable[[Answer], str]
    decision: Callable[[Any], str]


def _accepted_or_refused(answer: Answer) -> str:
    return f"{REFUSED}: {answer.message[:_MOST_OF_MESSAGE]}" if answer.error else ACCEPTED


def _units(answer: Answer) -> str:
    return answer.message if answer.error else f"{answer.body['ConsumedCapacity']['CapacityUnits']:g} units"


def _decided_pattern(case: PatternCase) -> str:
    found = obstacles(case.pattern, case.schema.target(case.pattern.index), case.types)
    return REFUSED if any(obstacle.is_refused for obstacle in found) else ACCEPTED


def _decided_item(case: ItemCase) -> str:
    return REFUSED if any(problem.is_refused for problem in problems_of_item(case.item, case.demands)) else ACCEPTED


def _decided_size(case: SizeCase) -> str:
    return f"{case.units} units"


KINDS = {
    "patterns": Kind(
        1000,
        pattern_case,
        lambda case: (case.pattern.operation, case.request),
        lambda case: case.schema.request,
        _accepted_or_refused,
        _decided_pattern,
    ),
    "items": Kind(
        1000, item_case, lambda case: ("PutItem", case.request), lambda case: case.schema.request, _accepted_or_refused, _decided_item
    ),
    "sizes": Kind(400, size_case, lambda case: ("PutItem", case.request), lambda _: TABLE.request, _units, _decided_size),
}


def known_gap(case: ItemCase) -> str:
    """The name of the gap of DynamoDB Local that a case is in, empty for none. The service and dynalite refuse such items."""
    for problem in problems_of_item(case.item, case.demands):
        if name := next((name for name, holds in KNOWN_GAPS.items() if holds(problem)), ""):
            return name
    return ""


# What DynamoDB Local 1.25.1 accepts, and the service does not.
KNOWN_GAPS: dict[str, Callable[[ItemProblem], bool]] = {
    # Such as {"BOOL": "true"}, {"SS": [1]} and a text in place of a value. The service answers with a SerializationException.
    "JSON of another kind": lambda problem: problem.summary in ("Value does not fit its type", "Invalid value"),
    # Java reads the digits of all scripts.
    "digits of other scripts": lambda problem: "is not a number" in problem.summary and not (problem.value or "").isascii(),
}


def answers(engine: Emulator, kind: Kind, numbers: Iterable[int]) -> Iterator[tuple[Any, str]]:
    """The cases of those numbers with the answers of the emulator."""
    made: set[str] = set()
    for number in numbers:
        case = kind.case(number)
        table = kind.table(case)
        if table["TableName"] not in made:
            made.add(table["TableName"])
            engine.done("CreateTable", table)
        yield case, kind.answer(engine.call(*kind.request(case)))


def recorded(name: str) -> Iterator[tuple[Any, str, str]]:
    """The recorded cases of a kind: each with the digest and the answer in its line."""
    kind = KINDS[name]
    for number, line in enumerate((RECORDED / f"{name}.txt").read_text("utf-8").splitlines()):
        digest, _, answer = line.partition(" ")
        yield kind.case(number), digest, answer


def digest(name: str, case: Any) -> str:
    """The start of a digest of a case: its table and its request."""
    kind = KINDS[name]
    return sha256(json.dumps([kind.table(case), kind.request(case)], sort_keys=True).encode()).hexdigest()[:8]


def main(checks: bool) -> int:
    """Record the answers, or compare them."""
    changed = 0
    with tempfile.TemporaryDirectory() as directory, dynamodb_local(Path(directory)) as engine:
        for name, kind in KINDS.items():
            found = answers(engine.account(name), kind, range(kind.recorded))
            lines = [f"{digest(name, case)} {answer}" for case, answer in found]
            file = RECORDED / f"{name}.txt"
            before = file.read_text("utf-8").splitlines() if file.exists() else []
            for number, line in enumerate(lines):
                if before[number : number + 1] != [line]:
                    changed += 1
                    sys.stdout.write(f"{name} {number}: {line}\n")
            if not checks:
                RECORDED.mkdir(exist_ok=True)
                file.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    return 1 if checks and changed else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
