"""Fuzzing: inputs that nobody would write, for every reader, the evaluator, the prover and every reporter.

    python -m fuzz --minutes 10                 all targets, by both engines, for so long
    python -m fuzz --engine hypothesis plan     one target by one engine
    python -m fuzz --list                       what there is
    python -m fuzz --case plan FILE             one case again

A target takes bytes and raises where a property does not hold; what the properties are is in its docstring. Two engines feed it:
hypothesis, which knows the structure of what it makes, and atheris, which goes by what code each input reaches. Both change real
fixtures of the tests as well. Cases that were found once are in `cases/`, and each run begins with them.
"""
