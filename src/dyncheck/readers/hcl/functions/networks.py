"""Addresses and address ranges of IPv4 and IPv6: the standard library's, under Terraform's rules.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/cidr.go and https://github.com/apparentlymart/go-cidr
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import TypeAlias

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import to_int, to_whole
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, list_of, string

_Network: TypeAlias = IPv4Network | IPv6Network

_MOST_NEW_BITS = 32
_MAPPED = 0xFFFF
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
        raise Problem(f"{text} is not an address range in CIDR notation")
    _refuse_mapped(int(found), found.version)
    return found.network


def _refuse_mapped(address: int, version: int) -> None:
    """Terraform takes such an address for one of IPv4 in one place and for one of IPv6 in another."""
    if version == 6 and address >> 32 == _MAPPED:
        raise UnsureError("an IPv4 address written as one of IPv6")


def _part(network: _Network, number: int, length: int) -> _Network:
    """The range of a length with a number, within another."""
    found = int(network.network_address) | number << (network.max_prefixlen - length)
    _refuse_mapped(found, network.version)
    return type(network)((found, length))


def _cidrhost(prefix: Value, number: Value) -> Value:
    wanted = to_whole(number)
    network = _network(prefix.content)
    position = wanted if wanted >= 0 else network.num_addresses + wanted
    if not 0 <= position < network.num_addresses:
        raise _too_large(wanted, network.prefixlen)
    return string(str(_part(network, position, network.max_prefixlen).network_address))


def _too_large(number: int, length: int) -> Problem:
    if not -_WORD <= number < _WORD:
        raise UnsureError("a number of more than 63 bits that the prefix has no room for")
    return Problem(f"a prefix of {length} bits has no room for number {number}")


def _cidrnetmask(prefix: Value) -> Value:
    network = _network(prefix.content)
    if network.version != 4:
        raise Problem(f"an IPv6 address has no netmask: {prefix.content}")
    return string(str(network.netmask))


def _cidrsubnet(prefix: Value, new_bits: Value, number: Value) -> Value:
    added, wanted = to_int(new_bits), to_whole(number)
    network = _network(prefix.content)
    length = network.prefixlen + added
    if length > network.max_prefixlen:
        raise Problem(f"a prefix of {network.prefixlen} bits cannot be extended by {added}")
    if added < 0 or wanted < 0:
        raise UnsureError("a negative number, which gives no part of the network")
    if wanted >> added:
        raise _too_large(wanted, length)
    return string(str(_part(network, wanted, length)))


def _cidrsubnets(prefix: Value, *new_bits: Value) -> Value:
    try:
        network = _network(prefix.content)
    except Problem as problem:
        raise invalid("prefix", str(problem)) from None
    start = int(network.network_address)
    found: list[Value] = []
    for each in new_bits:
        length = _length(network, each)
        size = 1 << (network.max_prefixlen - length)
        start = -(-start // size) * size
        # In a range that starts at zero, Terraform looks after its end.
        if start > int(network.broadcast_address) or not int(network.network_address):
            raise invalid("newbits", f"{network} has no room for another prefix of {length} bits")
        found.append(string(str(type(network)((start, length)))))
        start += size
    return list_of(STRING, found)


def _length(network: _Network, new_bits: Value) -> int:
    try:
        added = to_int(new_bits)
    except Problem as problem:
        raise invalid("newbits", str(problem)) from None
    if not 1 <= added <= _MOST_NEW_BITS:
        raise invalid("newbits", f"a prefix can be extended by 1 to {_MOST_NEW_BITS} bits, not by {added}")
    if network.prefixlen + added > network.max_prefixlen:
        raise invalid("newbits", f"a prefix of {network.prefixlen} bits cannot be extended by {added}")
    return network.prefixlen + added


_PREFIX = Parameter("prefix", STRING)
_NEW_BITS = Parameter("newbits", NUMBER)
_TEXTS = types.List(STRING)

FUNCTIONS = named(
    Function("cidrhost", (_PREFIX, Parameter("hostnum", NUMBER)), _cidrhost, STRING),
    Function("cidrnetmask", (_PREFIX,), _cidrnetmask, STRING),
    Function("cidrsubnet", (_PREFIX, _NEW_BITS, Parameter("netnum", NUMBER)), _cidrsubnet, STRING),
    Function("cidrsubnets", (_PREFIX,), _cidrsubnets, _TEXTS, variadic=_NEW_BITS),
)
