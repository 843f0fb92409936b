"""Addresses and address ranges of IPv4 and IPv6.

Source: https://github.com/hashicorp/terraform/blob/main/internal/lang/funcs/cidr.go and https://github.com/apparentlymart/go-cidr
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import to_int, to_whole
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, list_of, pending, string

_MOST_NEW_BITS = 32
_MAPPED = 0xFFFF
_MACHINE = 2**64


class _MappedError(Exception):
    """An IPv4 address written as one of IPv6, which Terraform takes for the one here and for the other there."""


class _Network(Struct, frozen=True):
    """A range: its first address as a number, how many bits all of its addresses begin with, and how many they have."""

    first: int
    length: int
    bits: int

    @property
    def last(self) -> int:
        """The last address of the range."""
        return self.first | ((1 << (self.bits - self.length)) - 1)

    def holds(self, address: int) -> bool:
        """Whether an address is one of the range."""
        return self.first <= address <= self.last

    def __str__(self) -> str:
        return f"{_written(self.first, self.bits)}/{self.length}"


def _written(address: int, bits: int) -> str:
    if bits == 32:
        return ".".join(str(address >> shift & 0xFF) for shift in (24, 16, 8, 0))
    if address >> 32 == _MAPPED:
        raise _MappedError
    from ipaddress import IPv6Address

    return str(IPv6Address(address))


def _network(text: str) -> _Network:
    problem = Problem(f"invalid CIDR expression: invalid CIDR address: {text}")
    address, _, length = text.partition("/")
    if not length or not _is_digits(length) or len(length.lstrip("0")) > 3:
        raise problem
    bits = 32 if "." in address and ":" not in address else 128
    found = _v4(address) if bits == 32 else _v6(address)
    if found is None or int(length) > bits:
        raise problem
    shift = bits - int(length)
    return _Network(found >> shift << shift, int(length), bits)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _v4(address: str) -> int | None:
    """Zeros before a number mean nothing, as they did in older versions of Go."""
    parts = address.split(".")
    if len(parts) != 4 or not all(_is_digits(part) and len(part.lstrip("0")) < 4 and int(part) < 256 for part in parts):
        return None
    return int.from_bytes(bytes(map(int, parts)), "big")


def _v6(address: str) -> int | None:
    from ipaddress import AddressValueError, IPv6Address

    if "%" in address:
        return None
    groups = [group.lstrip("0") or group[:1] for group in address.split(":")]
    try:
        found = int(IPv6Address(":".join(groups)))
    except AddressValueError:
        return None
    if found >> 32 == _MAPPED:
        raise _MappedError
    return found


def _with_number(network: _Network, number: int, length: int) -> int:
    """The address with the number where the range of that length has its own, as Go's library computes it."""
    found = abs(network.first | number << (network.bits - length))
    if found >> network.bits:
        raise Problem("panic in function implementation: runtime error: index out of range [-1]")
    return found


def _cidrhost(prefix: Value, number: Value) -> Value:
    wanted = to_whole(number)
    try:
        return string(_host(_network(prefix.content), wanted))
    except _MappedError:
        return _unsure("cidrhost")


def _host(network: _Network, wanted: int) -> str:
    most = (1 << (network.bits - network.length)) - 1
    # Only the last 64 bits are compared, and as a number that may be negative.
    compared = wanted % _MACHINE
    compared -= _MACHINE if compared >= _MACHINE // 2 else 0
    if wanted < 0:
        compared = -wanted - 1
        wanted = most - compared
    if compared > most:
        raise Problem(f"prefix of {network.length} does not accommodate a host numbered {wanted}")
    return _written(_with_number(network, wanted, network.bits), network.bits)


def _unsure(name: str) -> Value:
    return pending(STRING, f"{name}() of an IPv4 address written as one of IPv6")


def _cidrnetmask(prefix: Value) -> Value:
    try:
        network = _network(prefix.content)
    except _MappedError:
        return _unsure("cidrnetmask")
    if network.bits != 32:
        raise Problem(f"IPv6 addresses cannot have a netmask: {prefix.content}")
    return string(_written(_Network(0, network.length, 32).last ^ (2**32 - 1), 32))


def _cidrsubnet(prefix: Value, new_bits: Value, number: Value) -> Value:
    added, wanted = to_int(new_bits), to_whole(number)
    try:
        network = _network(prefix.content)
        length = network.length + added
        if length > network.bits:
            raise Problem(f"insufficient address space to extend prefix of {network.length} by {added}")
        if added < 0:
            return pending(STRING, "cidrsubnet() that makes a range larger")
        if added < 64 and abs(wanted) % _MACHINE > (1 << added) - 1:
            raise Problem(f"prefix extension of {added} does not accommodate a subnet numbered {wanted}")
        return string(str(_Network(_with_number(network, wanted, length), length, network.bits)))
    except _MappedError:
        return _unsure("cidrsubnet")


def _cidrsubnets(prefix: Value, *new_bits: Value) -> Value:
    try:
        network = _network(prefix.content)
    except Problem as problem:
        raise invalid("prefix", str(problem)) from None
    except _MappedError:
        return _unsure("cidrsubnets")
    found: list[Value] = []
    # The range before the first, beyond the end of all addresses when the first begins at zero.
    last = (network.first - 1) % (1 << network.bits)
    before = ""
    for each in new_bits:
        subnet = _next_subnet(network, last, _length(network, each), before)
        last, before = subnet.last, str(subnet)
        found.append(string(before))
    return list_of(STRING, found)


def _length(network: _Network, new_bits: Value) -> int:
    try:
        added = to_int(new_bits)
    except Problem as problem:
        raise invalid("newbits", str(problem)) from None
    if added < 1:
        raise invalid("newbits", "must extend prefix by at least one bit")
    if added > _MOST_NEW_BITS:
        raise invalid("newbits", f"may not extend prefix by more than {_MOST_NEW_BITS} bits")
    length = network.length + added
    if length > network.bits:
        protocol = "IPv4" if network.bits == 32 else "IPv6"
        raise invalid("newbits", f"would extend prefix to {length} bits, which is too long for an {protocol} address")
    return length


def _next_subnet(network: _Network, last: int, length: int, before: str) -> _Network:
    """The first range of a length after an address."""
    size = 1 << (network.bits - length)
    first = (last // size + 1) * size
    if first >> network.bits or not network.holds(first):
        before = before or str(_Network(last // size * size, length, network.bits))
        raise invalid("newbits", f"not enough remaining address space for a subnet with a prefix of {length} bits after {before}")
    return _Network(first, length, network.bits)


_PREFIX = Parameter("prefix", STRING)
_NEW_BITS = Parameter("newbits", NUMBER)
_TEXTS = types.List(STRING)

FUNCTIONS = named(
    Function("cidrhost", (_PREFIX, Parameter("hostnum", NUMBER)), _cidrhost, STRING),
    Function("cidrnetmask", (_PREFIX,), _cidrnetmask, STRING),
    Function("cidrsubnet", (_PREFIX, _NEW_BITS, Parameter("netnum", NUMBER)), _cidrsubnet, STRING),
    Function("cidrsubnets", (_PREFIX,), _cidrsubnets, _TEXTS, variadic=_NEW_BITS),
)
