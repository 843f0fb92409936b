"""Writes to standard output, standard error and the files of --output."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from dyncheck.errors import OutputError, UsageError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.reporters.safe import safe_text

# The exit code that a shell gives a program that SIGPIPE ended.
READER_GONE = 141


def prepare() -> None:
    """Print escapes for characters that the terminal cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def flush() -> None:
    """Write what is still buffered, as far as possible."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def columns() -> int:
    """The width of the terminal, or COLUMNS where it is set; 0 where neither is known."""
    from shutil import get_terminal_size

    return get_terminal_size((0, 0)).columns


def tell(message: str) -> None:
    """Print a message on standard error, if there is one. Nothing in it can be a command."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(safe_text(f"dyncheck: {message}\n"))
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


def write(text: str, *, as_utf8: bool = False) -> None:
    """Write a text to standard output, as `write_pieces` does."""
    write_pieces((text,), as_utf8=as_utf8)


def write_pieces(pieces: Iterable[str], *, as_utf8: bool = False) -> None:
    """Write the pieces of a text to standard output, in the terminal's encoding or (for JSON) in UTF-8.

    Raises `BrokenPipeError` when the reader is gone, and `OutputError` for any other error.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed. Write to a file with --output.")
    try:
        for piece in pieces:
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
    """The error for a standard output that cannot be written. Nothing more is written, not even when Python ends."""
    silence(sys.stdout)
    return OutputError(f"standard output cannot be written: {error.strerror}. Write to a file with --output.")


def silence(stream: TextIO) -> None:
    """Discard what is still buffered."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_file(output: str, pieces: Iterable[str]) -> None:
    """Write the pieces of a text to a file: all of it or nothing. A pipe or a device is written directly.

    Raises `UsageError` when it cannot be written.
    """
    target = os.path.realpath(output)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            _write_to(target, pieces)
            return
        with _cleared_away(temporary):
            _write_to(temporary, pieces)
            os.replace(temporary, target)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Choose another file for --output.") from None


@contextlib.contextmanager
def _cleared_away(temporary: str) -> Iterator[None]:
    """Remove the unfinished file after a full disk, Ctrl-C, or a stopped job."""
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


def refuse_inputs(output: str, inputs: Iterable[str]) -> None:
    """Raise `UsageError` when the output is one of the inputs, by any name, or a Terraform file."""
    if output.endswith(TERRAFORM_FILES):
        raise UsageError(f"{output} has the name of a Terraform file, which dyncheck never writes. Choose another file for --output.")
    for path in inputs:
        with contextlib.suppress(OSError):
            if path != "-" and os.path.samefile(output, path):
                raise UsageError(f"{output} is an input, which dyncheck never writes. Choose another file for --output.")


def _write_to(path: str, pieces: Iterable[str]) -> None:
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(pieces)
