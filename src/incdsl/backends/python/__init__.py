"""Core to Python: `emit` turns a program into one module of the standard library alone, for services that embed it.

Assumes a verified program. Guarantees the rows that the reference engine gives, and its errors for values that do not fit.
`module` has the order of things, `records` what rows are, `rules` what is worked out for them, `expressions` how,
`selection` which rows an aggregate looks at, `overflow` what may not fit, `outputs` the results; `pasted` is what every module
has word for word.
"""

from incdsl.backends.python.module import emit

__all__ = ["emit"]
