"""Parses an HTML page strictly: every element must be closed, in the right order."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"br", "col", "input", "link", "meta"})


class Element:
    """An element with its attributes, its parent and its text, including that of inner elements."""

    def __init__(self, name: str, attributes: dict[str, str | None], parent: Element | None) -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.text = ""

    def get(self, attribute: str) -> str:
        """The attribute's value, empty without one."""
        return self.attributes.get(attribute) or ""

    @property
    def classes(self) -> list[str]:
        """The names in its `class`."""
        return self.get("class").split()

    def __repr__(self) -> str:
        return f"<{self.name} {self.attributes}>"


class Page(HTMLParser):
    """All elements of a page in their order. Raises `ValueError` for an unclosed element or a wrong end tag."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        if self._open:
            raise ValueError(f"{self._open} are not closed")

    def all(self, name: str = "", **attributes: str) -> list[Element]:
        """The elements of that name and with those attributes (`class_` for one of the classes)."""
        expected = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if (not name or element.name == name)
            and all(value in element.classes if key == "class" else element.get(key) == value for key, value in expected.items())
        ]

    def one(self, name: str = "", **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(name, **attributes)
        return element

    def inside(self, outer: Element) -> list[Element]:
        """The elements inside another one."""
        return [element for element in self.elements if outer in _ancestors(element)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) != len(attrs):
            raise ValueError(f"<{tag} {attrs}> has an attribute twice")
        element = Element(tag, dict(attrs), self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().name != tag:
            raise ValueError(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def _ancestors(element: Element) -> list[Element]:
    found = []
    while element.parent:
        element = element.parent
        found.append(element)
    return found
