"""What a plan does to the tables that are there already, in sentences for somebody who did not write the change."""

from __future__ import annotations

from dyncheck.findings import Effect, Input

HEADING = "What this plan does to your tables"


def sentences(checked: Input) -> list[str]:
    """One sentence for each table that does not stay as it is, the worst first; none when all of them stay."""
    told = [effect for effect in checked.effects if effect.happens != "kept"]
    kept = len(checked.effects) - len(told)
    said = [_sentence(effect) for effect in sorted(told, key=lambda effect: _ORDER.index(effect.happens))]
    if said and kept:
        said.append(
            "The other table in the plan stays as it is." if kept == 1 else f"The other {kept} tables in the plan stay as they are."
        )
    return said


_ORDER = ("destroyed", "replaced", "forgotten", "changed")


def _sentence(effect: Effect) -> str:
    table = f"The table {effect.name} ({effect.address})" if effect.name else f"The table {effect.address}"
    because = f", because {effect.because}" if effect.because else ""
    match effect.happens:
        case "destroyed":
            instead = f" One of the same name is created at {effect.elsewhere}, without its items." if effect.elsewhere else ""
            return f"{table} is destroyed with every item in it{because}.{instead}"
        case "replaced":
            return f"{table} is destroyed with every item in it and created anew without them{because}."
        case "forgotten":
            return f"{table} stays as it is, but Terraform no longer manages it."
        case _:
            details = f": {'; '.join(effect.details)}" if effect.details else ""
            return f"{table} keeps its items and changes in place{details}."
