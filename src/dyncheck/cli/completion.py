"""`dyncheck completion`: the script that completes commands, options and rules in a shell."""

from __future__ import annotations

import click

from dyncheck import streams


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: `eval "$(dyncheck completion bash)"`."""
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    assert completer is not None
    streams.write(completer(click.get_current_context().find_root().command, {}, "dyncheck", "_DYNCHECK_COMPLETE").source() + "\n")
