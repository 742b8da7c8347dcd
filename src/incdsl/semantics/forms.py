"""What fields say of the look of their texts: patterns that can be read, lengths that some text has, and both together."""

from __future__ import annotations

from incdsl.core import patterns
from incdsl.core import types as ty
from incdsl.core.patterns import BrokenPattern, Single
from incdsl.semantics import errors
from incdsl.semantics.environment import Column, Environment
from incdsl.semantics.operations import in_words
from incdsl.syntax import ast

_TOO_MANY = 10**18


def written_form(env: Environment, column: Column, type_: ty.Known) -> patterns.Form:
    """The form of a field. What no text can have, and a form of what is no text, is reported, and then not asked for."""
    node = column.field.form if column.field is not None else None
    if column.field is None or node is None:
        return patterns.ANY_FORM
    if not isinstance(type_, ty.Text):
        hint = "give a number or a date its bounds without `characters`; a `one of` or a country needs neither"
        if isinstance(type_, ty.Row):
            hint = f"say it of the key of `{type_.relation}`: what refers to a row has its key"
        what = "a field with `like` or with a number of characters"
        env.sink.add(errors.TypeMismatch(column.field.type.span, "text", in_words(type_), what, hint))
        return patterns.ANY_FORM
    for size in (node.fewest, node.most):
        if size is not None and size >= _TOO_MANY:
            env.sink.add(errors.TooManyDigits(node.span, str(size), "a number of characters"))
            return patterns.ANY_FORM
    form = patterns.Form(node.fewest, node.most, tuple(pattern.value for pattern in node.like))
    sizes = patterns.sizes(form)
    if form.longest is not None and form.longest < max(form.shortest or 0, 1):
        env.sink.add(errors.FitsNothing(node.span, f"no text has {sizes}", "a text has at least one character"))
        return patterns.ANY_FORM
    sound = [_readable(env, pattern) and _can_be(env, pattern, form) for pattern in node.like]
    return form if all(sound) else patterns.ANY_FORM


def _readable(env: Environment, node: ast.String) -> bool:
    try:
        patterns.parts(node.value)
    except BrokenPattern as broken:
        start = node.span.start + 1  # behind the quote
        span = node.span.source.span(start + broken.start, max(start + broken.end, start + broken.start))
        env.sink.add(errors.BrokenPattern(span if node.value else node.span, broken.found, broken.fix))
        return False
    return True


def _can_be(env: Environment, node: ast.String, form: patterns.Form) -> bool:
    """Whether some text fits a pattern: values have no spaces around them, and the lengths have to meet."""
    parts = patterns.parts(node.value)
    if any(isinstance(part, Single) and part.choices == " " for part in (parts[0], parts[-1])):
        why = "spaces around a value do not count, so that no text begins or ends with one"
        env.sink.add(errors.FitsNothing(node.span, f'no text is like "{node.value}": {why}', "delete the space"))
        return False
    least, most = patterns.lengths(node.value)
    too_long = form.longest is not None and least > form.longest
    too_short = form.shortest is not None and most is not None and most < form.shortest
    if too_long or too_short:
        has = f"what is like it has {'' if most == least else 'at least '}{patterns.count_of(least)}"
        what = f'no text of {patterns.sizes(form)} is like "{node.value}": {has}'
        env.sink.add(errors.FitsNothing(node.span, what, "correct the pattern or the number of characters"))
        return False
    return True
