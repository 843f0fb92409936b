"""What a reader takes for one character: a letter with its accents, a family of emoji, a flag, a Korean syllable.

Terraform counts these in `length`, `substr`, `strrev` and in the widths of `format`, and its columns count them too. The
standard library knows none of the two properties that it takes, and the libraries that do follow a Unicode of their own;
Terraform's is fixed, version 15, so the tables are written out. They are what Terraform 1.11 itself answers for each
code point, and equal those of the standard.
Source: https://www.unicode.org/reports/tr29/tr29-41.html#Grapheme_Cluster_Boundary_Rules, as in go-textseg version 15.
"""

from __future__ import annotations

from bisect import bisect_right

# What belongs to the character before it: accents, vowel signs, skin tones, variation selectors.
_EXTEND = """
300-36F 483-489 591-5BD 5BF 5C1-5C2 5C4-5C5 5C7 610-61A 64B-65F 670 6D6-6DC 6DF-6E4 6E7-6E8 6EA-6ED 711 730-74A 7A6-7B0
7EB-7F3 7FD 816-819 81B-823 825-827 829-82D 859-85B 898-89F 8CA-8E1 8E3-903 93A-93C 93E-94F 951-957 962-963 981-983 9BC
9BE-9C4 9C7-9C8 9CB-9CD 9D7 9E2-9E3 9FE A01-A03 A3C A3E-A42 A47-A48 A4B-A4D A51 A70-A71 A75 A81-A83 ABC ABE-AC5 AC7-AC9
ACB-ACD AE2-AE3 AFA-AFF B01-B03 B3C B3E-B44 B47-B48 B4B-B4D B55-B57 B62-B63 B82 BBE-BC2 BC6-BC8 BCA-BCD BD7 C00-C04 C3C
C3E-C44 C46-C48 C4A-C4D C55-C56 C62-C63 C81-C83 CBC CBE-CC4 CC6-CC8 CCA-CCD CD5-CD6 CE2-CE3 CF3 D00-D03 D3B-D3C D3E-D44
D46-D48 D4A-D4D D57 D62-D63 D81-D83 DCA DCF-DD4 DD6 DD8-DDF DF2-DF3 E31 E33-E3A E47-E4E EB1 EB3-EBC EC8-ECE F18-F19 F35
F37 F39 F3E-F3F F71-F84 F86-F87 F8D-F97 F99-FBC FC6 102D-1037 1039-103E 1056-1059 105E-1060 1071-1074 1082 1084-1086
108D 109D 135D-135F 1712-1715 1732-1734 1752-1753 1772-1773 17B4-17D3 17DD 180B-180D 180F 1885-1886 18A9 1920-192B
1930-193B 1A17-1A1B 1A55-1A5E 1A60 1A62 1A65-1A7C 1A7F 1AB0-1ACE 1B00-1B04 1B34-1B44 1B6B-1B73 1B80-1B82 1BA1-1BAD
1BE6-1BF3 1C24-1C37 1CD0-1CD2 1CD4-1CE8 1CED 1CF4 1CF7-1CF9 1DC0-1DFF 200C 20D0-20F0 2CEF-2CF1 2D7F 2DE0-2DFF 302A-302F
3099-309A A66F-A672 A674-A67D A69E-A69F A6F0-A6F1 A802 A806 A80B A823-A827 A82C A880-A881 A8B4-A8C5 A8E0-A8F1 A8FF
A926-A92D A947-A953 A980-A983 A9B3-A9C0 A9E5 AA29-AA36 AA43 AA4C-AA4D AA7C AAB0 AAB2-AAB4 AAB7-AAB8 AABE-AABF AAC1 AAEB-
AAEF AAF5-AAF6 ABE3-ABEA ABEC-ABED FB1E FE00-FE0F FE20-FE2F FF9E-FF9F 101FD 102E0 10376-1037A 10A01-10A03 10A05-10A06
10A0C-10A0F 10A38-10A3A 10A3F 10AE5-10AE6 10D24-10D27 10EAB-10EAC 10EFD-10EFF 10F46-10F50 10F82-10F85 11000-11002
11038-11046 11070 11073-11074 1107F-11082 110B0-110BA 110C2 11100-11102 11127-11134 11145-11146 11173 11180-11182
111B3-111C0 111C9-111CC 111CE-111CF 1122C-11237 1123E 11241 112DF-112EA 11300-11303 1133B-1133C 1133E-11344 11347-11348
1134B-1134D 11357 11362-11363 11366-1136C 11370-11374 11435-11446 1145E 114B0-114C3 115AF-115B5 115B8-115C0 115DC-115DD
11630-11640 116AB-116B7 1171D-1171F 11722-1172B 1182C-1183A 11930-11935 11937-11938 1193B-1193E 11940 11942-11943
119D1-119D7 119DA-119E0 119E4 11A01-11A0A 11A33-11A39 11A3B-11A3E 11A47 11A51-11A5B 11A8A-11A99 11C2F-11C36 11C38-11C3F
11C92-11CA7 11CA9-11CB6 11D31-11D36 11D3A 11D3C-11D3D 11D3F-11D45 11D47 11D8A-11D8E 11D90-11D91 11D93-11D97 11EF3-11EF6
11F00-11F01 11F03 11F34-11F3A 11F3E-11F42 13440 13447-13455 16AF0-16AF4 16B30-16B36 16F4F 16F51-16F87 16F8F-16F92 16FE4
16FF0-16FF1 1BC9D-1BC9E 1CF00-1CF2D 1CF30-1CF46 1D165-1D169 1D16D-1D172 1D17B-1D182 1D185-1D18B 1D1AA-1D1AD 1D242-1D244
1DA00-1DA36 1DA3B-1DA6C 1DA75 1DA84 1DA9B-1DA9F 1DAA1-1DAAF 1E000-1E006 1E008-1E018 1E01B-1E021 1E023-1E024 1E026-1E02A
1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E8D0-1E8D6 1E944-1E94A 1F3FB-1F3FF E0020-E007F E0100-E01EF
"""

