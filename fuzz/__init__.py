"""Fuzzing: unusual inputs for every reader, the evaluator, the prover and every reporter.

    python -m fuzz --minutes 10                 all targets, with both engines, for this time
    python -m fuzz --engine hypothesis plan     one target with one engine
    python -m fuzz --list                       the targets
    python -m fuzz --case plan FILE             one case again

A target takes bytes and raises if a property does not hold. Its docstring states the properties. Two engines feed it: hypothesis
generates structured inputs, and atheris follows the code that each input reaches. Both also change real fixtures of the tests.
Cases that were found before are in `cases/`, and each run begins with them.
"""
