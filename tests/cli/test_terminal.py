"""Colours, width and hyperlinks: what a person at a terminal sees, and what a file or a pipe gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dyncheck.cli.terminal import shows_links
from tests.conftest import Dyncheck
from tests.support.paths import ROOT

EXAMPLE = ROOT / "examples" / "plan.json"
LINK = "\x1b]8;;https://"
COLOR = "\x1b[3"

# What the terminals and services of the machine set, which would change the output.
_SETTINGS = (
    *("CI", "TMUX", "STY", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"),
    *("TERM", "TERM_PROGRAM", "VTE_VERSION", "DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION"),
)


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a run writes to a terminal of 100 columns."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    command = [sys.executable, "-m", "dyncheck", str(EXAMPLE), *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=kept | environment) as running:
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 65_536):
                pieces.append(piece)
        except OSError:  # Nothing is at the other end any more.
            pass
        os.close(ours)
        assert running.stderr is not None
        assert running.stderr.read() == b""
    return b"".join(pieces).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(
    ("environment", "arguments", "has_colors", "has_links"),
    [
        pytest.param({"TERM": "xterm-256color"}, (), True, False, id="a terminal"),
        pytest.param({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, (), True, True, id="a terminal with links"),
        pytest.param({"TERM": "dumb", "VTE_VERSION": "6800"}, (), False, False, id="TERM=dumb"),
        pytest.param({"TERM": "xterm-kitty", "NO_COLOR": "1"}, (), False, False, id="NO_COLOR"),
        pytest.param({"TERM": "xterm-kitty", "CI": "true"}, (), True, False, id="a service with a terminal"),
        pytest.param({"TERM": "xterm", "FORCE_HYPERLINK": "1"}, (), True, True, id="FORCE_HYPERLINK"),
        pytest.param({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, (), True, False, id="FORCE_HYPERLINK=0"),
        pytest.param({"TERM": "xterm-kitty"}, ("--color", "never"), False, False, id="--color never"),
        pytest.param({"TERM": "xterm-kitty"}, ("--format", "concise"), True, True, id="concise"),
        pytest.param({"TERM": "xterm-kitty"}, ("--statistics",), True, True, id="statistics"),
        pytest.param({"TERM": "xterm-kitty"}, ("--format", "json"), False, False, id="JSON"),
    ],
)
def test_a_person_sees_colours_and_links(
    environment: dict[str, str], arguments: tuple[str, ...], has_colors: bool, has_links: bool
) -> None:
    shown = on_a_terminal(*arguments, **environment)
    assert (COLOR in shown, LINK in shown) == (has_colors, has_links)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_id_of_a_rule_is_a_link_to_its_page() -> None:
    shown = on_a_terminal("--format", "concise", TERM="xterm-kitty", FORCE_HYPERLINK="1")
    (line,) = (line for line in shown.splitlines() if "dead-alarm" in line)
    before, _, after = line.partition("\x1b]8;;")
    assert before.endswith("warning\x1b[0m ")
    assert after.partition("\x1b\\")[0].endswith("/docs/rules/dead-alarm.md")
    assert after.partition("\x1b\\")[2].startswith("\x1b[1mdead-alarm\x1b[0m\x1b]8;;\x1b\\ Alarm watches")


def test_files_and_pipes_never_have_links(dyncheck: Dyncheck, tmp_path: Path) -> None:
    forced = {"FORCE_COLOR": "1", "FORCE_HYPERLINK": "1", "TERM": "xterm-kitty"}
    done = dyncheck(EXAMPLE, "--output", "text=report.txt", **forced)
    assert LINK not in done.stdout.decode()
    assert LINK not in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("200", 200), ("", 80), ("x", 80), ("0", 80)])
def test_the_text_is_as_wide_as_columns_says_even_in_a_pipe(columns: str, widest: int, dyncheck: Dyncheck) -> None:
    shown = dyncheck(ROOT / "tests" / "plans" / "guarded_toggled.json", COLUMNS=columns).stdout.decode()
    prose = [line for line in shown.splitlines() if line.startswith(("  The table", "         "))]
    longest = max(len(line) for line in prose if " = " not in line)
    assert widest - 25 <= longest <= widest


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_text_is_as_wide_as_the_terminal() -> None:
    assert max(map(len, on_a_terminal("--format", "text", "--color", "never", TERM="xterm").splitlines())) <= 140
    assert "examples/main.tf:79  aws_cloudwatch_metric_alarm.products_throttle" in on_a_terminal("--color", "never", TERM="xterm")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, False),
        ({"VTE_VERSION": "4200"}, False),
        ({"VTE_VERSION": "5202"}, True),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "CI": "true"}, False),
        ({"CI": "true", "FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_are_known_to_show_them(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert shows_links(has_colors=True) is expected


def test_statistics_are_for_text_only(dyncheck: Dyncheck) -> None:
    done = dyncheck("--format", "json", "--statistics", EXAMPLE)
    assert (done.stdout, done.returncode) == (b"", 2)
    assert done.stderr.decode() == (
        "dyncheck: --statistics needs --format text or concise. Remove it, or choose one of them. See `dyncheck check --help`.\n"
    )
