"""Addresses and address ranges of IPv4 and IPv6: those of the standard library, with Terraform's rules.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/cidr.go and https://github.com/apparentlymart/go-cidr
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import TypeAlias

from dyncheck.readers.hcl.functions.declaration import Function, InvalidArgument, Parameter, plain, to_int
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.numbers import Number, cut, is_whole
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, list_of, string

_Network: TypeAlias = IPv4Network | IPv6Network

_MOST_NEW_BITS = 32
# Go compares only the last 64 bits of a number.
_WORD = 2**63
_RANGE = re.compile(r"([0-9A-Fa-f.:]+)/0*([0-9]{1,3})")
# They mean nothing, as in older versions of Go.
_LEADING_ZEROS = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])")


def _network(text: str) -> _Network:
    match = _RANGE.fullmatch(text)
    try:
        found = ip_interface((_LEADING_ZEROS.sub("", match[1]), int(match[2]))) if match else None
    except ValueError:
        found = None
    if found is None:
        raise EvaluationError(f"{text} is not an address range in CIDR notation")
    _refuse_mapped(int(found), found.version)
    return found.network


def _refuse_mapped(address: int, version: int) -> None:
    """Terraform takes such an address for IPv4 in one place and for IPv6 in another."""
    if version == 6 and address >> 32 == 0xFFFF:
        raise UnsureError("an IPv4 address written as one of IPv6")


def _part(network: _Network, number: int, length: int) -> _Network:
    """The range of a length with a number, within another range."""
    found = int(network.network_address) | number << (network.max_prefixlen - length)
    _refuse_mapped(found, network.version)
    return type(network)((found, length))


def _whole(number: Number) -> int:
    if not is_whole(number):
        raise EvaluationError("value must be a whole number")
    return int(cut(number))


def _too_large(number: int, length: int) -> EvaluationError:
    if not -_WORD <= number < _WORD:
        raise UnsureError("a number of more than 63 bits that the prefix has no room for")
    return EvaluationError(f"a prefix of {length} bits has no room for number {number}")


def _cidrhost(prefix: str, hostnum: Number) -> str:
    wanted = _whole(hostnum)
    network = _network(prefix)
    position = wanted if wanted >= 0 else network.num_addresses + wanted
    if not 0 <= position < network.num_addresses:
        raise _too_large(wanted, network.prefixlen)
    return str(_part(network, position, network.max_prefixlen).network_address)


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise EvaluationError(f"an IPv6 address has no netmask: {prefix}")
    return str(network.netmask)


def _cidrsubnet(prefix: str, newbits: Number, netnum: Number) -> str:
    added, wanted = to_int(newbits), _whole(netnum)
    network = _network(prefix)
    length = network.prefixlen + added
    if length > network.max_prefixlen:
        raise EvaluationError(f"a prefix of {network.prefixlen} bits cannot be extended by {added}")
    if added < 0 or wanted < 0:
        raise UnsureError("a negative number, which gives no part of the network")
    if wanted >> added:
        raise _too_large(wanted, length)
    return str(_part(network, wanted, length))


def _cidrsubnets(prefix: Value, *newbits: Value) -> Value:
    parameter = "prefix"
    try:
        network = _network(prefix.content)
        parameter = "newbits"
        return list_of(STRING, [string(str(each)) for each in _subnets(network, [to_int(bits.content) for bits in newbits])])
    except EvaluationError as problem:
        raise InvalidArgument(parameter, str(problem)) from None


def _subnets(network: _Network, newbits: list[int]) -> list[_Network]:
    start = int(network.network_address)
    found: list[_Network] = []
    for added in newbits:
        length = network.prefixlen + added
        if not 1 <= added <= _MOST_NEW_BITS or length > network.max_prefixlen:
            raise EvaluationError(f"a prefix of {network.prefixlen} bits cannot be extended by {added}; the most is {_MOST_NEW_BITS}")
        size = 1 << (network.max_prefixlen - length)
        start = -(-start // size) * size
        # In a range that starts at zero, Terraform looks after its end.
        if start > int(network.broadcast_address) or not int(network.network_address):
            raise EvaluationError(f"{network} has no room for another prefix of {length} bits")
        found.append(type(network)((start, length)))
        start += size
    return found


FUNCTIONS = (
    plain("cidrhost", _cidrhost, STRING, prefix=STRING, hostnum=NUMBER),
    plain("cidrnetmask", _cidrnetmask, STRING, prefix=STRING),
    plain("cidrsubnet", _cidrsubnet, STRING, prefix=STRING, newbits=NUMBER, netnum=NUMBER),
    Function("cidrsubnets", (Parameter("prefix", STRING),), _cidrsubnets, types.List(STRING), variadic=Parameter("newbits", NUMBER)),
)
