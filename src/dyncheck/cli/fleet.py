"""`dyncheck fleet`: checks many documents in one run, and writes their results as Parquet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_ENVIRONMENTS, OF_RULES, CommandWithInputs, effective_settings, repeatable
from dyncheck.errors import InputError, UsageError
from dyncheck.reporters.tally import plural

if TYPE_CHECKING:
    from dyncheck.fleet.run import Tally
    from dyncheck.settings.effective import EffectiveSettings

_INSTALL = 'This command needs Dask, fsspec and PyArrow. Install them with `pip install "dyncheck[fleet]"`.'
_NEEDED = frozenset({"cloudpickle", "cryptography", "dask", "distributed", "fsspec", "pyarrow", "tornado"})

# What `dyncheck fleet NAME` runs instead of checking the source NAME.
_COMMANDS = {"report": "fleet_report:report"}

_INTERRUPTED = 130


class FleetCommand(CommandWithInputs):
    """The check of a fleet, and the commands on its results: `dyncheck fleet report` is one of its own."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        if args and args[0] in _COMMANDS:
            from importlib import import_module

            module, _, function = _COMMANDS[args[0]].partition(":")
            command: click.Command = getattr(import_module(f"dyncheck.cli.{module}"), function)
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=FleetCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", required=True, metavar="FILE", help="The file of the results (Parquet).")
@repeatable(
    "--since",
    metavar="FILE",
    help="The results of an earlier run. Documents that did not change since then are not checked again.",
)
@click.option("--run", "name", metavar="NAME", help="The name of this run in the results; by default the time when it starts.")
@click.option("--workers", type=click.IntRange(1), metavar="NUMBER", help="The number of processes; by default one for each processor.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Use the Dask cluster with this scheduler, such as tcp://dask:8786, not processes of this machine.",
)
@click.option(
    "--strict/--no-strict",
    default=None,
    help="End in exit code 3 if a part of a document was not checked, or if a result of severity error is unknown.",
)
@click.option("--allow-empty", is_flag=True, help="Accept documents without any DynamoDB table.")
@OF_ENVIRONMENTS
@OF_RULES
def fleet(sources: tuple[str, ...], output: str, **options: Any) -> None:
    """Check many plans, states and captures, and write their results to a Parquet file.

    \b
      dyncheck fleet 's3://states/**/terraform.tfstate' -o results.parquet
      dyncheck fleet plans/ -o today.parquet --since yesterday.parquet
      dyncheck fleet report today.parquet

    SOURCE is a file, a directory, a pattern in quotes, or a URL with any of them in a store (s3, gs, az). A document is a plan or a
    state from `terraform show -json`, a terraform.tfstate, or a file of `dyncheck capture`. docs/fleet.md has the columns of the file.
    Ctrl-C keeps what was checked in FILE.partial, for --since.

    \b
    Exit codes:
      0  checked, no findings at or above --fail-on
      1  findings at or above --fail-on, or unknown results with --unknown fail
      2  invalid command line or configuration
      3  could not check some or all documents
    """
    try:
        code = _checked(sources, output, options)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        raise UsageError(_INSTALL) from None
    click.get_current_context().exit(code)


