"""`dyncheck fix`: shows or makes the edits that correct findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from dyncheck import streams
from dyncheck.cli.options import (
    ALLOW_EMPTY,
    OF_CONTRACTS,
    OF_ENVIRONMENTS,
    OF_INPUTS,
    OF_OWN_RULES,
    OF_VERDICTS,
    CommandWithInputs,
    complete_rule,
    effective_settings,
    repeatable,
    settings_of_run,
)

if TYPE_CHECKING:
    from dyncheck.checking.settings import Settings
    from dyncheck.findings import Report, Result
    from dyncheck.fix.verified import Fixes, Refusal

_EPILOG = """\b
Exit codes:
  0  nothing to correct, or all corrected, and no findings at or above
     --fail-on remain
  1  edits to make, or findings at or above --fail-on that remain
  2  invalid command line or configuration
  3  could not check, or could not write
"""

# So many findings without an edit are listed for each reason.
_MOST_NAMED = 5

# The colours of the lines of a diff, by what they start with.
_COLOURS = (("---", "bold"), ("+++", "bold"), ("diff ", "bold"), ("@@", "cyan"), ("-", "red"), ("+", "green"))


@click.command(cls=CommandWithInputs, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--apply", "is_applied", is_flag=True, help="Write the edits into the files instead of showing them.")
@click.option("--unsafe", is_flag=True, help="Also make edits that need a decision, such as new alarms. Review them.")
@repeatable("--rule", "corrected_rules", metavar="RULE", shell_complete=complete_rule, help="Correct only the findings of this rule.")
@OF_INPUTS
@click.option(
    "--source", metavar="DIR", help="The Terraform files of a plan; by default those beside the plan or in the working directory."
)
@click.option("--changed", is_flag=True, help="PATHs are changed or deleted files: correct the root modules that contain or use them.")
@OF_ENVIRONMENTS
@OF_CONTRACTS
@repeatable("--exclude", metavar="GLOB", help="Check no root module in the directories that fit this pattern, or below them.")
@OF_VERDICTS
@OF_OWN_RULES
@ALLOW_EMPTY
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colours; auto depends on the terminal, NO_COLOR and FORCE_COLOR.",
)
def fix(paths: tuple[str, ...], **options: Any) -> None:
    """Show the edits that correct findings as a diff, or make them with --apply.

    PATH is as for `dyncheck check`. Each edit is checked before it is offered, in every root module and environment that uses its
    file: the finding is gone, and nothing else is new or unknown. `git apply` takes the diff.
    """
    from dyncheck.checking.progress import watched
    from dyncheck.checking.run import run
    from dyncheck.fix.verified import verified_edits

    context = click.get_current_context()
    if not paths and not options["changed"]:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if "-" in paths:
        raise click.UsageError("dyncheck fix reads a plan twice, so it cannot be standard input. Name its file.")
    options |= {"select": (), "ignore": (), "together": False}
    effective, loaded = effective_settings(paths, options)
    settings = replace(settings_of_run(effective, loaded, paths, options), changed=options["changed"], lists_passes=False, hashes=False)
    rules = _ids(options["corrected_rules"], settings)
    with watched() as progress:
        report = run(paths, replace(settings, progress=progress))
        fixes = verified_edits(report, paths, settings, unsafe=options["unsafe"], rules=rules)
    for error in report.errors:
        streams.tell(error)
    if options["is_applied"]:
        from dyncheck.fix.writing import write_all

        write_all(fixes.files)
    else:
        _show(fixes, options["color"])
    for line in _notes(fixes, is_applied=options["is_applied"], is_complete=not report.errors):
        streams.tell(line)
    context.exit(_exit_code(report, fixes, rules, is_applied=options["is_applied"]))


def _ids(names: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """The ids of rules. Raises `UsageError` for a name that no rule has."""
    from dyncheck.catalog.rules import all_rules, chosen

    return tuple(rule.id for rule in chosen((*all_rules(), *settings.own_rules), names, ())) if names else ()


def _show(fixes: Fixes, color: str) -> None:
    from dyncheck.cli.outputs import uses_color
    from dyncheck.fix.diff import diff

    is_coloured = uses_color(color, is_file=False)
    lines = (line for content in fixes.files for line in diff(content))
    if streams.is_terminal() or is_coloured:
        lines = (_painted(line) if is_coloured else _visible(line) for line in lines)
    streams.write_bytes(line.encode(errors="surrogateescape") for line in lines)


def _visible(line: str) -> str:
    """A line without characters that a terminal obeys."""
    text = line.rstrip("\r\n")
    return "".join(each if each == "\t" or each.isprintable() else ascii(each)[1:-1] for each in text) + line[len(text) :]


def _painted(line: str) -> str:
    text = _visible(line)
    kind = next((colour for start, colour in _COLOURS if text.startswith(start)), "")
    if not kind:
        return text
    return click.style(text.rstrip("\r\n"), **({"bold": True} if kind == "bold" else {"fg": kind})) + text[len(text.rstrip("\r\n")) :]


def _notes(fixes: Fixes, *, is_applied: bool, is_complete: bool) -> Iterator[str]:
    from dyncheck.fix.printed import NO_FIX

    unknown = [result for refusal in fixes.refusals if refusal.reason == NO_FIX for result in refusal.results]
    yield from _refused(refusal for refusal in fixes.refusals if refusal.reason != NO_FIX)
    if unknown:
        yield f"No edit is known for {_number(unknown)} of {', '.join(sorted({result.rule for result in unknown}))}."
    for offer in fixes.offers:
        if offer.kind == "unsafe":
            yield f"Review the edit for {_named(offer.results[0])}: it needs a decision."
    if fixes.held_back:
        yield f"The edits for {_number(fixes.held_back)} need a decision. Add --unsafe to include them."
    found = fixes.corrected
    if found:
        files = f"{len(fixes.files)} file{'s' * (len(fixes.files) > 1)}"
        yield (
            f"Corrected {_number(found)} in {files}."
            if is_applied
            else (f"These edits correct {_number(found)} in {files}. Make them with --apply.")
        )
    elif is_complete and not fixes.refusals and not fixes.held_back:
        yield "There is nothing to correct."


def _refused(refusals: Iterable[Refusal]) -> Iterator[str]:
    """Why findings have no edit, those of one rule with one reason together."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for refusal in refusals:
        for result in refusal.results:
            groups.setdefault((result.rule, refusal.reason), []).append(result)
    for (rule, reason), results in groups.items():
        if len(results) == 1:
            yield f"No edit for {_named(results[0])}: {reason}"
        else:
            shown = [_where(each) for each in results[:_MOST_NAMED]]
            rest = len(results) - len(shown)
            yield "\n  ".join((f"No edit for {_number(results)} of {rule}: {reason}", *shown, *([f"and {rest:,} more"] if rest else [])))


def _where(result: Result) -> str:
    """The place, the address and the root module of a finding, for a list."""
    place = f"{result.location.file}:{result.location.line}  " if result.location else ""
    environment = f", {result.environment}" if result.environment else ""
    return f"{place}{result.address} ({result.input}{environment})"


def _named(result: Result) -> str:
    place = f" at {result.location.file}:{result.location.line}" if result.location else ""
    environment = f" ({result.environment})" if result.environment else ""
    return f"{result.rule} on {result.address}{environment}{place}"


def _number(results: Iterable[Result]) -> str:
    number = len(list(results))
    return f"{number:,} finding{'s' * (number != 1)}"


def _exit_code(report: Report, fixes: Fixes, rules: tuple[str, ...], *, is_applied: bool) -> int:
    from dyncheck.checking.exit_code import CLEAN, FINDINGS, NOT_CHECKED

    if report.errors:
        return NOT_CHECKED
    corrected = set(map(id, fixes.corrected)) if is_applied else set()
    left = (each for each in report.results if id(each) not in corrected and (not rules or each.rule in rules))
    return FINDINGS if (fixes.offers and not is_applied) or any(map(report.decides, left)) else CLEAN
