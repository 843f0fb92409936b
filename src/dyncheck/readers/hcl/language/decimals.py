"""The decimal forms of numbers, as Go writes them: the shortest that reads back the same, and those of `%e`, `%f` and `%g`.

Source: `math/big.Float.Append`, https://github.com/golang/go/blob/master/src/math/big/ftoa.go
"""

from __future__ import annotations

from dyncheck.readers.hcl.language.numbers import Number, bits_of, is_negative, last_bit


def plain_text(value: Number) -> str:
    """The shortest decimal that reads back as the same number, without an exponent."""
    return _sign(value) + _fixed(*shortest(value))


def general_text(value: Number, precision: int = -1) -> str:
    """As `%g` writes it: with an exponent when it is large or small; the shortest form when the precision is negative."""
    digits, point = shortest(value) if precision < 0 else to_places(*exact_digits(value), precision or 1)
    if precision < 0:
        precision, threshold = 6, 6
    else:
        precision = threshold = precision or 1
        if threshold > len(digits) and len(digits) >= point:
            threshold = len(digits)
    if point - 1 < -4 or point - 1 >= threshold:
        return _sign(value) + _scientific(digits, point, max(len(digits) - 1, 0))
    return _sign(value) + _fixed(digits, point)


def scientific_text(value: Number, precision: int) -> str:
    """As `%e` writes it, with so many digits after the point."""
    return _sign(value) + _scientific(*to_places(*exact_digits(value), precision + 1), precision)


def fixed_text(value: Number, precision: int) -> str:
    """As `%f` writes it, with so many digits after the point."""
    digits, point = exact_digits(value)
    digits, point = to_places(digits, point, point + precision)
    return _sign(value) + _fixed(digits, point, precision)


def _sign(value: Number) -> str:
    return "-" if is_negative(value) else ""


def _fixed(digits: str, point: int, places: int = 0) -> str:
    whole = digits[: max(point, 0)].ljust(point, "0") or "0"
    part = ("0" * -point + digits[max(point, 0) :]).ljust(places, "0") if digits else "0" * places
    return f"{whole}.{part}" if part else whole


def _scientific(digits: str, point: int, places: int) -> str:
    exponent = point - 1 if digits else 0
    part = digits[1:].ljust(places, "0")
    mark = "-" if exponent < 0 else "+"
    return f"{digits[:1] or '0'}{'.' if part else ''}{part}e{mark}{abs(exponent):02d}"


def shortest(value: Number) -> tuple[str, int]:
    """The digits of the shortest decimal that reads back as the same number, and where the point stands in them.

    As `roundShortest` of `math/big` finds them: the first that fall within half a unit of the last bit on both sides.
    """
    if not value:
        return "", 0
    numerator, denominator = abs(value.numerator), value.denominator
    half = last_bit(numerator, denominator, bits_of(value)) - 1
    mantissa = (numerator << max(-half, 0)) // (denominator << max(half, 0))
    digits, point = decimal_digits(mantissa, half)
    lower, upper = decimal_digits(mantissa - 1, half)[0], decimal_digits(mantissa + 1, half)[0]
    inclusive = mantissa & 2 == 0
    for position, digit in enumerate(digits):
        below, above = lower[position : position + 1] or "0", upper[position : position + 1] or "0"
        may_cut = below != digit or (inclusive and position + 1 == len(lower))
        may_raise = digit != above and (inclusive or int(digit) + 1 < int(above) or position + 1 < len(upper))
        if may_cut or may_raise:
            up = may_raise and (not may_cut or _rounds_up(digits, position + 1))
            return _cut(digits, point, position + 1, up)
    return digits, point


def decimal_digits(mantissa: int, exponent: int) -> tuple[str, int]:
    """The exact decimal of mantissa * 2**exponent: its digits without zeros at the end, and where the point stands."""
    if exponent >= 0:
        digits, places = str(mantissa << exponent), 0
    else:
        digits, places = str(mantissa * 5**-exponent), -exponent
    point = len(digits) - places
    return (digits.rstrip("0"), point) if mantissa else ("", 0)


def exact_digits(value: Number) -> tuple[str, int]:
    """The exact decimal of a number, as `decimal_digits` has it."""
    return decimal_digits(abs(value.numerator), 1 - value.denominator.bit_length())


def to_places(digits: str, point: int, count: int) -> tuple[str, int]:
    """Digits rounded to so many of them, half to even."""
    if count < 0 or count >= len(digits):
        return ("", 0) if count < 0 else (digits, point)
    return _cut(digits, point, count, _rounds_up(digits, count))


def _rounds_up(digits: str, count: int) -> bool:
    if count >= len(digits):
        return False
    if digits[count] == "5" and count + 1 == len(digits):
        return count > 0 and int(digits[count - 1]) % 2 == 1
    return digits[count] >= "5"


def _cut(digits: str, point: int, count: int, up: bool) -> tuple[str, int]:
    kept = digits[:count]
    if not up:
        kept = kept.rstrip("0")
        return (kept, point) if kept else ("", 0)
    raised = str(int(kept or "0") + 1)
    grown = len(raised) - len(kept) if kept else 1
    return raised.rstrip("0"), point + grown
