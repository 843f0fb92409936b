"""The measurements and their targets: one `Figure` for each line of the tables in docs/performance.md."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from benchmarks import peers
from benchmarks.items import write_items
from benchmarks.measuring import LONGEST, Command, Cost, Failed, TooSlow, measured, middle, paired
from benchmarks.plans import write_plan
from benchmarks.repositories import write_repository
from tests.fleet.documents import write_reference_plans

ROOT = Path(__file__).parents[1]
INPUTS = ROOT / ".cache" / "benchmarks"
PROGRAM = str(Path(sys.executable).parent / "dyncheck")
INFRASTRUCTURE = ROOT / "Infrastructure"
REFERENCE = ROOT / "tests" / "plans" / "reference.json"

_JSON_LOADS = "import json, sys\nwith open(sys.argv[1], 'rb') as file:\n    json.loads(file.read())"
_TYPED_DECODE = """
import sys
from msgspec import Raw, Struct
from msgspec.json import decode

class Change(Struct):
    actions: list[str]
    after: Raw
    after_unknown: Raw

class Resource(Struct):
    address: str
    type: str
    name: str
    change: Change

class Plan(Struct):
    resource_changes: list[Resource]

with open(sys.argv[1], 'rb') as file:
    decode(file.read(), type=Plan)
"""
# The checks of a fleet without Dask and without rows, in as many processes.
_CHECKS_ALONE = """
import os, sys

from dyncheck.checking.one_input import ReadInput, check_input
from dyncheck.checking.processes import bound_memory
from dyncheck.checking.run import checker_of
from dyncheck.checking.settings import Settings
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import read

directory, processes = sys.argv[1], int(sys.argv[2])
paths = [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
settings = Settings(hashes=False)
by = checker_of(settings)
for number in range(processes):
    if not os.fork():
        bound_memory()
        for path in paths[number::processes]:
            check_input(ReadInput(path, "", read_document(read(path))), by)
        os._exit(0)
for _ in range(processes):
    os.wait()
"""
_TFPARSE = """
import sys
from tfparse import load_from_path

for path in sys.argv[1:]:
    load_from_path(path)
"""


class Figure(Struct, frozen=True):
    """A measured ratio, and the costs behind it; `most` or `least` is the target."""

    work: str
    what: str
    value: float
    most: float = math.inf
    least: float = 0.0
    costs: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target is met."""
        return self.least <= self.value <= self.most

    @property
    def target(self) -> str:
        """The target in words."""
        return f"at most {self.most:g}" if math.isfinite(self.most) else f"at least {self.least:g}"


class NotMeasured(Struct, frozen=True):
    """A figure that could not be measured here, and the reason."""

    work: str
    why: str


def _dyncheck(*arguments: str | Path, directory: Path = INPUTS, makes: Path | None = None) -> Command:
    return Command((PROGRAM, *map(str, arguments)), directory, makes=makes)


def _python(code: str, *arguments: str | Path, python: str = sys.executable) -> Command:
    return Command((python, "-c", code, *map(str, arguments)), INPUTS, exits=(0,))


def _shown(cost: Cost) -> str:
    return f"{cost.processor:.3g} s"


def _reference() -> Path:
    """A copy of the reference plan without its sources, which dyncheck would read as well."""
    INPUTS.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(REFERENCE, INPUTS / "reference.json"))


def _repository(modules: int) -> Path:
    return write_repository(INPUTS / f"repository{modules}", modules)


def _plan(instances: int) -> Path:
    return write_plan(INPUTS / f"plan{instances}.json", instances)


def start_up(times: int) -> Iterator[Figure | NotMeasured]:
    """Compared with the import of what every run imports."""
    work = "the reference plan, whole process"
    plan, yardstick = paired(_dyncheck(_reference()), _python("import click, msgspec"), times)
    yield Figure(work, "`import click, msgspec`", plan.processor / yardstick.processor, most=1.5, costs=_shown(plan))
    for option in ("--version", "--help"):
        shown, yardstick = paired(_dyncheck(option), _python("import click"), times)
        yield Figure(f"`{option}`", "`import click`", shown.processor / yardstick.processor, most=1.6, costs=_shown(shown))
    completion, yardstick = paired(_dyncheck("completion", "bash"), _python("import click"), times)
    yield Figure("completion", "`import click`", completion.processor / yardstick.processor, most=1.6, costs=_shown(completion))
    yield from _against_checkov(work, _dyncheck(_reference()), ("-f", str(_reference())), least=24, times=3)


