"""What a mapping says, in a few words."""

from __future__ import annotations

from incdsl.core import types as ty
from incdsl.feeds.mapping import settings
from incdsl.feeds.mapping.model import FieldMapping
from incdsl.feeds.styles import CANONICAL, Style


def written(style: Style, type_: ty.Type) -> str:
    """How values of a type are written; empty for the program's own notation."""
    own = settings.of_type(type_)
    parts = []
    if "dates" in own and style.dates != CANONICAL.dates:
        years = f" ({style.dates.century // 100}yy)" if style.dates.century else ""
        times = {"none": "", "midnight": ", 00:00 left out", "any": ", time left out"}[style.dates.times]
        parts.append(style.dates.pattern + years + times)
    if "numbers" in own and style.numbers != CANONICAL.numbers:
        example = style.numbers.write("1234.56")
        example = example if style.numbers.minus == "-1" else style.numbers.signed(example)
        parts.append(" ".join([*style.numbers.symbols[:1], example]))
    if "percents" in own and style.percents != CANONICAL.percents:
        parts.append(f"20% as {style.percents}")
    if "yes" in own and (style.yes, style.no) != (CANONICAL.yes, CANONICAL.no):
        parts.append(f"{'/'.join(style.yes)} or {'/'.join(style.no)}")
    if style.blanks:
        parts.append(f"{', '.join(style.blanks)} as blank")
    if style.values:
        parts.append(
            ", ".join(f"{found} as {meant}" for found, meant in style.values[:2]) + (", …" if len(style.values) > 2 else "")
        )
    if style.trim:
        parts.append("trimmed")
    return "; ".join(parts)


def filled(said: FieldMapping) -> str:
    """What fills a field: a column, with its currency and default, or a constant."""
    if said.column is None:
        return f"always {said.constant}" if said.constant else "always blank"
    currency = f", currency in {said.currency.column}" if said.currency else ""
    default = f", else {said.default}" if said.default else ""
    return said.column + currency + default