def _checked(sources: tuple[str, ...], output: str, options: dict[str, Any]) -> int:
    """Check the sources, and return the exit code."""
    import gc
    from datetime import datetime, timezone
    from functools import partial

    from dyncheck.checking.processes import available
    from dyncheck.fleet.cluster import ClusterError, existing, local
    from dyncheck.fleet.earlier import Earlier
    from dyncheck.fleet.order import order_of
    from dyncheck.fleet.progress import FleetProgress, is_terminal
    from dyncheck.fleet.run import PARTIAL, Fleet, first_errors, run
    from dyncheck.fleet.sources import documents

    if options["scheduler"] and options["workers"]:
        raise click.UsageError("--workers cannot be combined with --scheduler, whose cluster has its own. Remove one of them.")
    if len(set(options["environments"])) > 1:
        raise click.UsageError("--environment can be given once here: all documents are checked in it.")
    # Other commands are short, and run without the collector.
    gc.enable()
    streams.refuse_links(output)
    streams.refuse_inputs(output, (*(each for each in sources if "://" not in each), *options["since"]))
    local_sources = tuple(each for each in sources if "://" not in each and os.path.lexists(each))
    effective, loaded = effective_settings(local_sources, options)
    settings = effective.of_run(loaded)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    order = order_of(_in_environment(settings, options), options["name"] or now.strftime("%Y-%m-%dT%H:%M:%SZ"), now)
    earlier = Earlier(options["since"], order)
    found, missing = documents(sources)
    if not found:
        raise InputError(" ".join(f"{each.name} {each.why}." for each in missing) or "There is no document.", kind="nothing-to-check")
    cluster = (
        partial(existing, options["scheduler"]) if options["scheduler"] else partial(local, _workers(options, available(), len(found)))
    )
    with FleetProgress(len(found), is_shown=is_terminal()) as progress:
        try:
            tally = run(Fleet(order, found, missing, earlier), output, cluster, progress)
        except (KeyboardInterrupt, ClusterError) as error:
            kept = f"What was checked is in {output}{PARTIAL}. Add --since {output}{PARTIAL} to check the rest."
            if isinstance(error, ClusterError):
                raise ClusterError(f"{error} {kept}") from None
            streams.tell(f"Interrupted. {kept}")
            return _INTERRUPTED
    for line in first_errors(tally):
        streams.tell(line)
    streams.write("".join(f"{line}\n" for line in _said(output, tally)))
    return _exit_code(tally, effective, allows_empty=options["allow_empty"])


def _in_environment(settings: Any, options: dict[str, Any]) -> Any:
    from msgspec.structs import replace

    return replace(settings, only_in=tuple(dict.fromkeys(options["environments"])))


def _workers(options: dict[str, Any], processors: int, documents: int) -> int:
    return min(options["workers"] or processors, documents)


def _said(output: str, tally: Tally) -> Iterator[str]:
    statuses = {"read": "checked", "empty": "without a table", "skipped": "skipped", "error": "not or not completely checked"}
    counts = (f"{tally.documents(status):,} {words}" for status, words in statuses.items() if tally.documents(status) or status == "read")
    yield f"{output}: {plural(tally.documents(), 'document')} ({', '.join(counts)}), {plural(tally.tables, 'table')}"
    findings = [plural(tally.results("fail", severity), severity) for severity in ("error", "warning", "note")]
    others = [f"{tally.results(status):,} {word}" for status, word in (("unknown", "unknown"), ("waived", "waived"), ("pass", "passed"))]
    yield ", ".join((*findings, *others))
    if tally.kept:
        yield f"{plural(tally.kept, 'document')} had not changed since the earlier run."


def _exit_code(tally: Tally, effective: EffectiveSettings, *, allows_empty: bool) -> int:
    """The exit code, as `dyncheck check` would have it for all documents together."""
    from dyncheck.checking.exit_code import CLEAN, FINDINGS, NOT_CHECKED
    from dyncheck.rule import Severity

    if tally.documents("error"):
        return NOT_CHECKED
    if not tally.documents("read") and not allows_empty:
        streams.tell("No document has a DynamoDB table to check. If that is intended, use --allow-empty.")
        return NOT_CHECKED
    if effective.strict and (tally.results("unknown", "error") or tally.partial):
        streams.tell(
            f"--strict: {plural(tally.results('unknown', 'error'), 'result')} of severity error unknown, "
            f"{plural(tally.partial, 'document')} not checked in part."
        )
        return NOT_CHECKED
    counting = ("fail", "unknown") if effective.unknown == "fail" else ("fail",)
    grave = [each.value for each in Severity if each.rank <= effective.fail_on.rank]
    return FINDINGS if any(tally.results(status, severity) for status in counting for severity in grave) else CLEAN
