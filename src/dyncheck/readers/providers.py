"""What is certain about the region and the account of a provider configuration.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#provider-configuration
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.json import encode
from msgspec.structs import replace

from dyncheck.model import Piece, Provider

# Stands for a value that the input does not show, and that may differ where the text is the same.
UNCLEAR = {"unclear": True}

_PIECES = "pieces of a text"

# The arguments that decide which account is used. The endpoints decide whether it is an account of AWS at all.
_ROLES = ("assume_role_with_web_identity", "assume_role")
_DECIDING = (
    "access_key",
    *_ROLES,
    "ec2_metadata_service_endpoint",
    "endpoints",
    "profile",
    "secret_key",
    "shared_config_files",
    "shared_credentials_files",
    "token",
)
_NOT_SET: tuple[Any, ...] = (None, "", [])


def provider_of(key: str, arguments: Mapping[str, Any], *, is_repeated: bool = False) -> Provider:
    """The provider configuration with these arguments: plain values, texts that are the same for the same value, and `UNCLEAR`.

    A block is a list of such arguments.
    """
    deciding = {name: _deciding(name, arguments[name]) for name in _DECIDING if arguments.get(name) not in _NOT_SET}
    region = arguments.get("region") or ""
    is_known = isinstance(region, str)
    return Provider(
        key=key,
        region=region or None if is_known else None,
        settings=_text(deciding),
        has_default_tags="default_tags" in arguments,
        region_from="" if is_known else _text(region),
        account="" if "endpoints" in deciding else _account(arguments),
        is_repeated=is_repeated,
    )


def of_one_input(provider: Provider, path: str) -> Provider:
    """The provider configuration, to be compared with those of other inputs: a variable may have another value there."""
    settings, region_from = (text if text is None or _PIECES not in text else None for text in (provider.settings, provider.region_from))
    return replace(provider, key=f"{path}: {provider.key or 'its provider'}", settings=settings, region_from=region_from)


def of_pieces(pieces: tuple[Piece, ...]) -> Any:
    """What stands for an argument that is only partly known; `UNCLEAR` where it may differ where the pieces are the same."""
    identities = [piece if isinstance(piece, str) else piece[:1] for piece in pieces]
    return UNCLEAR if () in identities or ("",) in identities else {_PIECES: identities}


def _deciding(name: str, value: Any) -> Any:
    return _roles(value) if name in _ROLES else value


def _roles(blocks: Any) -> list[Any]:
    """The roles of the blocks, in the order in which they are assumed."""
    if not isinstance(blocks, list):
        return [UNCLEAR]
    return [block.get("role_arn") if isinstance(block, Mapping) else UNCLEAR for block in blocks]


def _text(value: Any) -> str | None:
    """Values as a text that can be compared; None where they cannot be."""
    text = encode(value, order="deterministic").decode()
    return None if encode(UNCLEAR).decode() in text else text


def _account(arguments: Mapping[str, Any]) -> str:
    """The account of the last role, else the only one that is allowed; empty where neither is certain."""
    roles = [role for name in _ROLES for role in _roles(arguments.get(name) or []) if role]
    if roles:
        named = re.match(r"arn:[^:]+:iam::(\d{12}):role/", roles[-1]) if isinstance(roles[-1], str) else None
        return named[1] if named else ""
    allowed = arguments.get("allowed_account_ids")
    if not isinstance(allowed, list) or len(allowed) != 1 or arguments.get("skip_requesting_account_id"):
        return ""
    return allowed[0] if isinstance(allowed[0], str) else ""


def lowest_major(constraint: str | None) -> int | None:
    """The lowest major version that a constraint accepts, None where it names no lower bound.

    >>> lowest_major("~> 6.0"), lowest_major(">= 5.0, < 7.0"), lowest_major("< 6.0")
    (6, 5, None)
    """
    majors = (_major(part) for part in (constraint or "").split(","))
    return max((major for major in majors if major is not None), default=None)


def _major(part: str) -> int | None:
    number = part.strip().removeprefix("~>").removeprefix(">=").removeprefix("=").strip().partition(".")[0].partition("-")[0]
    return int(number) if number.isdecimal() else None
