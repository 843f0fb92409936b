"""What the terminal on standard output can show."""

from __future__ import annotations

import os
import sys

# The value of TERM_PROGRAM, or the start of TERM, of terminals that show hyperlinks, and the variables that others set.
# Source: https://github.com/Alhadis/OSC8-Adoption
_PROGRAMS = ("Hyper", "WarpTerminal", "WezTerm", "ghostty", "iTerm.app", "rio", "vscode", "zed")
_TERMS = ("alacritty", "contour", "foot", "xterm-ghostty", "xterm-kitty")
_VARIABLES = ("DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
# GNOME Terminal and its relatives show hyperlinks from version 0.50 on.
_VTE = 5000


def shows_colors() -> bool:
    """Whether the terminal obeys escape sequences. The console of Windows has to be set to that."""
    if sys.platform != "win32":
        return True
    try:
        # click depends on it on Windows.
        from colorama import just_fix_windows_console
    except ImportError:
        return False
    just_fix_windows_console()
    return True


def shows_links(has_colors: bool) -> bool:
    """Whether a person at a terminal that is known to show hyperlinks is watching. FORCE_HYPERLINK decides where it is set."""
    environment = os.environ
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced != "0"
    # A service that runs jobs may give them a terminal. A multiplexer may remove the links, and show a part of them as text.
    if not has_colors or any(environment.get(name) for name in ("CI", "TMUX", "STY")):
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _PROGRAMS
        or environment.get("TERM", "").startswith(_TERMS)
        or any(environment.get(name) for name in _VARIABLES)
        or (version.isdecimal() and int(version) >= _VTE)
    )
