"""Input can break a rule.

Why: callers can pass every value that a variable accepts. This rule finds an input that the validation
accepts and that breaks another rule. `dyncheck prove` shows which rules hold for every input.
Fix: add a validation to the variable, or a waiver where callers may choose.
    variable "read_capacity" {
      type     = number
      default  = 5
      nullable = false

      validation {
        condition     = var.read_capacity >= 1
        error_message = "The read capacity must be at least 1."
      }
    }
"""

from dyncheck.rule import Problem, Problems, Refutation, rule, warning

# A finding names at most this many resources.
MOST = 3


@rule(Refutation, severity=warning)
def check(refutation: Refutation) -> Problems:
    named = ", ".join(refutation.addresses[:MOST])
    more = f" and {len(refutation.addresses) - MOST} more" if len(refutation.addresses) > MOST else ""
    yield Problem(
        address=refutation.address,
        path=refutation.rule,
        summary=f"{refutation.values} breaks {refutation.rule} on {named}{more}",
        fix=f"# guard var.{refutation.variable} with a validation",
        location=refutation.location,
        places=refutation.places,
    )
