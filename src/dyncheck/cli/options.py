"""What several commands have in common: options, how they are completed, and what holds because of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dyncheck.settings.effective import EffectiveSettings
    from dyncheck.settings.file import Loaded


EPILOG = """\b
Exit codes:
  0  checked, nothing at or above --fail-on
  1  findings at or above it (or unknowns, with --unknown fail)
  2  wrong usage
  3  could not check: unreadable, truncated, not a plan, nothing to check
"""


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from dyncheck.catalog.rules import all_rules

    return [CompletionItem(rule.id, help=rule.title) for rule in all_rules() if rule.id.startswith(incomplete)]


def complete_table(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from dyncheck.catalog.contracts import built_in

    return [CompletionItem(contract.table) for contract in built_in() if contract.table.startswith(incomplete)]


class CommandWithInputs(click.Command):
    """A command that keeps the order in which --var and --var-file were given: the later one of two values holds."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before = args[: args.index("--")] if "--" in args else args
        kinds = [argument.partition("=")[0] for argument in before]
        ctx.meta["order"] = [kind for kind in kinds if kind in ("--var", "--var-file")]
        return super().parse_args(ctx, args)


def given_values(order: list[str], variables: tuple[str, ...], files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What --var and --var-file give, in their order: `(name, text)`, or `("", path)` for a file."""
    left = {"--var": iter(variables), "--var-file": iter(files)}
    for kind in order:
        given = next(left[kind])
        if kind == "--var-file":
            yield "", given
            continue
        name, equals, text = given.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--var {given} is not NAME=VALUE.")
        yield name.strip(), text


Command: TypeAlias = "Callable[..., None]"


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in their order in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


# What `.dyncheck.yaml` can say as well. `dyncheck config` takes the same options, to show what would hold.
OF_TABLES = with_options(
    click.option(
        "--require",
        multiple=True,
        metavar="TABLE",
        shell_complete=complete_table,
        help="Fail when no table is under this contract, such as products. Repeatable.",
    ),
    click.option(
        "--allow-destroy",
        multiple=True,
        metavar="ADDRESS",
        help="The plan may destroy or replace the table at exactly this address, and no other one. Repeatable.",
    ),
)
OF_RULES = with_options(
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="FILE_OR_DIR",
        help="More table contracts (YAML); one of the same name replaces the shipped one. Repeatable.",
    ),
    click.option("--select", multiple=True, metavar="RULE", shell_complete=complete_rule, help="Run only this rule. Repeatable."),
    click.option("--ignore", multiple=True, metavar="RULE", shell_complete=complete_rule, help="Do not run this rule. Repeatable."),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note"]),
        help="The least severity that makes the exit code 1.  [default: error]",
    ),
    click.option(
        "--unknown",
        type=click.Choice(["warn", "fail", "pass"]),
        help="Verdicts that are unknown or undecided: show them, count them like failures, or only count them.  [default: warn]",
    ),
    click.option(
        "--config",
        metavar="FILE",
        help="The configuration; found as .dyncheck.yaml upwards from what is checked, to the repository's root.",
    ),
    click.option("--no-project-config", is_flag=True, help="Go by no configuration file, not even by one in the repository."),
)


def effective_settings(paths: tuple[str, ...], options: dict[str, Any]) -> tuple[EffectiveSettings, Loaded | None]:
    """What holds for the run, and the configuration file that has a part in it."""
    from dyncheck.checking.exit_code import OnUnknown
    from dyncheck.rule import Severity
    from dyncheck.settings.effective import CommandLineSettings
    from dyncheck.settings.effective import effective_settings as merged

    if options["config"] and options["no_project_config"]:
        raise click.UsageError("--config names a configuration and --no-project-config wants none.")
    loaded: Loaded | None = None
    if not options["no_project_config"]:
        from dyncheck.settings.find import find

        path = options["config"] or find(paths)
        if path:
            from dyncheck.settings.file import load

            loaded = load(path)
    given = CommandLineSettings(
        select=options["select"],
        ignore=options["ignore"],
        require=options.get("require", ()),
        policies=options["policies"],
        allow_destroy=options.get("allow_destroy", ()),
        fail_on=Severity(options["fail_on"]) if options["fail_on"] else None,
        unknown=OnUnknown(options["unknown"]) if options["unknown"] else None,
        reads_part=bool(options.get("changed")) or "require" not in options,
    )
    return merged(given, loaded), loaded
