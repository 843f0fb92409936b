"""The input and output of the protocol: nothing else may read from one or write to the other."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

# In bytes. A client that announces a longer message gets no answer to it, and the server stays.
LARGEST_MESSAGE = 64_000_000
_LONGEST_HEADER = 200
_PIECE = 1 << 20


class Input:
    """Reads messages, with bounds on what a client may announce."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        """A line of a header. A longer one than any header is cut, so that it means nothing."""
        line = self._stream.readline(_LONGEST_HEADER)
        if line and not line.endswith(b"\n"):
            while rest := self._stream.readline(_PIECE):
                if rest.endswith(b"\n"):
                    break
            return b"Too-Long: 1\r\n"
        return line

    def read(self, size: int) -> bytes:
        """The body of a message; an empty message in place of one that is too large."""
        if size <= LARGEST_MESSAGE:
            return self._stream.read(size)
        while size > 0 and (piece := self._stream.read(min(size, _PIECE))):
            size -= len(piece)
        return b"{}"


def taken(log: bool) -> tuple[Input, BinaryIO]:
    """Standard input and output for the protocol alone: what else the process prints goes to standard error, or nowhere without a log."""
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stdin.fileno())
    os.dup2(sys.stderr.fileno() if log and sys.stderr is not None else nothing, sys.stdout.fileno())
    return Input(source), target
