"""Records what HashiCorp's own parser says of generated texts, and holds dyncheck against new ones.

    python -m tests.recording.record_syntax                                records the answers again
    python -m tests.recording.record_syntax --check --seed 1 --count 9999  prints texts about which dyncheck says something else

Needs node and npm, but no Terraform.
"""

from __future__ import annotations

import argparse
import sys

from tests.readers.hcl.language import pieces
from tests.readers.hcl.language.hashicorp import errors
from tests.readers.hcl.language.syntax_answers import Answer, difference, record


def main() -> int:
    """Record, or check."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=6000)
    chosen = options.parse_args()
    texts = [*pieces.changed(chosen.seed, chosen.count)]
    answers = [Answer(text, found) for text, found in zip(texts, errors(texts), strict=True)]
    if not chosen.check:
        record(answers)
        return 0
    differences = [found for answer in answers if (found := difference(answer))]
    sys.stdout.write("".join(differences))
    sys.stdout.write(f"{len(answers)} texts, {sum(bool(answer.errors) for answer in answers)} refused; {len(differences)} differences\n")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
