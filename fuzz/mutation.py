"""Changes to inputs that keep most of their structure: to the tree of JSON, and to the tokens of Terraform's language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

Mutator: TypeAlias = Callable[[bytes, Random], bytes]

# Edge cases for readers.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, -0.0, 1e308, 10**40, 2**53 + 1, "", " ", "0", "true", "null", "S", "PAY_PER_REQUEST", "PROVISIONED",
    "\n::error::x", "##[x]", "<!--", "a" * 300, "é\u0301", "\u202e", "\x1b[31m", "${var.x}", "id", "dev-products", [], {}, [[]], [{}],
    [None], {"": None}, {"a": {"a": {}}},
)  # fmt: skip

_TOKEN = re.compile(rb"\$\{|%\{~?|<<-?\w+|[\w-]+|\s+|[=!<>&|]{2}|.", re.DOTALL)
_BYTES = (
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\r",
    b"\n",
    b"\\",
    b'"',
    b"\\u00",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x99\x82",
    b"\xed\xa0\x80",
)


def any_bytes(data: bytes, random: Random) -> bytes:
    """Remove, double or replace a piece anywhere."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5))):
        start = random.randint(0, len(changed))
        end = min(len(changed), start + random.choice((0, 1, 1, 4, 30)))
        piece = bytes(changed[start:end])
        put = random.choice((b"", piece * 2, piece * 40, random.choice(_BYTES), bytes([random.randrange(256)])))
        changed[start:end] = put
    return bytes(changed)


def tokens_with(words: Sequence[bytes]) -> Mutator:
    """Remove, double, swap or bracket tokens, or replace them by one of the words."""

    def mutate(data: bytes, random: Random) -> bytes:
        tokens = _TOKEN.findall(data)
        for _ in range(random.choice((1, 1, 2, 3, 8))):
            _change(tokens, random, words)
        changed = b"".join(tokens)
        return any_bytes(changed, random) if random.random() < 0.1 else changed

    return mutate


def _change(tokens: list[bytes], random: Random, words: Sequence[bytes]) -> None:
    start = random.randint(0, len(tokens))
    end = min(len(tokens), start + random.choice((1, 1, 2, 5, 20)))
    piece = tokens[start:end]
    match random.randrange(7):
        case 0:
            del tokens[start:end]
        case 1:
            tokens[start:end] = piece * 2
        case 2:
            opening, closing = random.choice(
                ((b"(", b")"), (b"[", b"]"), (b"{", b"}"), (b"${", b"}"), (b'"', b'"'), (b"%{if ", b"}x%{endif}"))
            )
            tokens[start:end] = [opening, *piece, closing]
        case 3 if tokens:
            other = random.randrange(len(tokens))
            tokens[start:end] = tokens[other : other + len(piece)]
        case 4 if piece:
            random.shuffle(piece)
            tokens[start:end] = piece
        case _:
            tokens[start : start + random.randint(0, 1)] = [random.choice(words)]


def json_with(words: Sequence[str] = (), texts: Mutator | None = None) -> Mutator:
    """Replace, remove, double or move values of a JSON document; `texts` changes its strings instead."""

    def mutate(data: bytes, random: Random) -> bytes:
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return any_bytes(data, random)
        for _ in range(random.choice((1, 1, 2, 3, 6))):
            holders = [(holder, key) for holder, key in _places(document) if texts is None or isinstance(holder[key], str)]
            if not holders:
                return any_bytes(data, random)
            holder, key = random.choice(holders)
            if texts:
                holder[key] = texts(holder[key].encode(errors="replace"), random).decode(errors="replace")
            else:
                _change_value(holder, key, random, holders, words)
        changed = json.dumps(document, ensure_ascii=random.random() < 0.2, separators=(",", ":")).encode(errors="replace")
        return any_bytes(changed, random) if random.random() < 0.05 else changed

    return mutate


def _places(document: Any) -> list[tuple[Any, Any]]:
    """The container of every value, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict | list):
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            found += ((holder, key) for key in keys)
            waiting += (holder[key] for key in keys)
    return found


def _change_value(holder: Any, key: Any, random: Random, holders: list[tuple[Any, Any]], words: Sequence[str]) -> None:
    match random.randrange(8):
        case 0:
            del holder[key]
        case 1:
            if isinstance(holder, list):
                holder.insert(random.randint(0, len(holder)), deepcopy(holder[key]))
            else:
                holder[random.choice(words or ("x",))] = deepcopy(holder[key])
        case 2:
            other, its_key = random.choice(holders)
            # A copy, because a value that contains itself is not JSON.
            holder[key] = deepcopy(other[its_key]) if _is_there(other, its_key) else None
        case 3:
            holder[key] = random.choice(([holder[key]], {"x": holder[key]}, [holder[key], deepcopy(holder[key])]))
        case 4 if words:
            holder[key] = random.choice(words)
        case 5 if isinstance(holder[key], bool):
            holder[key] = not holder[key]
        case 6 if isinstance(holder[key], str):
            holder[key] += random.choice(("\n", "x", "\u2028", '"', "\x7f"))
        case _:
            holder[key] = deepcopy(random.choice(VALUES))


def _is_there(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)
