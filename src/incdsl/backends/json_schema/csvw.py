"""Core to CSV on the Web: metadata of the feeds as CSV files, for validators and for tools that read them as linked data."""

from __future__ import annotations

import re
from decimal import Decimal

from incdsl.backends.json_schema.notation import Schema, keys_written, shaped, text_of, within, written_form, written_size
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.provenance import sentences

FILE = "csv-metadata.json"


def metadata(program: ir.Program) -> Schema:
    """The metadata of all feeds: a group of tables, each with its columns, its key and its references."""
    feeds = [relation for relation in program.relations if isinstance(relation.source, ir.Feed)]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{program.label or program.name}: feeds",
        "dc:identifier": f"urn:incdsl:{program.name}:{program.version or 'unversioned'}",
        "tables": [_table(program, relation) for relation in feeds],
    }


def _url(relation: ir.Relation) -> str:
    assert isinstance(relation.source, ir.Feed)
    return f"{relation.source.file}.csv"


def _table(program: ir.Program, relation: ir.Relation) -> Schema:
    key = [part if isinstance(part, str) else part.start for part in relation.key]
    references = []
    for column in relation.stored:
        target = program.relation(column.reference) if column.reference is not None else None
        if target is not None and isinstance(target.source, ir.Feed):
            referred = next(part for part in target.key if isinstance(part, str))
            references.append(
                {"columnReference": column.name, "reference": {"resource": _url(target), "columnReference": referred}}
            )
    return {
        "url": _url(relation),
        "dc:title": relation.label or relation.name,
        "dc:description": " ".join([f"The feed {relation.name} of {program.name}.", *sentences(relation.origin)]),
        "tableSchema": {
            "columns": [_column(program, column) for column in relation.stored],
            **({"primaryKey": key} if key else {}),
            **({"foreignKeys": references} if references else {}),
        },
    }


def _column(program: ir.Program, column: ir.StoredColumn) -> Schema:
    kind = ty.known(column.type)
    says = [column.label or column.name, within(column.bounds, kind)[1], shaped(column.form)[1], *sentences(column.origin)]
    return {
        "name": column.name,
        "titles": [column.name],
        "dc:description": " ".join(filter(None, says)),
        "datatype": _datatype(program, column, kind),
        "required": not isinstance(column.type, ty.Optional),
        "null": [""],
    }


def _datatype(program: ir.Program, column: ir.StoredColumn, kind: ty.Known) -> Schema | str:
    written = keys_written(kind, program)
    if written is not None:
        return _one_of(written)
    stored = ty.known(ty.stored(kind))
    least, greatest = column.bounds.least, column.bounds.greatest
    match stored:
        case ty.Boolean():
            return {"base": "boolean", "format": "yes|no"}
        case ty.Date():
            limits = {name: text_of(v, stored) for name, v in (("minimum", least), ("maximum", greatest)) if v is not None}
            return {"base": "date", "format": "yyyy-MM-dd", **limits}
        case ty.Percent():
            # As text: a number with a percent sign stands for a hundredth of it, which readers of CSVW forget.
            whole, scale, _ = written_size(stored)
            decimals = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
            return {"base": "string", "format": f"-?[0-9]{{1,{whole}}}{decimals}%"}
        case ty.Number() | ty.Days() | ty.Money():
            whole, scale, _ = written_size(stored)
            most = Decimal("9" * whole + ("." + "9" * scale if scale else ""))
            low, high = -most if least is None else least, most if greatest is None else greatest
            base = "decimal" if scale else "integer"
            return {"base": base, "minimum": text_of(low, stored), "maximum": text_of(high, stored)}
        case ty.Enum(_, values, _):
            return _one_of(values)
        case ty.Country():
            return {"base": "string", "format": "[A-Z]{2}"}
        case _:
            return {"base": "string", **written_form(column.form, "format")} if column.form else "string"


def _one_of(values: list[str] | tuple[str, ...]) -> Schema:
    return {"base": "string", "format": "|".join(re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", value) for value in values)}