# What belongs to the character after it.
_PREPEND = """
600-605 6DD 70F 890-891 8E2 D4E 110BD 110CD 111C2-111C3 1193F 11941 11A3A 11A84-11A89 11D46 11F02
"""

# Pictures, which a joiner between two makes one.
_PICTURE = """
A9 AE 203C 2049 2122 2139 2194-2199 21A9-21AA 231A-231B 2328 2388 23CF 23E9-23F3 23F8-23FA 24C2 25AA-25AB 25B6 25C0
25FB-25FE 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E
2753-2755 2757 2763-2767 2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D 3297 3299
1F000-1F0FF 1F10D-1F10F 1F12F 1F16C-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1AD-1F1E5 1F201-1F20F 1F21A 1F22F 1F232-1F23A
1F23C-1F23F 1F249-1F3FA 1F400-1F53D 1F546-1F64F 1F680-1F6FF 1F774-1F77F 1F7D5-1F7FF 1F80C-1F80F 1F848-1F84F 1F85A-1F85F
1F888-1F88F 1F8AE-1F8FF 1F90C-1F93A 1F93C-1F945 1F947-1FAFF 1FC00-1FFFD
"""

# What stands alone whatever comes after it.
_CONTROL = """
1-1F 7F-9F AD 61C 180E 200B 200E-200F 2028-202E 2060-206F FEFF FFF0-FFFB 13430-1343F 1BCA0-1BCA3 1D173-1D17A E0000-E001F
E0080-E00FF E01F0-E0FFF
"""

_HANGUL_L = "1100-115F A960-A97C"
_HANGUL_V = "1160-11A7 D7B0-D7C6"
_HANGUL_T = "11A8-11FF D7CB-D7FB"
_HANGUL = "AC00-D7A3"
_FLAG = "1F1E6-1F1FF"
_JOINER = "200D"


def _table() -> tuple[list[int], list[str]]:
    ranges: list[tuple[int, int, str]] = []
    for kind, text in (
        ("extend", _EXTEND),
        ("prepend", _PREPEND),
        ("picture", _PICTURE),
        ("control", _CONTROL),
        ("l", _HANGUL_L),
        ("v", _HANGUL_V),
        ("t", _HANGUL_T),
        ("hangul", _HANGUL),
        ("flag", _FLAG),
        ("joiner", _JOINER),
    ):
        for each in text.split():
            first, _, last = each.partition("-")
            ranges.append((int(first, 16), int(last or first, 16), kind))
    starts, kinds = [0], [""]
    for low, high, kind in sorted(ranges):
        starts += (low, high + 1)
        kinds += (kind, "")
    return starts, kinds


_STARTS, _KINDS = _table()

# What may follow without a boundary between them, for Korean letters written in parts.
_SYLLABLES = {"l": {"l", "v", "lv", "lvt"}, "v": {"v", "t"}, "lv": {"v", "t"}, "t": {"t"}, "lvt": {"t"}}


def clusters(text: str) -> list[str]:
    """The text cut into what a reader takes for one character each."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    found: list[str] = []
    before = ""
    for character in text:
        kind = _kind(character)
        if found and _goes_on(found[-1], before, kind):
            found[-1] += character
        else:
            found.append(character)
        before = kind
    return found


def count(text: str) -> int:
    """How many characters a reader sees in a text."""
    return len(text) if text.isascii() and "\r\n" not in text else len(clusters(text))


def _kind(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return "cr" if code == 0x0D else "lf" if code == 0x0A else "control"
    if code < 0x7F:
        return ""
    kind = _KINDS[bisect_right(_STARTS, code) - 1]
    if kind == "hangul":
        return "lvt" if (code - 0xAC00) % 28 else "lv"
    return kind


def _goes_on(cluster: str, before: str, kind: str) -> bool:
    """Whether a character of the kind belongs to the cluster, the last character of which is of the kind before."""
    if before == "cr":
        return kind == "lf"
    if before in ("lf", "control") or kind in ("cr", "lf", "control"):
        return False
    if kind in ("extend", "joiner") or before == "prepend":
        return True
    if kind == "flag":
        return before == "flag" and sum(_kind(character) == "flag" for character in cluster) % 2 == 1
    if kind == "picture":
        return before == "joiner" and _may_be_joined(cluster)
    return kind in _SYLLABLES.get(before, ())


def _may_be_joined(cluster: str) -> bool:
    """Whether a joiner at the end of the cluster takes a picture. Terraform lets it after Korean letters and flags too."""
    kinds = [kind for kind in map(_kind, cluster) if kind not in ("extend", "joiner")]
    return bool(kinds) and (kinds[-1] in ("picture", "flag") or kinds[-1] in _SYLLABLES)
