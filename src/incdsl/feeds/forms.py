"""Whether texts have the form that their field asks for, as DuckDB SQL, and what to say of one that has not."""

from __future__ import annotations

from incdsl.core import ir, patterns
from incdsl.feeds import quoting
from incdsl.feeds.misreadings import Finding, say, shown


def misfits(column: ir.StoredColumn, value: str) -> tuple[Finding, ...]:
    """The ways in which the text `value`, an SQL expression, may miss the form of a column; at most one applies to a text.
    None where any text will do, and none applies to NULL."""
    form = column.form
    found: list[Finding] = []
    it = shown(value)
    others = ""
    if form.like:
        unlike = _unlike(form, value)
        meaning = patterns.legend(form.like)
        like = quoting.text(patterns.one_of(form.like) + (f" ({meaning})" if meaning else ""))
        capitals = f"NOT {_unlike(form, f'upper({value})')}"
        as_capitals = say("{it} is not like {like}; in capitals, {up}", it=it, like=like, up=shown(f"upper({value})"))
        found += [
            Finding(f"{unlike} AND {capitals}", "not-like", as_capitals),
            Finding(f"{unlike} AND NOT {capitals}", "not-like", say("{it} is not like {like}", it=it, like=like)),
        ]
        others = f" AND NOT {unlike}"
    if form.shortest is not None or form.longest is not None:
        length = f"length({value})"
        least = [] if form.shortest is None else [f"{length} < {form.shortest}"]
        most = [] if form.longest is None else [f"{length} > {form.longest}"]
        beyond = f"coalesce({' OR '.join([*least, *most])}, false)"
        message = say(
            f"{{it}} has {{count}} character{{s}}: `{column.name}` has {patterns.sizes(form).rpartition(' ')[0]}",
            it=it,
            count=f"CAST({length} AS VARCHAR)",
            s=f"CASE {length} WHEN 1 THEN '' ELSE 's' END",
        )
        found.append(Finding(f"{beyond}{others}", "wrong-length", message))
    return tuple(found)


def _unlike(form: patterns.Form, value: str) -> str:
    return f"coalesce(NOT regexp_full_match({value}, {quoting.text(patterns.regex_of_any(form.like))}), false)"
