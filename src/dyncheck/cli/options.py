"""The options that several commands share, their completion, and the settings that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dyncheck.checking.settings import Settings
    from dyncheck.rule import Rule
    from dyncheck.settings.effective import EffectiveSettings
    from dyncheck.settings.file import Loaded


EPILOG = """\b
Exit codes:
  0  checked, no findings at or above --fail-on
  1  findings at or above --fail-on, or unknown results with --unknown fail
  2  invalid command line or configuration
  3  could not check: unreadable, truncated, not a plan, or nothing to check;
     with --strict also anything that was not checked
"""


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from dyncheck.catalog.rules import all_rules

    return [CompletionItem(rule.id, help=rule.title) for rule in all_rules() if rule.id.startswith(incomplete)]


def complete_known_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of rules, and those that frameworks and other tools have for them."""
    from click.shell_completion import CompletionItem

    from dyncheck.catalog.rules import all_rules
    from dyncheck.catalog.search import controls_of

    names = {name: rule.title for rule in all_rules() for name in (rule.id, *(controls_of(rule) if incomplete else ()))}
    return [CompletionItem(name, help=names[name]) for name in sorted(names) if name.startswith(incomplete)]


def complete_table(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from dyncheck.catalog.contracts import built_in

    return [contract.table for contract in built_in() if contract.table.startswith(incomplete)]


class CommandWithInputs(click.Command):
    """A command that keeps the order of --var and --var-file, because a later value replaces an earlier one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before = args[: args.index("--")] if "--" in args else args
        kinds = [argument.partition("=")[0] for argument in before]
        ctx.meta["order"] = [kind for kind in kinds if kind in ("--var", "--var-file")]
        return super().parse_args(ctx, args)


def given_values(variables: tuple[str, ...], files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The values of --var and --var-file in their order: `(name, text)`, or `("", path)` for a file."""
    values = {"--var": iter(variables), "--var-file": iter(files)}
    for kind in click.get_current_context().meta["order"]:
        value = next(values[kind])
        if kind == "--var-file":
            yield "", value
            continue
        name, equals, text = value.partition("=")
        if not equals or not name or name != name.strip():
            raise click.UsageError(f"Invalid --var {value}; expected NAME=VALUE.")
        yield name, text


Command: TypeAlias = "Callable[..., None]"


def with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in their order in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def repeatable(*names: str, **attributes: Any) -> Callable[[Command], Command]:
    """An option that may be given several times, which its help says."""
    attributes["help"] += " Repeatable."
    return click.option(*names, multiple=True, **attributes)


def format_option(names: Iterable[str]) -> Callable[[Command], Command]:
    """The option --format, with the default `text`."""
    return click.option("--format", "format_", type=click.Choice([*names]), default="text", show_default=True, help="The output format.")


OF_INPUTS = with_options(
    repeatable("--var", "variables", metavar="NAME=VALUE", help="Set a variable of the root module."),
    repeatable("--var-file", "var_files", metavar="FILE", help="Set variables from a file (.tfvars)."),
    click.option(
        "--workspace",
        metavar="NAME",
        help="The value of terraform.workspace; by default that of TF_WORKSPACE or of `terraform workspace select`.",
    ),
)
SOURCE = click.option(
    "--source",
    metavar="DIR",
    help="The Terraform files of a plan, for the lines of findings; by default those beside the plan or in the working directory.",
)
TOGETHER = click.option(
    "--together",
    is_flag=True,
    help="Judge all inputs as one deployment: an alarm in one counts for a table in another when name, region and account agree.",
)
OUTPUT = click.option(
    "--output",
    "written",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="FILE: write the report to a file instead of to standard output. FORMAT=FILE: also write a report in this format. Repeatable.",
)
BASELINE = click.option(
    "--baseline",
    metavar="FILE",
    help="A file of `dyncheck baseline`, or an earlier JSON report; only new findings count for the exit code.",
)
OF_LOOK = with_options(
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="When to use colours; auto depends on the terminal, NO_COLOR and FORCE_COLOR.",
    ),
    click.option("--statistics", is_flag=True, help="Show counts by rule, contract and environment instead of the findings."),
    click.option("-q", "--quiet", is_flag=True, help="Show only the findings that make the exit code 1."),
    click.option("-v", "--verbose", is_flag=True, help="Show every finding in full with all its places, and the rules that passed."),
)
ALLOW_EMPTY = click.option("--allow-empty", is_flag=True, help="Accept an input without a DynamoDB table.")
# The rules that are not shipped. Loading them runs their code.
OF_OWN_RULES = with_options(
    repeatable("--rules", metavar="DIR", help="Add your own rules, the files DIR/TEAM/NAME.py."),
    repeatable("--plugin", "plugins", metavar="PACKAGE", help="Add the rules of an installed package."),
    click.option(
        "--config",
        metavar="FILE",
        help="The configuration file; by default .dyncheck.yaml at the root of the repository.",
    ),
    click.option("--no-project-config", is_flag=True, help="Ignore .dyncheck.yaml."),
    click.option("--trust-config", is_flag=True, help="Let a .dyncheck.yaml that was found, not named, add your own rules (code)."),
)
_POLICY_HELP = "Add table contracts (YAML); a contract replaces the built-in one of the same name."
OF_CONTRACTS = with_options(
    repeatable("--policy", "policies", metavar="FILE_OR_DIR", help=_POLICY_HELP),
    click.option(
        "--reference/--no-reference", default=None, help="Use the built-in contracts, products and sessions.  [default: reference]"
    ),
)
# `.dyncheck.yaml` has the same settings. `dyncheck config` takes the same options, to show their effect.
OF_TABLES = with_options(
    repeatable(
        "--require", metavar="TABLE", shell_complete=complete_table, help="Fail if no table matches this contract, such as products."
    ),
    repeatable("--allow-destroy", metavar="ADDRESS", help="Allow the plan to destroy or replace the table at exactly this address."),
    click.option(
        "--strict/--no-strict",
        default=None,
        help="End in exit code 3 if anything was not checked, or if a result of severity error is unknown. For CI.",
    ),
    repeatable("--exclude", metavar="GLOB", help="Check no root module in the directories that fit this pattern, or below them."),
)
OF_ENVIRONMENTS = repeatable(
    "--environment",
    "environments",
    metavar="NAME",
    help="Check only in this environment of the configuration. A single one also holds for plans.",
)
OF_VERDICTS = with_options(
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note"]),
        help="The lowest severity that makes the exit code 1.  [default: error]",
    ),
    click.option(
        "--unknown",
        type=click.Choice(["warn", "fail", "pass"]),
        help="Show unknown results and undecided proofs, count them as failures, or only count them.  [default: warn]",
    ),
)
OF_RULES = with_options(
    OF_CONTRACTS,
    repeatable("--select", metavar="RULE", shell_complete=complete_rule, help="Run only this rule."),
    repeatable("--ignore", metavar="RULE", shell_complete=complete_rule, help="Skip this rule."),
    OF_VERDICTS,
    OF_OWN_RULES,
)


