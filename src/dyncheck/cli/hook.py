"""The pre-commit hooks: `dyncheck check`, `prove` or `fix --apply`, each with `--changed`, on the files that a commit changes or deletes.

pre-commit names no deleted files, so the hook asks git. No other part of dyncheck starts a child process or imports this module.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable

from dyncheck import streams
from dyncheck.cli import main as cli
from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES

# Without renames, a moved file counts as deleted at its old place.
_DELETED = ("git", "diff", "--name-only", "--diff-filter=D", "--no-renames", "--no-ext-diff", "-z")

# Without `--allow-empty`, a commit that affects no root module would fail.
_CHECK = ["check", "--changed", "--allow-empty"]
# pre-commit itself fails when a hook changes a file.
_OTHERS = {"prove": ["prove", "--changed"], "fix": ["fix", "--apply", "--changed", "--allow-empty"]}


def main() -> None:
    """Run the hook and exit as `dyncheck` does. The first argument `prove` or `fix` is the command, else it is `check`."""
    streams.prepare()
    try:
        deleted = deleted_files()
    except InputError as error:
        streams.tell(str(error))
        sys.exit(error.exit_code)
    name = "".join(sys.argv[1:2])
    sys.argv[1:] = [*_OTHERS.get(name, _CHECK), *sys.argv[1 + (name in _OTHERS) :], *deleted]
    cli.main()


def deleted_files() -> list[str]:
    """The Terraform files that the commit deletes, or those between the commits of `pre-commit run --from-ref --to-ref`.

    Source of the variables: https://pre-commit.com/#pre-commit-during-push. Raises `InputError` when git fails.
    """
    earlier, later = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    # As in pre-commit: since the common ancestor, or between the two commits if there is none.
    ranges = (f"{earlier}...{later}", f"{earlier}..{later}") if earlier and later else ("--cached",)
    output = _first_success((*_DELETED, range_, "--") for range_ in ranges)
    # A name may look like an option.
    return [f"./{name}" for name in map(os.fsdecode, output.split(b"\0")) if name.endswith(TERRAFORM_FILES)]


def _first_success(commands: Iterable[tuple[str, ...]]) -> bytes:
    reason = ""
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError as error:
            raise InputError(
                f"git cannot be run: {error.strerror}. The hook needs it to find the files that a commit deletes.", kind="unreadable"
            ) from None
        if done.returncode == 0:
            return done.stdout
        reason = reason or os.fsdecode(done.stderr).strip().partition("\n")[0]
    raise InputError(
        f"git cannot list the deleted files: {reason}. Run the hook in a git repository that has the compared commits.", kind="unreadable"
    )


if __name__ == "__main__":
    main()
