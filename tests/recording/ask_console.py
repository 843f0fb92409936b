"""Asks one `terraform console` many expressions, and compares its answers with those of dyncheck.

    python -m tests.recording.ask_console --seed 1 --count 2000

prints the generated expressions that have another value in dyncheck, and writes nothing. Where dyncheck does not know a value,
or both refuse the expression, they agree. With --record the answers of Terraform are kept for the tests. Needs Terraform, but no
provider.
"""

from __future__ import annotations

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn
from unittest import mock

import msgspec

from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate, evaluator
from dyncheck.readers.hcl.language import operators
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_expression
from dyncheck.readers.hcl.language.values import EvaluationError
from tests.readers.hcl.evaluation.drawn_expressions import drawn
from tests.readers.hcl.functions.console_format import LATER, printed
from tests.recording.record_console import terraform
from tests.support.paths import TESTS

EXPRESSIONS = TESTS / "readers" / "hcl" / "evaluation" / "console.jsonl"
SURROUNDINGS = EXPRESSIONS.with_name("console_surroundings.txt")

# Between two items. The console reads lines of at most 64 KiB, and prints the value of the last one only.
DRAWN = EXPRESSIONS.with_name("drawn.jsonl.xz")

_MARK = '"@next@"'
_LONGEST_LINE = 60_000
_INDENT = 2
_SECRET = "(sensitive value)"


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An expression and its value as the console prints it, or the error."""

    expression: str
    result: str | None = None
    error: str | None = None


def read_answers(path: Path) -> Iterator[Answer]:
    """The recorded answers."""
    data = path.read_bytes()
    for line in (lzma.decompress(data) if path.suffix == ".xz" else data).splitlines():
        yield msgspec.json.decode(line, type=Answer)


def module_in(directory: Path) -> ModuleInstance:
    """The root module in a directory, for evaluating expressions in it."""
    root = str(directory.resolve())
    modules = Modules()
    return ModuleInstance(Session(modules, root, root), modules.at(root))


def answer_here(expression: str, module: ModuleInstance, indent: int = 0) -> Answer:
    """The answer of dyncheck, printed at so many columns from the left."""
    module.budget.renew()
    try:
        return Answer(expression, printed(evaluate(parse_expression(f"{expression}\n", "main.tf"), module), indent))
    except (SyntaxFault, EvaluationError) as problem:
        return Answer(expression, error=str(problem))


def answers_of_terraform(expressions: Sequence[str], directory: Path) -> list[Answer]:
    """The answers of Terraform. An error ends the console, so each expression is asked with `can` before."""
    can = dict(zip(expressions, _asked([f"can({each})" for each in expressions], directory), strict=True))
    valid = [each for each in expressions if can[each] not in (None, "false")]
    results = dict(zip(valid, _asked(valid, directory), strict=True))
    return [Answer(each, results[each]) if results.get(each) is not None else Answer(each, error="refused") for each in expressions]


def _asked(expressions: Sequence[str], directory: Path) -> list[str | None]:
    """What the console prints for each as an item of a tuple; None for an error."""
    if not expressions:
        return []
    line = f"[{f', {_MARK}, '.join(expressions)}]"
    if len(line) < _LONGEST_LINE:
        done = terraform(directory, "console", "-no-color", input=f"{line}\n")
        printed_items = done.stdout.decode().removeprefix("[\n  ").removesuffix(",\n]\n").split(f",\n  {_MARK},\n  ")
        if len(printed_items) == len(expressions):
            return [*printed_items]
    if len(expressions) == 1:
        return [None]
    middle = len(expressions) // 2
    return [*_asked(expressions[:middle], directory), *_asked(expressions[middle:], directory)]


def different(answer: Answer, module: ModuleInstance) -> Answer | None:
    """The answer of dyncheck where it is another one than Terraform's.

    What is only sensitive here is no other value: later versions of Terraform keep more marks than 1.11 does.
    """
    with module.session.as_planned(), mock.patch.object(evaluator, "decides", _never), mock.patch.object(operators, "_of_null", _refuse):
        found = answer_here(answer.expression, module, _INDENT)
    if LATER in (found.result or "") or (answer.error and found.error) or (found.result is not None and found.result == answer.result):
        return None
    return None if found.result is not None and _SECRET in found.result else found


def _refuse(*_: object) -> NoReturn:
    """Terraform 1.11 refuses null in an operation."""
    raise EvaluationError("refused")


def _never(_sign: str, _left: object) -> bool:
    """Terraform 1.11 evaluates both sides of `&&` and `||`."""
    return False


def main() -> int:
    """Compare generated expressions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    expressions = drawn(given.seed, given.count)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "main.tf").write_text(SURROUNDINGS.read_text())
        subprocess.run(["terraform", f"-chdir={name}", "init", "-input=false"], check=True, capture_output=True)
        answers = answers_of_terraform(expressions, directory)
        module = module_in(directory)
        found = [(answer, other) for answer in answers if (other := different(answer, module))]
        known = [answer for answer in answers if answer.result is not None and LATER not in answer.result]
        unknown = sum(LATER in (answer_here(answer.expression, module).result or "") for answer in known)
    if given.record:
        DRAWN.write_bytes(lzma.compress(b"\n".join(map(msgspec.json.encode, answers)), preset=9))
    for answer, other in found:
        sys.stderr.write(f"{json.dumps(msgspec.to_builtins(answer))}\n  here: {json.dumps(msgspec.to_builtins(other))}\n")
    refused = sum(answer.error is not None for answer in answers)
    sys.stdout.write(
        f"seed {given.seed}: {len(answers)} expressions, {refused} refused by Terraform, {len(known)} with a known value, "
        f"{unknown} of them unknown here; {len(found)} differences\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