def effective_settings(paths: tuple[str, ...], options: dict[str, Any]) -> tuple[EffectiveSettings, Loaded | None]:
    """The settings of the run, and the configuration file that they come from."""
    from dyncheck.rule import Severity
    from dyncheck.settings.effective import CommandLineSettings
    from dyncheck.settings.effective import effective_settings as merged

    with traced(options):
        loaded = _loaded_configuration(paths, options)
    exclude = options.get("exclude", ())
    for pattern in exclude:
        refuse_invalid(pattern)
    given = CommandLineSettings(
        select=options["select"],
        ignore=options["ignore"],
        require=options.get("require", ()),
        policies=options["policies"],
        reference=options["reference"],
        rules=options["rules"],
        plugins=options["plugins"],
        allow_destroy=options.get("allow_destroy", ()),
        strict=options.get("strict"),
        exclude=exclude,
        environments=options.get("environments", ()),
        fail_on=Severity(options["fail_on"]) if options["fail_on"] else None,
        unknown=options["unknown"],
        reads_part=bool(options.get("changed")) or "require" not in options,
    )
    with traced(options):
        return merged(given, loaded), loaded


def settings_of_run(effective: EffectiveSettings, loaded: Loaded | None, paths: tuple[str, ...], options: dict[str, Any]) -> Settings:
    """The settings of a run on those paths, as the options and the configuration have them."""
    from msgspec.structs import replace

    from dyncheck.checking.processes import available
    from dyncheck.settings.find import unread

    return replace(
        effective.of_run(loaded),
        allow_empty=options["allow_empty"],
        source=options["source"] or "",
        together=options["together"],
        unread=None if options["config"] or options["no_project_config"] else unread(paths),
        only_in=tuple(dict.fromkeys(options["environments"])),
        given=tuple(given_values(options["variables"], options["var_files"])),
        workspace=options["workspace"],
        processes=available(),
    )


def own_rules(options: dict[str, Any]) -> tuple[Rule, ...]:
    """The rules that are not shipped, by the options and by the configuration for the working directory."""
    with traced(options):
        loaded = _loaded_configuration((), options)
        if loaded:
            return loaded.own_rules
        if not options["rules"] and not options["plugins"]:
            return ()
        from dyncheck.catalog.own_rules import own_rules as load

        return load(options["rules"], options["plugins"])


@contextmanager
def traced(options: dict[str, Any]) -> Iterator[None]:
    """With -v, show the trace of a rule that cannot be loaded."""
    from dyncheck.errors import UsageError

    try:
        yield
    except UsageError as error:
        if options.get("verbose") and error.trace:
            raise UsageError(str(error), error.trace.splitlines()) from None
        raise


def _loaded_configuration(paths: tuple[str, ...], options: dict[str, Any]) -> Loaded | None:
    """The configuration file that --config names, or that is found for the paths."""
    if options["config"] and options["no_project_config"]:
        raise click.UsageError("--config cannot be combined with --no-project-config. Remove one of them.")
    if options["no_project_config"]:
        return None
    from dyncheck.settings.find import find

    path = options["config"] or find(paths)
    if not path:
        return None
    from dyncheck.settings.file import load

    is_trusted = bool(options["config"] or options["trust_config"])
    return load(path, is_trusted=is_trusted, rules=options["rules"], plugins=options["plugins"])


def refuse_invalid(pattern: str) -> None:
    """Raise `UsageError` for a pattern that --exclude cannot have."""
    from dyncheck.readers.hcl.exclusions import why_invalid

    if why := why_invalid(pattern):
        raise click.UsageError(f"Invalid --exclude {pattern}; {why}.")