def terraform_files(times: int) -> Iterator[Figure | NotMeasured]:
    """The reference module as Terraform files, and its proof, compared with its plan."""
    # The files and the plan are in one repository, so both runs read the same configuration file.
    plan = INPUTS / "Infrastructure" / "plan.json"
    shutil.rmtree(plan.parent, ignore_errors=True)
    shutil.copytree(INFRASTRUCTURE, plan.parent, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    shutil.copy(REFERENCE, plan)
    files, of_plan = paired(
        _dyncheck(".", directory=plan.parent), _dyncheck("plan.json", "--source", "/dev/null", directory=plan.parent), times
    )
    yield Figure("`Infrastructure/` as Terraform files", "its plan", files.processor / of_plan.processor, most=1.5, costs=_shown(files))
    prove, of_plan = paired(_dyncheck("prove", INFRASTRUCTURE / "Modules" / "dynamodb"), _dyncheck(_reference()), max(3, times // 3))
    yield Figure("`prove` of the reference module", "the reference plan", prove.processor / of_plan.processor, most=20, costs=_shown(prove))


def large_plans(times: int) -> Iterator[Figure | NotMeasured]:
    """Plans of a thousand and of ten thousand instances of a module of two tables and two alarms."""
    few = max(3, times // 3)
    small, middling, large = _plan(100), _plan(1_000), _plan(10_000)
    yield from _against_checkov("1,000 instances", _dyncheck("--format", "json", middling), ("-f", str(middling)), least=60, times=1)
    cost = middle([measured(_dyncheck("--format", "json", middling)) for _ in range(few)])
    yield Figure(
        "1,000 instances", "bytes of the file, at the peak", cost.memory / middling.stat().st_size, most=5, costs=f"{cost.memory >> 20} MiB"
    )
    report = INPUTS / "report.json"
    cost, yardstick = paired(_dyncheck("--format", "json", "--output", report, large, makes=report), _python(_JSON_LOADS, large), few)
    yield Figure(
        "10,000 instances, JSON to a file", "`json.loads` of the plan", cost.processor / yardstick.processor, most=1, costs=_shown(cost)
    )
    yield Figure(
        "10,000 instances", "bytes of the file, at the peak", cost.memory / large.stat().st_size, most=2.5, costs=f"{cost.memory >> 20} MiB"
    )
    first, last = paired(_dyncheck("--format", "json", small), _dyncheck("--format", "json", large), few)
    yield Figure(
        "100 to 10,000 instances", "exponent of growth", _exponent(first, last, 100), most=1.05, costs=f"{_shown(first)} to {_shown(last)}"
    )
    others = write_plan(INPUTS / "others.json", 25, 50_000)
    cost, yardstick = paired(_dyncheck("--format", "json", others), _python(_TYPED_DECODE, others), few)
    yield Figure(
        "50 tables among 50,000 other resources", "msgspec's typed decode", cost.processor / yardstick.processor, most=2, costs=_shown(cost)
    )


def repositories(times: int) -> Iterator[Figure | NotMeasured]:
    """Repositories of modules of three files, ten of them called by each root module."""
    few = max(3, times // 3)
    small, middling, large = _repository(10), _repository(200), _repository(1_000)
    first, last = paired(_dyncheck(small), _dyncheck(large), 1)
    yield Figure(
        "10 to 1,000 modules", "exponent of growth", _exponent(first, last, 100), most=1.05, costs=f"{_shown(first)} to {_shown(last)}"
    )
    yield from _against_tfparse(middling, few)
    yield from _against_checkov("200 modules, 620 files, 20 roots", _dyncheck(middling), ("-d", str(middling)), least=12, times=1)
    whole = _repository(2_000)
    yield from _against_checkov("2,000 modules, 6,200 files", _dyncheck(whole), ("-d", str(whole)), least=15, times=1)
    yield from _on_two(whole)
    changed = middling / "modules" / "service00007" / "main.tf"
    cost, yardstick = paired(_dyncheck("--changed", changed, directory=middling), _dyncheck(_reference()), times)
    yield Figure(
        "the hook on one changed file of 200 modules",
        "the reference plan",
        cost.processor / yardstick.processor,
        most=3,
        costs=_shown(cost),
    )


def fleets(times: int) -> Iterator[Figure | NotMeasured]:
    """Variants of the reference plan, compared with their checks in as many processes without Dask and without rows."""
    number, processes = 10_000, 2
    plans, output = INPUTS / f"fleet{number}", INPUTS / "fleet.parquet"
    if not plans.exists():
        write_reference_plans(plans, number)
    command = _dyncheck("fleet", plans, "--workers", str(processes), "--output", output, makes=output)
    cost, yardstick = paired(command, _python(_CHECKS_ALONE, plans, str(processes)), max(1, times // 10))
    yield Figure(
        f"{number:,} reference plans on two processors",
        "their checks alone",
        cost.processor / yardstick.processor,
        most=1.3,
        costs=_shown(cost),
    )


def _exponent(first: Cost, last: Cost, growth: int) -> float:
    """The time grows with this power of the input's size. Start-up is included in both."""
    return math.log(last.processor / first.processor) / math.log(growth)


def _against_checkov(work: str, command: Command, arguments: tuple[str, ...], least: float, times: int) -> Iterator[Figure | NotMeasured]:
    try:
        program, version = peers.checkov()
        theirs = Command(
            (program, *arguments, "--framework", "terraform_plan" if "-f" in arguments else "terraform", "--quiet", "--compact"), INPUTS
        )
        # checkov takes minutes, dyncheck a second. Measuring dyncheck before and after evens out other load.
        before = [measured(command) for _ in range(2)]
        other = middle([measured(theirs) for _ in range(times)])
        ours = middle([*before, measured(command)])
    except (peers.Absent, Failed) as reason:
        yield NotMeasured(f"{work}, against checkov", str(reason))
    except TooSlow:
        yield NotMeasured(f"{work}, against checkov", f"checkov did not finish within {LONGEST} s")
    else:
        yield Figure(
            work,
            f"times less than checkov {version}",
            other.processor / ours.processor,
            least=least,
            costs=f"{_shown(ours)}, {_shown(other)}",
        )


def _against_tfparse(repository: Path, times: int) -> Iterator[Figure | NotMeasured]:
    work = "200 modules, 620 files, 20 roots"
    try:
        python, version = peers.tfparse()
        roots = sorted((repository / "roots").iterdir())
        ours, other = paired(_dyncheck(repository), _python(_TFPARSE, *roots, python=python), times)
    except (peers.Absent, Failed) as reason:
        yield NotMeasured(f"{work}, against tfparse", str(reason))
    else:
        yield Figure(
            work,
            f"times faster than tfparse {version} loads them",
            other.wall / ours.wall,
            least=2,
            costs=f"{ours.wall:.3g} s, {other.wall:.3g} s",
        )


def _on_two(repository: Path) -> Iterator[Figure | NotMeasured]:
    work = "2,000 modules on two processors"
    if not shutil.which("taskset"):
        yield NotMeasured(work, "there is no taskset to keep a run on one processor")
        return
    both = _dyncheck(repository)
    one, two = paired(Command(("taskset", "-c", "0", *both.arguments), both.directory), both, 1)
    yield Figure(work, "times faster than on one", one.wall / two.wall, least=1.6, costs=f"{one.wall:.3g} s, {two.wall:.3g} s")


def items(_: int) -> Iterator[Figure | NotMeasured]:
    """Items against the contract of products: how many bytes a second of one processor, and how the memory grows."""
    small = measured(_items("dynamodb", 10))
    for form, size, work in (
        ("dynamodb", 1_000, "1 GB of DynamoDB JSON, an item a line"),
        ("plain", 1_000, "1 GB of plain JSON, an item a line"),
        ("array", 1_000, "1 GB of DynamoDB JSON, one array"),
        ("export", 200, "200 MB of an export to S3, a fifth of that with gzip"),
    ):
        cost = measured(_items(form, size))
        yield Figure(work, "MB a second of one processor", size / cost.processor, least=50, costs=_shown(cost))
        yield Figure(work, "the peak memory of 10 MB", cost.memory / small.memory, most=1.1, costs=f"{cost.memory / 2**20:.3g} MiB")


def _items(form: str, megabytes: int) -> Command:
    end = {"export": "json.gz", "array": "json"}.get(form, "jsonl")
    path = write_items(INPUTS / f"items-{form}-{megabytes}.{end}", megabytes * 1_000_000, form)
    return _dyncheck("items", path, "--contract", "products", "--no-project-config")


GROUPS: dict[str, Callable[[int], Iterator[Figure | NotMeasured]]] = {
    "start-up": start_up,
    "terraform-files": terraform_files,
    "large-plans": large_plans,
    "repositories": repositories,
    "items": items,
    "fleets": fleets,
}
