"""`dyncheck baseline`: writes and updates the file of the findings that are accepted."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from dyncheck import streams
from dyncheck.cli.options import (
    ALLOW_EMPTY,
    OF_ENVIRONMENTS,
    OF_INPUTS,
    OF_RULES,
    OF_TABLES,
    SOURCE,
    TOGETHER,
    CommandWithInputs,
    effective_settings,
    settings_of_run,
)
from dyncheck.errors import one_line
from dyncheck.reporters.tally import plural

if TYPE_CHECKING:
    from dyncheck.checking.baseline import Update
    from dyncheck.checking.baseline_file import Entry

_MOST_SHOWN = 20


@click.command(cls=CommandWithInputs)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", metavar="FILE", help="The file; by default .dyncheck-baseline.json at the root of the repository.")
@click.option("--add", is_flag=True, help="Also accept the findings that are new. Without a file, all are accepted.")
@click.option("--prune", is_flag=True, help="Also remove what this run did not check, such as the findings of a deleted root module.")
@OF_INPUTS
@SOURCE
@TOGETHER
@OF_ENVIRONMENTS
@OF_TABLES
@OF_RULES
@ALLOW_EMPTY
def baseline(paths: tuple[str, ...], output: str | None, add: bool, prune: bool, **options: Any) -> None:
    """Write the baseline: the findings of PATH that are accepted for now.

    \b
      dyncheck baseline .
      dyncheck . --baseline .dyncheck-baseline.json

    The first run accepts every finding and every unknown result, of any severity. A later run removes what is fixed or waived,
    and accepts new findings only with --add. Findings on what a plan removes are never accepted. The options are those of
    `dyncheck check`; use the same ones as there. The file has no values of the inputs. Commit it.

    \b
    Exit codes:
      0  the file has every finding of this run
      1  there are new findings, which the file does not have
      2  invalid command line or configuration, or the file is not a baseline
      3  could not check; the file stays as it was
    """
    from msgspec.structs import replace

    from dyncheck.checking.baseline import accepted, updated
    from dyncheck.checking.baseline_file import NAME, entries, text
    from dyncheck.checking.progress import watched
    from dyncheck.checking.run import run
    from dyncheck.readers.source import expanded
    from dyncheck.reporters.safe import safe_json, safe_text
    from dyncheck.settings.find import root_of

    paths = expanded(paths)
    file = output or os.path.join(root_of(paths[0]), NAME)
    streams.refuse_inputs(file, paths)
    streams.refuse_links(file)
    is_first = not os.path.lexists(file)
    before = () if is_first else entries(file)
    effective, loaded = effective_settings(paths, options)
    with watched() as progress:
        settings = replace(settings_of_run(effective, loaded, paths, options), hashes=False, strict=False, progress=progress)
        report = run(paths, settings)
    if effective.strict:
        from dyncheck.checking.strict import strictly

        report = strictly(accepted(report), reads_part=False)
    for error in report.errors:
        streams.tell(error)
    if report.errors:
        streams.tell(f"{file} was not {'written' if is_first else 'changed'}, because not everything could be checked.")
        click.get_current_context().exit(3)
    update = updated(report, before, adds=add or is_first, prunes=prune)
    streams.replace_file(file, map(safe_json, text(update.entries)))
    streams.write(safe_text("".join(f"{line}\n" for line in _said(file, update))))
    click.get_current_context().exit(1 if update.refused else 0)


def _said(file: str, update: Update) -> Iterator[str]:
    changes = [f"{len(several):,} {verb}" for several, verb in ((update.added, "added"), (update.removed, "removed")) if several]
    yield f"{file}: {_counted(update.entries)}; {', '.join(changes) or 'no change'}"
    yield from _listed("added", update.added)
    yield from _listed("removed", update.removed)
    if update.undecided:
        yield f"Kept, because they can no longer be determined: {update.undecided:,}."
    if update.unchecked:
        yield f"Kept, because this run did not check them: {update.unchecked:,}. Remove them with --prune."
    if update.refused:
        yield f"New, and not in the file: {_counted(update.refused)}. Fix them, or accept them with --add."
        yield from _listed("new", update.refused)


def _counted(several: Collection[Entry]) -> str:
    """How many results are findings, and how many are unknown."""
    unknown = sum(each.status == "unknown" for each in several)
    findings = plural(len(several) - unknown, "finding")
    return f"{findings}, {unknown:,} unknown" if unknown else findings


def _listed(label: str, several: Sequence[Entry]) -> Iterator[str]:
    for each in sorted(several, key=lambda entry: entry.order)[:_MOST_SHOWN]:
        where = " ".join(filter(None, (each.input, f"({each.environment})" if each.environment else "")))
        what = each.severity.value if each.status == "fail" else each.status
        yield one_line(f"  {label:<8} {what:<8} {each.rule} on {each.address}{f' in {where}' if where else ''}")
    if len(several) > _MOST_SHOWN:
        yield f"  and {len(several) - _MOST_SHOWN:,} more"
