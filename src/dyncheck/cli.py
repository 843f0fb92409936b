"""The command line: options in, exit code out. The only module that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.shell_completion import CompletionItem

from dyncheck import streams
from dyncheck.errors import DyncheckError, OutputError, UsageError, one_line
from dyncheck.reporters.formats import NAMES
from dyncheck.version import VERSION

if TYPE_CHECKING:
    from dyncheck.choices import Choices
    from dyncheck.config import Loaded

_EPILOG = """\b
Exit codes:
  0  checked, nothing at or above --fail-on
  1  findings at or above it (or unknowns, with --unknown fail)
  2  wrong usage
  3  could not check: unreadable, truncated, not a plan, nothing to check
"""


class CheckByDefault(click.Group):
    """A group of commands in which `dyncheck PATH` means `dyncheck check PATH`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["check", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options of `check` may come first: `dyncheck --format json plan.json`.
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["check", *args]
        return super().parse_args(ctx, args)


def _complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from dyncheck.catalog import all_rules

    return [CompletionItem(rule.id, help=rule.title) for rule in all_rules() if rule.id.startswith(incomplete)]


def _complete_table(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from dyncheck.contract import built_in

    return [CompletionItem(contract.table) for contract in built_in() if contract.table.startswith(incomplete)]


@click.group(cls=CheckByDefault, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="dyncheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Check the DynamoDB tables and alarms of a Terraform plan against their specification.

    \b
      terraform plan -out=tfplan && terraform show -json tfplan > plan.json
      dyncheck plan.json

    `dyncheck PATH` is short for `dyncheck check PATH`; its options are under `dyncheck check --help`.
    """


class CommandWithInputs(click.Command):
    """A command that keeps the order in which --var and --var-file were given: the later one of two values holds."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before = args[: args.index("--")] if "--" in args else args
        kinds = [argument.partition("=")[0] for argument in before]
        ctx.meta["order"] = [kind for kind in kinds if kind in ("--var", "--var-file")]
        return super().parse_args(ctx, args)


def _given(order: list[str], variables: tuple[str, ...], files: tuple[str, ...]) -> Iterator[tuple[str, str]]:
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


def _with_options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in their order in the help."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


# What `.dyncheck.yaml` can say as well: `dyncheck config` takes the same options, to show what would hold.
_OF_THE_GATE = _with_options(
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="FILE_OR_DIR",
        help="More table contracts (YAML); one of the same name replaces the shipped one. Repeatable.",
    ),
    click.option(
        "--require",
        multiple=True,
        metavar="TABLE",
        shell_complete=_complete_table,
        help="Fail when no table is under this contract, such as products. Repeatable.",
    ),
    click.option("--select", multiple=True, metavar="RULE", shell_complete=_complete_rule, help="Run only this rule. Repeatable."),
    click.option("--ignore", multiple=True, metavar="RULE", shell_complete=_complete_rule, help="Do not run this rule. Repeatable."),
    click.option(
        "--allow-destroy",
        multiple=True,
        metavar="ADDRESS",
        help="The plan may destroy or replace the table at exactly this address, and no other one. Repeatable.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note"]),
        help="The least severity that makes the exit code 1.  [default: error]",
    ),
    click.option(
        "--unknown",
        type=click.Choice(["warn", "fail", "pass"]),
        help="Verdicts that cannot be known before the apply: show them, count them like failures, or only count them.  [default: warn]",
    ),
    click.option(
        "--config",
        metavar="FILE",
        help="The configuration; found as .dyncheck.yaml upwards from what is checked, to the repository's root.",
    ),
    click.option("--no-project-config", is_flag=True, help="Go by no configuration file, not even by one in the repository."),
)


