"""Writes to standard output, to standard error and to files, and turns failures into errors."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from dyncheck.errors import OutputError, UsageError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.reporters.safe import safe_text

# The exit code that a shell reports for a program that SIGPIPE ended.
READER_GONE = 141
# Columns of prose.
_WIDEST = 120


def prepare() -> None:
    """Escape characters that the terminal cannot show, which would otherwise end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to standard output as they are. Raises as `write` does."""
    if sys.stdout is None:
        raise OutputError("standard output is closed. Write to a file with --output.")
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from None


def flush() -> None:
    """Write the buffered output, as far as possible."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def columns() -> int:
    """The value of COLUMNS, else the width of the terminal on standard output, up to the widest that is easy to read, else 0."""
    # Like shutil.get_terminal_size, but importing shutil is slow.
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return min(os.get_terminal_size(sys.stdout.fileno()).columns, _WIDEST)
    except (OSError, ValueError, AttributeError):
        return 0


def tell(message: str) -> None:
    """Write a message to standard error, if there is one, without commands in it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(safe_text(f"dyncheck: {message}\n"))
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def write(text: str | Iterable[str], *, as_utf8: bool = False) -> None:
    """Write a text, or the pieces of a text, to standard output in the encoding of the terminal or in UTF-8.

    Raises `BrokenPipeError` when the reader is gone, and `OutputError` for other failures.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed. Write to a file with --output.")
    try:
        for piece in (text,) if isinstance(text, str) else text:
            if as_utf8:
                sys.stdout.buffer.write(piece.encode())
            else:
                sys.stdout.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from None


def unwritable(error: OSError) -> OutputError:
    """The error for standard output, to which nothing more is written, not even when Python ends."""
    silence(sys.stdout)
    return OutputError(f"standard output cannot be written: {error.strerror}. Write to a file with --output.")


def silence(stream: TextIO) -> None:
    """Discard the buffered output."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def replace_file(output: str, pieces: Iterable[str]) -> None:
    """Write the pieces of a text to a regular file completely or not at all, and never through a link.

    Raises `UsageError` when the file cannot be written.
    """
    temporary = f"{output}.{os.getpid()}.tmp"
    try:
        refuse_links(output)
        with _removed_on_failure(temporary):
            # What an ended run left behind, or a link that waits for this one.
            with contextlib.suppress(FileNotFoundError):
                os.remove(temporary)
            _write_to(temporary, pieces, mode="x")
            os.replace(temporary, output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Choose another file for --output.") from None


def write_file(output: str, pieces: Iterable[str]) -> None:
    """Write the pieces of a text to a file completely or not at all, by way of a temporary file. Pipes and devices are written directly.

    Raises `UsageError` when the file cannot be written.
    """
    target = os.path.realpath(output)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        if os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode):
            _write_to(target, pieces)
            return
        with _removed_on_failure(temporary):
            _write_to(temporary, pieces)
            os.replace(temporary, target)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Choose another file for --output.") from None


@contextlib.contextmanager
def _removed_on_failure(temporary: str) -> Iterator[None]:
    """Remove an incomplete file: after a full disk, Ctrl-C, or a service that stops the job."""
    from signal import SIGTERM, signal

    def end(number: int, frame: object) -> None:  # noqa: ARG001
        raise SystemExit(128 + number)

    before = signal(SIGTERM, end)
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise
    finally:
        signal(SIGTERM, before)


def refuse_links(output: str) -> None:
    """Raise `UsageError` when the output is a link, or anything else that is no regular file."""
    if os.path.lexists(output) and not stat.S_ISREG(os.lstat(output).st_mode):
        what = "a link" if os.path.islink(output) else "not a regular file"
        raise UsageError(f"{output} is {what}, and dyncheck writes only a regular file there. Choose another file for --output.")


def refuse_inputs(output: str, inputs: Iterable[str]) -> None:
    """Raise `UsageError` when the output is the same file as an input, or has the name of a Terraform file."""
    if output.endswith(TERRAFORM_FILES):
        raise UsageError(
            f"{output} has the name of a Terraform file, and dyncheck never overwrites those. Choose another file for --output."
        )
    for path in inputs:
        with contextlib.suppress(OSError):
            if path != "-" and os.path.samefile(output, path):
                raise UsageError(f"{output} is an input, and dyncheck never overwrites inputs. Choose another file for --output.")


def _write_to(path: str, pieces: Iterable[str], mode: str = "w") -> None:
    with open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(pieces)
