"""What incdsl costs, measured: `python -m bench PART...`, which `make bench` runs.

A part is a module of this package with a docstring and `run(bench: Bench) -> list[str]`, which returns the Markdown of its
tables. `bench/__main__.py` lists the parts, and each has a place in docs/performance.md between `<!-- bench PART: start -->` and
`<!-- bench PART: end -->`. Parts that measure a server or a session in this process make their own `Took`.
"""