def _choices(paths: tuple[str, ...], options: dict[str, Any]) -> tuple[Choices, Loaded | None]:
    """What holds for the run, and the configuration file that has a part in it."""
    from dyncheck.choices import Given, choices
    from dyncheck.rule import Severity
    from dyncheck.verdict import OnUnknown

    if options["config"] and options["no_project_config"]:
        raise click.UsageError("--config names a configuration and --no-project-config wants none.")
    loaded: Loaded | None = None
    if not options["no_project_config"]:
        from dyncheck.configuration_search import find

        path = options["config"] or find(paths)
        if path:
            from dyncheck.config import load

            loaded = load(path)
    given = Given(
        select=options["select"],
        ignore=options["ignore"],
        require=options["require"],
        policies=options["policies"],
        allow_destroy=options["allow_destroy"],
        fail_on=Severity(options["fail_on"]) if options["fail_on"] else None,
        unknown=OnUnknown(options["unknown"]) if options["unknown"] else None,
        reads_part=options.get("changed", False),
    )
    return choices(given, loaded), loaded


@cli.command(cls=CommandWithInputs, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--format", "format_", type=click.Choice(NAMES), default="text", show_default=True, help="What to write.")
@click.option(
    "--output",
    "written",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write to a file: FILE instead of to standard output, FORMAT=FILE as well, such as sarif=report.sarif. Repeatable.",
)
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A value for a variable of the root module. Repeatable.")
@click.option("--var-file", "var_files", multiple=True, metavar="FILE", help="A file of such values (.tfvars). Repeatable.")
@click.option(
    "--source",
    metavar="DIR",
    help="The Terraform files a plan was made of, for the lines of its findings; found beside the plan or in the working directory.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="The PATHs are files that changed, deleted ones too: check the root modules below the working directory that hold them or call "
    "their modules.",
)
@click.option("--baseline", metavar="REPORT", help="An earlier JSON report: only what is new since then counts for the exit code.")
@_OF_THE_GATE
@click.option("--allow-empty", is_flag=True, help="An input without any DynamoDB table is fine.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; auto goes by the terminal, NO_COLOR and FORCE_COLOR.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only the findings that make the exit code 1.")
@click.option("-v", "--verbose", is_flag=True, help="What passed as well.")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Check plans, states or Terraform files.

    PATH is a file that `terraform show -json` writes, - for standard input, a directory (every root module in it), or a
    Terraform file (its module). Variables get values as in Terraform: defaults, TF_VAR_*, terraform.tfvars,
    *.auto.tfvars, then --var and --var-file in their order; what has none is unknown.
    """
    from dyncheck.outputs import Look, deliver, outputs, rendered
    from dyncheck.run import Settings, run
    from dyncheck.verdict import exit_code

    _refuse_misfits(paths, options)

    wanted = outputs(options["format_"], options["written"], paths)
    held, loaded = _choices(paths, options)
    report = run(
        paths,
        Settings(
            policies=held.policies,
            required=held.require,
            select=held.select,
            ignore=held.ignore,
            severities=held.severities,
            decisions=held.decisions,
            configuration=held.configured(loaded),
            allow_empty=options["allow_empty"],
            source=options["source"] or "",
            baseline=options["baseline"] or "",
            changed=options["changed"],
            illustrated=any(output.format == "html" for output in wanted),
            allow_destroy=held.allow_destroy,
            given=tuple(_given(click.get_current_context().meta["order"], options["variables"], options["var_files"])),
        ),
    )
    for error in report.errors:
        streams.tell(error)
    if options["changed"] and not report.inputs and not report.errors:
        streams.tell("The changes touch no root module here; nothing was checked.")
    look = Look(options["color"], options["verbose"], options["quiet"], held.unknown, held.fail_on)
    for output in wanted:
        # What could not be checked was said on standard error, and is all there is to say to a person.
        if output.format != "text" or report.inputs or report.required:
            deliver(rendered(report, output, look), output)
    click.get_current_context().exit(exit_code(report, held.fail_on, held.unknown))


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@_OF_THE_GATE
def config(paths: tuple[str, ...], **options: Any) -> None:
    """Show what would hold for a check of PATH, and where each part comes from.

    Without a PATH it is the working directory that would be checked.
    """
    from dyncheck.choices import as_text

    held, loaded = _choices(paths or (".",), options)
    streams.write(as_text(held, loaded.path if loaded else ""))


def _refuse_misfits(paths: tuple[str, ...], options: dict[str, Any]) -> None:
    context = click.get_current_context()
    if not paths and not options["changed"]:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if options["changed"] and options["require"]:
        raise click.UsageError("--require needs everything to be read, and --changed reads a part. Leave one of them out.")


_PROVE_EPILOG = """\b
Exit codes:
  0  all proved, or waived, or below --fail-on
  1  something refuted at or above it (or undecided, with --unknown fail)
  2  wrong usage
  3  could not read the module
"""


@cli.command(epilog=_PROVE_EPILOG)
@click.argument("module", metavar="DIR")
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True, help="What to write."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write there instead of to standard output.")
@click.option("--policy", "policies", multiple=True, metavar="FILE_OR_DIR", help="More table contracts (YAML), as of check. Repeatable.")
@click.option("--select", multiple=True, metavar="RULE", shell_complete=_complete_rule, help="Prove only this rule. Repeatable.")
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=_complete_rule, help="Do not prove this rule. Repeatable.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--unknown",
    type=click.Choice(["warn", "fail", "pass"]),
    default="warn",
    show_default=True,
    help="What is undecided: show it, or count it like what is refuted.",
)
@click.option("--replay", is_flag=True, help="Run the real `terraform plan` on each counterexample as well.")
def prove(module: str, **options: Any) -> None:
    """Prove a module: compliant for every input, or the input that breaks it.

    DIR is the directory of a module. All values that the types and validations of its variables allow are divided into cases;
    values that are set somewhere (defaults, TF_VAR_*, .tfvars) do not limit them. docs/proofs.md says what is assumed.
    """
    from dyncheck.catalog import all_rules, chosen
    from dyncheck.outputs import Output, deliver
    from dyncheck.proof.prover import prove_module
    from dyncheck.rule import Severity
    from dyncheck.verdict import OnUnknown, exit_code_of_proofs

    if options["output"] is not None:
        streams.refuse_inputs(options["output"], (module,))
    rules = all_rules()
    report = prove_module(module, chosen(rules, options["select"], options["ignore"]), rules, options["policies"])
    if options["replay"]:
        from dyncheck.proof.replay import replay

        report = replay(report, module, rules, options["policies"])
    for error in report.errors:
        streams.tell(error)
    deliver(_rendered_proofs(report, options["format_"]), Output(options["format_"], options["output"] or ""))
    click.get_current_context().exit(exit_code_of_proofs(report, Severity(options["fail_on"]), OnUnknown(options["unknown"])))


@cli.command(cls=CommandWithInputs)
@click.argument("path", metavar="PATH")
@click.option("--policy", "policies", multiple=True, metavar="FILE_OR_DIR", help="More table contracts (YAML), as of check. Repeatable.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A value for a variable of the root module. Repeatable.")
@click.option("--var-file", "var_files", multiple=True, metavar="FILE", help="A file of such values (.tfvars). Repeatable.")
def selftest(path: str, policies: tuple[str, ...], variables: tuple[str, ...], var_files: tuple[str, ...]) -> None:
    """Test the rules on your own input: break one demand at a time, and see that its rule, and only it, says so.

    PATH is a plan in JSON or a directory of Terraform files that dyncheck finds nothing wrong with. Nothing is written.

    \b
    Exit codes: 0 every mutation was found by its rule alone, 1 some was not, 2 wrong usage, 3 could not be read.
    """
    from dyncheck.catalog import all_rules
    from dyncheck.reporters.selftest import selftest_as_text
    from dyncheck.selftest.tester import selftest as run_selftest
    from dyncheck.verdict import CLEAN, FINDINGS

    given = tuple(_given(click.get_current_context().meta["order"], variables, var_files))
    tested = run_selftest(path, all_rules(), policies, given)
    streams.write(selftest_as_text(tested))
    is_right = all(tried.is_right for each in tested for tried in each.tried)
    click.get_current_context().exit(CLEAN if is_right else FINDINGS)


def _rendered_proofs(report: Any, format_: str) -> str:
    if format_ == "json":
        from dyncheck.reporters.proof_json import proofs_as_json

        return proofs_as_json(report)
    if format_ == "markdown":
        from dyncheck.reporters.proof_markdown import proofs_as_markdown

        return proofs_as_markdown(report)
    from dyncheck.reporters.proof_text import proofs_as_text

    return proofs_as_text(report)


@cli.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to write.")
def rules(format_: str) -> None:
    """List the rules: id, severity and what each is about."""
    from dyncheck.catalog import all_rules
    from dyncheck.reporters.rules import rules_as_json, rules_as_text

    streams.write(rules_as_json(all_rules()) if format_ == "json" else rules_as_text(all_rules()), as_utf8=format_ == "json")


@cli.command()
@click.argument("rule", shell_complete=_complete_rule)
def explain(rule: str) -> None:
    """Explain a rule: why it matters and how to fix what it finds."""
    from dyncheck.catalog import all_rules, find
    from dyncheck.reporters.rules import explained

    streams.write(explained(find(all_rules(), rule)))


@cli.command()
def checkov_dir() -> None:
    """Print the directory of the same policies as checkov checks.

    \b
      checkov -f plan.json --external-checks-dir "$(dyncheck checkov-dir)"
    """
    from dyncheck.checkov import external_checks_directory

    streams.write(external_checks_directory() + "\n")


@cli.command()
@click.argument("report", metavar="CHECKOV_JSON")
@click.argument("path")
def compare(report: str, path: str) -> None:
    """Compare checkov's own DynamoDB and alarm checks with dyncheck's rules.

    CHECKOV_JSON is what `checkov -f plan.json -o json` (or -d DIR) wrote, PATH the same plan or directory. Shows, resource by
    resource, where the two agree and where not, and why. That does not change the exit code.
    """
    from dyncheck.checkov import comparison
    from dyncheck.checkov.comparison_text import to_text
    from dyncheck.checkov.report_file import read_report
    from dyncheck.choices import of_repository
    from dyncheck.run import Settings, run

    checkov = read_report(report)
    held = of_repository([path])
    checked = run([path], Settings(policies=held.policies, decisions=held.decisions, allow_empty=True))
    for error in checked.errors:
        streams.tell(error)
    if checked.inputs:
        records = checkov.about(path, checked.inputs[0].kind)
        streams.write(to_text(checkov, path, comparison.compare(records, checked.results)))
    click.get_current_context().exit(DyncheckError.exit_code if checked.errors else 0)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: `eval "$(dyncheck completion bash)"`."""
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:
        raise UsageError(f"There is no completion for {shell}. There is for bash, zsh and fish.")
    streams.write(completer(cli, {}, "dyncheck", "_DYNCHECK_COMPLETE").source() + "\n")


def main() -> None:
    """Run the command line and exit."""
    streams.prepare()
    sys.exit(_run())


def _run() -> int:
    try:
        code = cli.main(prog_name="dyncheck", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except click.ClickException as error:
        streams.tell(_misused(error))
        return UsageError.exit_code
    except DyncheckError as error:
        streams.tell(str(error))
        return error.exit_code
    except click.Abort:
        return 130
    except SystemExit as leaving:
        # click leaves with 1 when the reader of its help text went away.
        return _silenced() if leaving.code == 1 else int(leaving.code or 0)
    except BrokenPipeError:
        return _silenced()
    except OSError as error:
        streams.tell(str(streams.unwritable(error)))
        return OutputError.exit_code
    except Exception:  # A bug must not end in Python's exit code 1, which says "findings".
        from traceback import format_exc

        streams.tell(f"This is a bug in dyncheck; nothing was decided. Please report it with this trace:\n{format_exc()}")
        return DyncheckError.exit_code


def _misused(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    help_command = f"{context.command_path} --help" if context else "dyncheck --help"
    return f"{one_line(error.format_message())} See `{help_command}`."


def _silenced() -> int:
    """The reader of our output went away (`| head`): say no more."""
    streams.silence(sys.stdout)
    return streams.READER_GONE
