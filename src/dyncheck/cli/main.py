"""The command line: runs a command, and turns errors into messages and exit codes. Only it and the commands print or exit."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from dyncheck import streams
from dyncheck.cli.options import EPILOG
from dyncheck.errors import DyncheckError, OutputError, UsageError, one_line
from dyncheck.version import VERSION

# The place of each command. Only the one that runs is imported.
_COMMANDS = {
    "baseline": "baseline:baseline",
    "capture": "capture:capture",
    "check": "check:check",
    "checkov-dir": "checkov:checkov_dir",
    "compare": "checkov:compare",
    "completion": "completion:completion",
    "config": "config:config",
    "explain": "rules:explain",
    "fix": "fix:fix",
    "fleet": "fleet:fleet",
    "init": "init:init",
    "items": "items:items",
    "live": "live:live",
    "prove": "prove:prove",
    "rules": "rules:rules",
    "schema": "schema:schema",
    "selftest": "selftest:selftest",
    "server": "server:server",
    "test-rules": "ruletest:test_rules",
}


# How similar to a command a word must be to be that command misspelt: `porve` is, and `plans`, which resembles `explain`, is not.
_NEARLY = 0.75


class CheckByDefault(click.Group):
    """A group of commands in which `dyncheck PATH` means `dyncheck check PATH`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"dyncheck.cli.{module}"), function)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            _refuse_misspelt(args[0])
            args = ["check", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Options of `check` may come first: `dyncheck --format json plan.json`.
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["check", *args]
        return super().parse_args(ctx, args)


def _refuse_misspelt(word: str) -> None:
    """Raise `UsageError` for a word that is nearly a command, and no file or directory."""
    if "." in word or os.path.basename(word) != word or os.path.lexists(word):
        return
    from dyncheck.suggestions import nearest

    if close := nearest(word.lower(), _COMMANDS, _NEARLY):
        raise UsageError(f"There is no command and no file {word!r}. Did you mean {close!r}?")


@click.group(cls=CheckByDefault, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="dyncheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Check the DynamoDB tables and alarms of a Terraform plan against their specification.

    \b
      terraform plan -out=tfplan && terraform show -json tfplan > plan.json
      dyncheck plan.json

    `dyncheck PATH` is short for `dyncheck check PATH`. See `dyncheck check --help` for its options.
    """


def program() -> None:
    """Run the command line as its own process, which ends without freeing its memory."""
    # A run is short and keeps most of its objects, which the collector would examine again and again.
    gc.disable()
    code = run()
    streams.flush()
    os._exit(code)


def main() -> None:
    sys.exit(run())


def run() -> int:
    """Run the command line and return the exit code."""
    streams.prepare()
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
        # click exits with 1 when the reader of its help text is gone.
        return _silenced() if leaving.code == 1 else int(leaving.code or 0)
    except BrokenPipeError:
        return _silenced()
    except OSError as error:
        streams.tell(str(streams.unwritable(error)))
        return OutputError.exit_code
    except MemoryError:
        streams.tell("There is not enough memory, so there is no result. Check fewer inputs at once, or use a machine with more memory.")
        return DyncheckError.exit_code
    except Exception:  # Python's exit code for a bug is 1, which here means "findings".
        from traceback import format_exc

        streams.tell(f"This is a bug in dyncheck, so there is no result. Please report it with this trace:\n{format_exc()}")
        return DyncheckError.exit_code


def _misused(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    help_command = f"{context.command_path} --help" if context else "dyncheck --help"
    return f"{one_line(error.format_message())} See `{help_command}`."


def _silenced() -> int:
    """Stop writing, because the reader of the output is gone (`| head`)."""
    streams.silence(sys.stdout)
    return streams.READER_GONE
