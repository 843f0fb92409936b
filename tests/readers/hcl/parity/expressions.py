"""Ways to write one value: functions, operators, templates and `for` expressions that have this value.

Each function takes the value and a writer, which writes the parts. It returns None if it cannot write the value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from tests.readers.hcl.parity.drawing import Draw
from tests.readers.hcl.parity.values import Later, Raw, Value, any_part, decoy, escaped, is_plain, key_of, kind_of, literal


class Writer(Protocol):
    """Writes the parts of an expression."""

    @property
    def draw(self) -> Draw:
        """The source of random choices."""

    def sub(self, value: Value) -> str:
        """An expression for a part, valid at any place."""

    def condition(self, truth: bool) -> str:
        """A condition that is `truth`."""

    def keep(self, ending: str, text: str) -> str:
        """An expression for the path of a file with this text."""

    def environment(self) -> tuple[str, str]:
        """An expression for the name of the environment, and the name."""


Way: TypeAlias = "Callable[[Writer, Any], str | None]"


def _cut(writer: Writer, text: str) -> tuple[str, str]:
    place = writer.draw.integer(0, len(text))
    return text[:place], text[place:]


def _parts(text: str) -> tuple[str, str, str] | None:
    """The text split at a separator in it."""
    for separator in ("-", "_", "/", ":", ""):
        if separator and separator in text:
            left, _, right = text.partition(separator)
            return left, separator, right
    return None


# Of any type.


def conditional(writer: Writer, value: Value) -> str:
    truth = writer.draw.chance(60)
    other = decoy(value) if not any_part(value, lambda part: isinstance(part, Raw | Later)) else value
    one, two = (value, other) if truth else (other, value)
    return f"({writer.condition(truth)} ? {writer.sub(one)} : {writer.sub(two)})"


def attempted(writer: Writer, value: Value) -> str:
    wrong = writer.draw.choice(['tonumber("none")', 'jsondecode("{}").missing', '{ a = "x" }["b"]', "tolist([])[0]", 'regex("a", "b")'])
    return f"try({wrong}, {writer.sub(value)})"


def attempted_at_once(writer: Writer, value: Value) -> str:
    return f"try({writer.sub(value)}, null)"


def in_object(writer: Writer, value: Value) -> str:
    name = writer.draw.choice(["chosen", "a", "prod"])
    body = f"{{ other = {writer.sub(decoy(value))}, {name} = {writer.sub(value)} }}"
    return f"{body}.{name}" if writer.draw.chance(50) else f'{body}["{name}"]'


def by_environment(writer: Writer, value: Value) -> str | None:
    text, name = writer.environment()
    entries = {other: decoy(value) for other in writer.draw.some([other for other in ("dev", "prod", "test") if other != name])}
    inside = ", ".join(f"{key} = {writer.sub(item)}" for key, item in {**entries, name: value}.items())
    if kind_of(value) and writer.draw.chance(40):
        return f"lookup({{ {inside} }}, {text}, {writer.sub(decoy(value))})"
    return f"{{ {inside} }}[{text}]"


def looked_up(writer: Writer, value: Value) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    if writer.draw.chance(40):
        return f'lookup({{}}, "none", {writer.sub(value)})'
    return f'lookup({{ there = {writer.sub(value)} }}, "there", {writer.sub(decoy(value))})'


def in_tuple(writer: Writer, value: Value) -> str:
    items = [writer.sub(value)] + [writer.sub(decoy(value)) for _ in range(writer.draw.integer(0, 2))]
    place = writer.draw.integer(0, len(items) - 1)
    items[0], items[place] = items[place], items[0]
    if writer.draw.chance(40):
        return f"element([{', '.join(items)}], {place + len(items) * writer.draw.integer(0, 2)})"
    return f"[{', '.join(items)}][{place}]"


def only_one(writer: Writer, value: Value) -> str:
    return f"one([{writer.sub(value)}])"


def merged(writer: Writer, value: Value) -> str:
    end = writer.draw.choice([".a", '["a"]'])
    return f"merge({{ a = {writer.sub(decoy(value))} }}, {{ a = {writer.sub(value)} }}){end}"


def by_loop(writer: Writer, value: Value) -> str:
    if writer.draw.chance(50):
        return f"[for item in [{writer.sub(value)}] : item][0]"
    return f'{{ for name, item in {{ a = {writer.sub(value)} }} : upper(name) => item }}["A"]'


def by_filter(writer: Writer, value: Value) -> str:
    right, wrong = writer.sub({"keep": True, "item": value}), writer.sub({"keep": False, "item": decoy(value)})
    return f"[for pair in [{wrong}, {right}] : pair.item if pair.keep][0]"


def flattened(writer: Writer, value: Value) -> str | None:
    if isinstance(value, list):
        return None
    return f"{writer.draw.choice(['flatten([[], [X]])', 'concat([], [X])', 'chunklist([X], 2)[0]', 'slice([X, null], 0, 1)'])}[0]".replace(
        "X", writer.sub(value)
    )


def by_splat(writer: Writer, value: Value) -> str:
    return f"element([{{ item = {writer.sub(value)} }}]{writer.draw.choice(['[*]', '.*'])}.item, 0)"


def zipped(writer: Writer, value: Value) -> str:
    return f'zipmap(["a", "b"], [{writer.sub(decoy(value))}, {writer.sub(value)}])["b"]'


def of_values(writer: Writer, value: Value) -> str:
    return f"values({{ only = {writer.sub(value)} }})[0]"


def through_json(writer: Writer, value: Value) -> str | None:
    if not is_plain(value):
        return None
    if writer.draw.chance(50):
        return f"jsondecode({literal(json.dumps(value))})"
    return f"jsondecode(jsonencode({writer.sub(value)}))"


def of_file(writer: Writer, value: Value) -> str | None:
    if not is_plain(value):
        return None
    name = writer.draw.choice(["json", "yaml"])
    return f"{name}decode(file({writer.keep(name, json.dumps(value, indent=2))}))"


def unmarked(writer: Writer, value: Value) -> str:
    return f"nonsensitive(sensitive({writer.sub(value)}))"


ANY: Mapping[Way, int] = {
    conditional: 10,
    attempted: 5,
    attempted_at_once: 4,
    in_object: 4,
    by_environment: 5,
    looked_up: 6,
    in_tuple: 5,
    only_one: 2,
    merged: 3,
    by_loop: 4,
    by_filter: 2,
    flattened: 3,
    by_splat: 2,
    zipped: 2,
    of_values: 2,
    through_json: 2,
    of_file: 1,
    unmarked: 1,
}


# Strings.


def template(writer: Writer, value: str) -> str:
    left, right = _cut(writer, value)
    parts = [escaped(part) if writer.draw.chance(50) else f"${{{writer.sub(part)}}}" for part in (left, right)]
    return f'"{parts[0]}{parts[1]}"'


def wrapped(writer: Writer, value: str) -> str:
    return f'"${{{writer.sub(value)}}}"'


def formatted(writer: Writer, value: str) -> str:
    cut = _parts(value)
    if not cut:
        return f'format("%s", {writer.sub(value)})'
    if writer.draw.chance(20):
        return f'format("%[2]s{cut[1]}%[1]v", {writer.sub(cut[2])}, {writer.sub(cut[0])})'
    return f'format("%s{cut[1]}%s", {writer.sub(cut[0])}, {writer.sub(cut[2])})'


def joined(writer: Writer, value: str) -> str:
    cut = _parts(value)
    separator = cut[1] if cut else "-"
    return f'join("{separator}", {writer.sub(value.split(separator))})'


def cased(writer: Writer, value: str) -> str | None:
    if value == value.lower():
        return f"lower({writer.sub(value.upper())})"
    return f"upper({writer.sub(value.lower())})" if value == value.upper() else None


def trimmed(writer: Writer, value: str) -> str | None:
    if value != value.strip():
        return None
    way = writer.draw.integer(0, 3)
    if way == 0:
        return f"trimspace({writer.sub(f'  {value} ')})"
    if way == 1:
        return f'trimprefix({writer.sub(f"x-{value}")}, "x-")'
    if way == 2:
        return f'trimsuffix({writer.sub(f"{value}-x")}, "-x")'
    return f'chomp("{escaped(value)}\\n")'


def replaced(writer: Writer, value: str) -> str | None:
    if "@" in value:
        return None
    if writer.draw.chance(30):
        return f'replace({writer.sub(f"@@{value}")}, "/^@+/", "")'
    character = writer.draw.choice(value) if value else "-"
    return f'replace({writer.sub(value.replace(character, "@"))}, "@", "{escaped(character)}")'


def cut_out(writer: Writer, value: str) -> str | None:
    return f"substr({writer.sub(f'ab{value}cd')}, 2, {len(value)})" if value else None


def split_up(writer: Writer, value: str) -> str | None:
    return f'split(",", {writer.sub(f"a,{value},b")})[1]' if "," not in value else None


def matched(writer: Writer, value: str) -> str | None:
    if not value or "=" in value:
        return None
    if writer.draw.chance(50):
        return f'regex("^x=(.*)$", {writer.sub(f"x={value}")})[0]'
    return f'regex("^x=(?P<rest>.*)$", {writer.sub(f"x={value}")}).rest'


def coalesced(writer: Writer, value: str) -> str | None:
    before = writer.draw.choice(["null", '""', 'null, ""'])
    return f'coalesce({before}, {writer.sub(value)}, "none")' if value else None


def of_keys(writer: Writer, value: str) -> str:
    return f"keys({{ ({writer.sub(value)}) = true }})[0]"


def of_set(writer: Writer, value: str) -> str:
    return writer.draw.choice(
        ["one(toset([X]))", "tolist(toset([X, X]))[0]", "sort([X])[0]", "distinct([X, X])[0]", "reverse([X])[0]"]
    ).replace("X", writer.sub(value))


def reversed_twice(writer: Writer, value: str) -> str:
    return f"strrev({writer.sub(value[::-1])})"


def in_base64(writer: Writer, value: str) -> str:
    return f"base64decode(base64encode({writer.sub(value)}))"


def if_directive(writer: Writer, value: str) -> str:
    truth = writer.draw.chance(60)
    one, two = (value, decoy(value)) if truth else (decoy(value), value)
    mark = "~" if writer.draw.chance(30) else ""
    return f'"%{{ if {writer.condition(truth)} {mark}}}{escaped(one)}%{{ else }}{escaped(two)}%{{ endif {mark}}}"'


def for_directive(writer: Writer, value: str) -> str:
    left, right = _cut(writer, value)
    return f'"%{{ for part in [{writer.sub(left)}, {writer.sub(right)}] }}${{part}}%{{ endfor }}"'


def format_list(writer: Writer, value: str) -> str | None:
    cut = _parts(value)
    if not cut or "%" in value:
        return None
    return f'formatlist("%s{cut[1]}%s", [{writer.sub(cut[0])}], [{writer.sub(cut[2])}])[0]'


def of_template_file(writer: Writer, value: str) -> str:
    left, right = _cut(writer, value)
    path = writer.keep("tftpl", f"{left.replace('${', '$${')}${{rest}}")
    return f"templatefile({path}, {{ rest = {writer.sub(right)} }})"


def through_yaml(writer: Writer, value: str) -> str | None:
    name = writer.draw.choice(["value", "a"])
    return f'yamldecode("{name}: {escaped(json.dumps(value))}").{name}' if value.isascii() else None


def converted(writer: Writer, value: str) -> str:
    return f"tostring({writer.sub(value)})"


STRING: Mapping[Way, int] = {
    template: 14,
    wrapped: 5,
    formatted: 10,
    joined: 8,
    cased: 6,
    trimmed: 4,
    replaced: 3,
    cut_out: 2,
    split_up: 3,
    matched: 2,
    coalesced: 5,
    of_keys: 2,
    of_set: 3,
    reversed_twice: 1,
    in_base64: 1,
    if_directive: 4,
    for_directive: 2,
    format_list: 2,
    through_yaml: 1,
    of_template_file: 1,
    converted: 2,
}


# Numbers.


def arithmetic(writer: Writer, value: float) -> str:
    less = writer.draw.integer(0, 9)
    way = writer.draw.integer(0, 5)
    if way == 0:
        return f"({writer.sub(value - less)} + {less})"
    if way == 1:
        return f"({writer.sub(value + less)} - {less})"
    if way == 2:
        return f"({writer.sub(value * 2)} / 2)"
    if way == 3 and value % 5 == 0:
        return f"(5 * {writer.sub(int(value) // 5)})"
    if way == 4 and value >= 0:
        return f"({writer.sub(value)} % {int(value) + 1 + less})"
    return f"-(-{writer.sub(value)})"


def precedence(writer: Writer, value: float) -> str:
    one, two, three = (writer.draw.integer(1, 4) for _ in range(3))
    rest = value - one * two + three
    return writer.draw.choice(
        [
            f"({writer.sub(rest)} + {one} * {two} - {three})",
            f"({one} * {two} - {three} + {writer.sub(rest)})",
            f"(-{three} + {one} * {two} - -{writer.sub(rest)})",
        ]
    )


def extreme(writer: Writer, value: float) -> str:
    if writer.draw.chance(50):
        return f"max({writer.sub(value)}, {writer.sub(value - 3)})"
    return f"min({writer.sub(value + 4)}, {writer.sub(value)})"


def rounded(writer: Writer, value: float) -> str:
    if isinstance(value, float) or value < 0:
        return f"(0 - {writer.sub(-value)})"
    return writer.draw.choice([f"floor({value}.25)", f"abs(-{writer.sub(value)})", f"abs({writer.sub(value)})"])


def counted(writer: Writer, value: float) -> str | None:
    if not isinstance(value, int) or not 0 <= value <= 5:
        return None
    if writer.draw.chance(30):
        return f"length({writer.sub('abcde'[:value])})"
    return f"length({writer.sub([f'item{number}' for number in range(value)])})"


def parsed(writer: Writer, value: float) -> str | None:
    if not isinstance(value, int) or value < 0:
        return None
    if writer.draw.chance(50):
        return f"parseint({literal(format(value, 'x'))}, 16)"
    return f"tonumber({writer.sub(str(value))})"


def summed(writer: Writer, value: float) -> str:
    return f"sum([{writer.sub(value - 2)}, 2])"


def found(writer: Writer, value: float) -> str | None:
    if not isinstance(value, int) or not 0 <= value <= 9:
        return None
    if writer.draw.chance(50):
        return f"range({value + 2})[{value}]"
    names = [f"n{number}" for number in range(value + 2)]
    return f'index({writer.sub(names)}, "n{value}")'


def power(writer: Writer, value: float) -> str:
    return f"pow({writer.sub(value)}, 1)"


NUMBER: Mapping[Way, int] = {
    arithmetic: 10,
    precedence: 4,
    extreme: 5,
    rounded: 2,
    counted: 3,
    parsed: 4,
    summed: 1,
    found: 2,
    power: 1,
}


# Booleans.


def negated(writer: Writer, value: bool) -> str:
    return f"!{writer.sub(not value)}"


def as_condition(writer: Writer, value: bool) -> str:
    return f"({writer.condition(value)})"


def converted_truth(writer: Writer, value: bool) -> str:
    return f"tobool({writer.sub(literal(value))})"


BOOL: Mapping[Way, int] = {negated: 5, as_condition: 12, converted_truth: 2}


def condition(writer: Writer, truth: bool) -> str:
    """A condition that is `truth`, with constants or with the name of the environment."""
    draw = writer.draw
    name = writer.environment()[1]

    def environment() -> str:
        return writer.environment()[0]

    other = draw.choice([one for one in ("prod", "dev", "staging", "test") if one != name])
    asked = name if truth else other
    ways: list[Callable[[], str]] = [
        lambda: literal(truth),
        lambda: f"{environment()} {'==' if truth else '!='} {literal(name)}",
        lambda: f"{environment()} {'==' if truth else '!='} {literal(name)}",
        lambda: f"{environment()} {'!=' if truth else '=='} {literal(other)}",
        lambda: f"contains({writer.sub([asked, 'qa'])}, {environment()})",
        lambda: f"lookup({{ {asked} = true }}, {environment()}, false)",
        lambda: f"{writer.sub(3)} {'>' if truth else '<'} {writer.sub(2)}",
        lambda: f"{writer.sub(2)} {'<=' if truth else '>='} {writer.sub(4)}",
        lambda: f"{writer.sub('one')} {'!=' if truth else '=='} {writer.sub('two')}",
        lambda: f"length({writer.sub(['a'] if truth else [])}) > 0",
        lambda: f"can(regex({literal('^' + asked[:2])}, {environment()}))",
        lambda: f"can(tonumber({writer.sub('12' if truth else 'twelve')}))",
        lambda: f"{'startswith' if draw.chance(50) else 'endswith'}({environment()}, {literal(asked if truth else 'x' + asked)})",
        lambda: f"anytrue([false, {writer.sub(truth)}])",
        lambda: f"alltrue([{writer.sub(truth)}, true])",
        lambda: f"({writer.sub(truth)} && {writer.sub(True)})",
        lambda: f"({writer.sub(truth)} || {writer.sub(False)})",
        lambda: f"!{writer.sub(not truth)}",
        lambda: f"{writer.condition(truth)} || {writer.condition(truth)} && {writer.condition(False)}",
        lambda: f"{writer.condition(truth)} && {writer.condition(True)} || {writer.condition(False)}",
        lambda: f'terraform.workspace {"==" if truth else "!="} "default"',
        lambda: f"{writer.sub(None)} {'==' if truth else '!='} null",
        lambda: f"{writer.sub('set')} {'!=' if truth else '=='} null",
        lambda: f"contains(keys({writer.sub({asked: 1})}), {environment()})",
        lambda: f"try(tobool({environment()}), {literal(truth)})",
    ]
    # A condition may be a part of a longer condition.
    text = draw.choice(ways)()
    return f"({text})" if "||" in text or "&&" in text else text


# Lists.


def _strings(value: list[Value]) -> bool:
    return bool(value) and all(isinstance(item, str) for item in value)


def _no_lists(value: list[Value]) -> bool:
    return not any(isinstance(item, list) for item in value)


def concatenated(writer: Writer, value: list[Value]) -> str:
    place = writer.draw.integer(0, len(value))
    return f"concat({writer.sub(value[:place])}, {writer.sub(value[place:])})"


def flattened_list(writer: Writer, value: list[Value]) -> str | None:
    place = writer.draw.integer(0, len(value))
    return f"flatten([{writer.sub(value[:place])}, [{writer.sub(value[place:])}]])" if _no_lists(value) else None


def looped(writer: Writer, value: list[Value]) -> str:
    return f"[for {writer.draw.choice(['item', 'position, item'])} in {writer.sub(value)} : item]"


def filtered(writer: Writer, value: list[Value]) -> str | None:
    if not _strings(value) or "junk" in value:
        return None
    if writer.draw.chance(30):
        return f"compact({writer.sub([*value, ''])})" if "" not in value else None
    return f'[for item in {writer.sub([*value, "junk"])} : item if item != "junk"]'


def extended(writer: Writer, value: list[Value]) -> str | None:
    """Objects, with their common attributes merged into each."""
    if len(value) < 2 or not all(isinstance(item, dict) for item in value):
        return None
    common = {name: part for name, part in value[0].items() if all(name in item and item[name] == part for item in value)}
    common = {name: part for name, part in common.items() if is_plain(part) and kind_of(part)}
    if not common:
        return None
    rest = [{name: part for name, part in item.items() if name not in common} for item in value]
    return f"[for item in {writer.sub(rest)} : merge({writer.sub(common)}, item)]"


def nested_loops(writer: Writer, value: list[Value]) -> str | None:
    if not _strings(value) or len(value) < 2:
        return None
    place = len(value) // 2
    return f"flatten([for part in {writer.sub([value[:place], value[place:]])} : [for item in part : item]])"


def grouped(writer: Writer, value: list[Value]) -> str | None:
    if not value or not is_plain(value):
        return None
    return f'{{ for item in {writer.sub(value)} : "all" => item... }}["all"]'


def sliced(writer: Writer, value: list[Value]) -> str | None:
    return f"slice({writer.sub([*value, decoy(value[0])])}, 0, {len(value)})" if value else None


def turned(writer: Writer, value: list[Value]) -> str:
    return f"reverse({writer.sub(value[::-1])})"


def of_sorted_values(writer: Writer, value: list[Value]) -> str:
    inner = ", ".join(f"k{number} = {writer.sub(item)}" for number, item in enumerate(value))
    return f"values({{ {inner} }})"


def of_sorted_keys(writer: Writer, value: list[Value]) -> str | None:
    if not _strings(value) or sorted(set(value)) != value or not is_plain(value):
        return None
    return writer.draw.choice(
        [f"keys({writer.sub(dict.fromkeys(value, 1))})", f"sort({writer.sub(value[::-1])})", f"tolist(toset({writer.sub(value)}))"]
    )


def split_list(writer: Writer, value: list[Value]) -> str | None:
    if not _strings(value) or any("," in item for item in value):
        return None
    return f'split(",", {writer.sub(",".join(value))})'


def coalesced_list(writer: Writer, value: list[Value]) -> str | None:
    return f"coalescelist([], {writer.sub(value)})" if value else None


def format_each(writer: Writer, value: list[Value]) -> str | None:
    if not _strings(value) or not all(item.startswith(value[0][:1]) and item for item in value) or "%" in value[0][:1]:
        return None
    return f'formatlist("{escaped(value[0][:1])}%s", {writer.sub([item[1:] for item in value])})'


def chosen_list(writer: Writer, value: list[Value]) -> str:
    if writer.draw.chance(50):
        return f"({writer.condition(True)} ? {writer.sub(value)} : [])"
    return f"({writer.condition(False)} ? [] : {writer.sub(value)})"


LIST: Mapping[Way, int] = {
    concatenated: 8,
    flattened_list: 6,
    looped: 6,
    filtered: 4,
    extended: 6,
    sliced: 2,
    nested_loops: 2,
    grouped: 3,
    turned: 2,
    of_sorted_values: 3,
    of_sorted_keys: 3,
    split_list: 4,
    coalesced_list: 2,
    format_each: 2,
    chosen_list: 5,
}


# Maps and objects.


def _split(writer: Writer, value: dict[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    names = set(writer.draw.some(list(value)))
    return {name: value[name] for name in value if name in names}, {name: value[name] for name in value if name not in names}


def merged_map(writer: Writer, value: dict[str, Value]) -> str:
    one, two = _split(writer, value)
    if two and writer.draw.chance(40):
        name = next(iter(two))
        one = {**one, name: decoy(two[name])}
    return f"merge({writer.sub(one)}, {writer.sub(two)})"


def looped_map(writer: Writer, value: dict[str, Value]) -> str:
    return f"{{ for name, item in {writer.sub(value)} : name => item }}"


def filtered_map(writer: Writer, value: dict[str, Value]) -> str | None:
    if any(item is None for item in value.values()) or not is_plain(value):
        return None
    return f"{{ for name, item in {writer.sub({**value, 'dropped': None})} : name => item if item != null }}"


def filtered_rows(writer: Writer, value: dict[str, Value]) -> str | None:
    if not value or "junk" in value or not is_plain(value):
        return None
    junk = next(iter(value.values()))
    return f'{{ for name, item in {writer.sub({**value, "junk": junk})} : name => item if name != "junk" }}'


def of_pairs(writer: Writer, value: dict[str, Value]) -> str:
    pairs = ", ".join(f"{{ name = {writer.sub(name)}, item = {writer.sub(item)} }}" for name, item in value.items())
    return f"{{ for pair in [{pairs}] : pair.name => pair.item }}"


def zipped_map(writer: Writer, value: dict[str, Value]) -> str | None:
    return f"zipmap({writer.sub(list(value))}, {writer.sub(list(value.values()))})" if value else None


def as_map(writer: Writer, value: dict[str, Value]) -> str | None:
    kinds = {kind_of(item) for item in value.values()}
    return f"tomap({writer.sub(value)})" if len(kinds) == 1 and None not in kinds else None


def of_keys_and_values(writer: Writer, value: dict[str, Value]) -> str | None:
    """`{ for name in [...] : name => name }`, if each value is its key."""
    if not value or any(item != name for name, item in value.items()):
        return None
    return f"{{ for name in {writer.sub(list(value))} : name => name }}"


def quoted_keys(writer: Writer, value: dict[str, Value]) -> str:
    """The same object, with its keys written in other ways."""
    separator = writer.draw.choice([" = ", " : ", "="])
    entries = [
        f"{writer.draw.choice([key_of(name), literal(name), f'({writer.sub(name)})'])}{separator}{writer.sub(item)}"
        for name, item in value.items()
    ]
    return f"{{ {', '.join(entries)} }}" if entries else "tomap({})"


DICT: Mapping[Way, int] = {
    merged_map: 12,
    looped_map: 4,
    filtered_map: 4,
    filtered_rows: 5,
    of_pairs: 3,
    zipped_map: 3,
    as_map: 4,
    of_keys_and_values: 6,
    quoted_keys: 5,
}

_BY_KIND: Mapping[str, Mapping[Way, int]] = {"string": STRING, "number": NUMBER, "bool": BOOL}


def ways(value: Value) -> Mapping[Way, int]:
    """The ways to write a value, with their weights."""
    if isinstance(value, list):
        return {**LIST, conditional: 3, attempted: 3, in_object: 3, through_json: 3, of_file: 1}
    if isinstance(value, dict):
        return {**DICT, conditional: 3, attempted: 3, in_object: 2, through_json: 3, of_file: 1}
    if isinstance(value, Raw | Later):
        return OF_RAW
    return {**ANY, **_BY_KIND.get(kind_of(value) or "", {})}


def raw_template(writer: Writer, value: Raw | Later) -> str | None:
    return f'"${{{writer.sub(value)}}}"' if value.kind == "string" else None


def raw_function(writer: Writer, value: Raw | Later) -> str | None:
    if value.kind != "string":
        return None
    return writer.draw.choice(
        [
            'join("", [X])',
            'format("%s", X)',
            "trimspace(X)",
            'replace(X, "@", "")',
            'coalesce(X, "none")',
            "lower(X)",
            'element(split(",", X), 0)',
        ]
    ).replace("X", writer.sub(value))


OF_RAW: Mapping[Way, int] = {
    conditional: 8,
    attempted: 3,
    attempted_at_once: 3,
    in_object: 3,
    in_tuple: 3,
    only_one: 2,
    by_loop: 2,
    by_splat: 1,
    flattened: 2,
    raw_template: 6,
    raw_function: 8,
}
