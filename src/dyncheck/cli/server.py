"""`dyncheck server`: answers an editor."""

from __future__ import annotations

import gc
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dyncheck.cli.options import (
    OF_ENVIRONMENTS,
    OF_INPUTS,
    OF_RULES,
    CommandWithInputs,
    effective_settings,
    given_values,
    refuse_invalid,
    repeatable,
)
from dyncheck.errors import UsageError

if TYPE_CHECKING:
    from dyncheck.server.folder import Effective

_EPILOG = """\b
Exit codes:
  0  the editor ended the session
  1  the editor went away without ending it
  2  invalid command line, or pygls is not installed
"""

_INSTALL = 'This command needs pygls. Install it with `pip install "dyncheck[server]"`.'
_BY_HAND = "This command speaks the Language Server Protocol on standard input and output. An editor starts it: docs/editors.md says how."


@click.command(cls=CommandWithInputs, epilog=_EPILOG)
@OF_INPUTS
@OF_ENVIRONMENTS
@repeatable("--exclude", metavar="GLOB", help="Check no root module in the directories that fit this pattern, or below them.")
@OF_RULES
@click.option(
    "--pause", type=click.IntRange(0, 10_000), default=200, show_default=True, metavar="MS", help="Check so long after the last change."
)
@click.option("--log", is_flag=True, help="Write what happens to standard error.")
@click.option("--stdio", is_flag=True, hidden=True, help="For editors that pass it: there is no other way to connect.")
def server(**options: Any) -> None:
    """Answer an editor: findings while you type, their edits, and what a value is.

    An editor starts it and speaks the Language Server Protocol with it on standard input and output. It checks the root modules that an
    open file touches, saved or not, with the configuration of the repository, and runs no other program. docs/editors.md has the settings
    for VS Code, Neovim, Helix and Zed.
    """
    if options["config"] and options["no_project_config"]:
        raise click.UsageError("--config cannot be combined with --no-project-config. Remove one of them.")
    for pattern in options["exclude"]:
        refuse_invalid(pattern)
    try:
        import pygls as pygls
    except ImportError:
        raise UsageError(_INSTALL) from None
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(_BY_HAND)
    from dyncheck.server.protocol import Server
    from dyncheck.server.streams import taken

    given = tuple(
        (name, text if name else os.path.abspath(text)) for name, text in given_values(options["variables"], options["var_files"])
    )
    options |= {name: tuple(map(os.path.abspath, options[name])) for name in ("policies", "rules")}
    options["config"] = options["config"] and os.path.abspath(options["config"])
    _log(options["log"])
    # It lives as long as the editor.
    gc.enable()
    # Python would wait for the next message before it ends.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    source, target = taken(options["log"])
    code = Server(partial(_effective, options, given), options["pause"] / 1000).serve(source, target)
    click.get_current_context().exit(code)


def _effective(options: dict[str, Any], given: tuple[tuple[str, str], ...]) -> Effective:
    """The settings in the working directory, and the contracts that they come from."""
    from msgspec.structs import replace

    from dyncheck.server.folder import Effective

    effective, loaded = effective_settings((), options)
    settings = replace(
        effective.of_run(loaded),
        required=(),
        strict=False,
        allow_empty=True,
        changed=True,
        lists_passes=False,
        hashes=False,
        given=given,
        workspace=options["workspace"],
        only_in=tuple(dict.fromkeys(options["environments"])),
    )
    differences = (*(each for _, each in effective.environments), *(each for _, each in effective.overrides))
    policies = (*effective.policies, *(path for each in differences for path in each.policies))
    return Effective(settings, tuple(map(os.path.abspath, policies)), effective.unknown != "pass")


def _log(is_on: bool) -> None:
    """Write the log of the server and of pygls to standard error, or nothing."""
    import logging

    if is_on:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="dyncheck: %(levelname)s: %(message)s")
        # It would log every message, with the text of every file.
        logging.getLogger("pygls").setLevel(logging.WARNING)
    else:
        logging.disable(logging.CRITICAL)
