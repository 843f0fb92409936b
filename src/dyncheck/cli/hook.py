"""The pre-commit hooks: `dyncheck check --changed` or `dyncheck prove --changed`, with the files that the commit changes or deletes.

pre-commit names no deleted file, so the hook asks git. Nothing else in dyncheck starts a child process, and nothing else imports this.
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

# A file that moved is a deleted one where it was.
_DELETED = ("git", "diff", "--name-only", "--diff-filter=D", "--no-renames", "--no-ext-diff", "-z")


# Without `--allow-empty`, a commit that touches no root module would fail.
_CHECK, _PROVE = ["check", "--changed", "--allow-empty"], ["prove", "--changed"]


def main() -> None:
    """Run the hook and exit as `dyncheck` does. With `prove` as the first argument it proves modules, else it checks root modules."""
    streams.prepare()
    try:
        deleted = deleted_files()
    except InputError as error:
        streams.tell(str(error))
        sys.exit(error.exit_code)
    proves = sys.argv[1:2] == ["prove"]
    sys.argv[1:] = [*(_PROVE if proves else _CHECK), *sys.argv[1 + proves :], *deleted]
    cli.main()


def deleted_files() -> list[str]:
    """The files of Terraform that the commit deletes, or the commits between the two of `pre-commit run --from-ref --to-ref`.

    Source of the variables: https://pre-commit.com/#pre-commit-during-push. Raises `InputError` when git cannot tell.
    """
    earlier, later = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if earlier and later:
        # As in pre-commit: since the two parted, or between them where they have nothing in common.
        ranges: tuple[tuple[str, ...], ...] = ((f"{earlier}...{later}",), (f"{earlier}..{later}",))
    else:
        ranges = (("--cached",),)
    done = _first_that_works((*_DELETED, *range_, "--") for range_ in ranges)
    names = map(os.fsdecode, done.split(b"\0"))
    # A name may look like an option.
    return [f"./{name}" for name in names if name.endswith(TERRAFORM_FILES)]


def _first_that_works(commands: Iterable[tuple[str, ...]]) -> bytes:
    said = ""
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError as error:
            raise InputError(f"git cannot be run: {error.strerror}. The hook asks it which files a commit deletes.") from None
        if done.returncode == 0:
            return done.stdout
        said = said or os.fsdecode(done.stderr).strip().partition("\n")[0]
    raise InputError(f"git cannot tell which files were deleted: {said}. Run the hook in a git repository, with the commits it compares.")


if __name__ == "__main__":
    main()
