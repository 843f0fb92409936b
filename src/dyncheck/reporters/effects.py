"""Describes what a plan does to the existing tables, in sentences for a reviewer."""

from __future__ import annotations

from dyncheck.findings import Effect, Input

HEADING = "What this plan does to your tables"

_ORDER = ("destroyed", "replaced", "forgotten", "changed")


def sentences(checked: Input) -> list[str]:
    """One sentence for each table that the plan changes, the worst effect first, then the number of the other tables."""
    changed = (each for each in checked.effects if each.happens != "kept")
    effects = sorted(changed, key=lambda each: (_ORDER.index(each.happens), not each.loses_items))
    kept = len(checked.effects) - len(effects)
    others = ["The plan does not change the other table." if kept == 1 else f"The plan does not change the other {kept} tables."]
    return [*map(_sentence, effects), *(others if effects and kept else [])]


def _sentence(effect: Effect) -> str:
    table = f"The table {effect.name} ({effect.address})" if effect.name else f"The table {effect.address}"
    because = f", because {effect.because}" if effect.because else ""
    match effect.happens:
        case "destroyed":
            created = f" A table of the same name is created at {effect.elsewhere}, without these items." if effect.elsewhere else ""
            return f"{table} is destroyed with all its items{because}.{created}"
        case "replaced":
            return f"{table} is destroyed with all its items and created again without them{because}."
        case "forgotten":
            return f"{table} stays as it is, but Terraform no longer manages it."
        case _:
            details = f": {'; '.join(effect.details)}" if effect.details else ""
            happens = "changes in place and loses items" if effect.loses_items else "keeps its items and changes in place"
            return f"{table} {happens}{details}."
