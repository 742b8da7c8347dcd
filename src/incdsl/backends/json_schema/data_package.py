"""Core to Frictionless Data Package: the CSV files of the feeds, and those of the results, as Table Schemas.

A Table Schema says more than a JSON Schema of one row (keys, references between files) and less of a single value: it
has no words for how many decimals an amount may have, nor for ranges of dates that must not overlap. What a field is
exactly stands under `incdsl`, which other tools leave alone and `schema diff` reads.
"""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote

from incdsl.backends.json_schema.notation import Schema, keys_written, shaped, text_of, within, written_form, written_size
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.as_data import to_data
from incdsl.core.countries import COUNTRIES
from incdsl.core.provenance import sentences

FEEDS = "datapackage.json"
RESULTS = "results/datapackage.json"


def packages(program: ir.Program) -> dict[str, Schema]:
    """The two packages by file name."""
    feeds = [_feed(program, relation) for relation in program.relations if isinstance(relation.source, ir.Feed)]
    results = [_result(output) for output in program.result_files]
    return {FEEDS: _package(program, "feeds", feeds), RESULTS: _package(program, "results", results)}


def _package(program: ir.Program, what: str, resources: list[Schema]) -> Schema:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{program.name.lower()}-{what}",
        "id": ":".join(quote(part, safe="") for part in ("urn", "incdsl", program.name, program.version or "unversioned", what)),
        "title": f"{program.label or program.name}: {what}",
        "resources": resources,
    }


def _resource(file: str, title: str, description: str, schema: Schema) -> Schema:
    return {
        "name": file.lower(),
        "type": "table",
        "path": f"{file}.csv",
        "title": title,
        "description": description,
        "format": "csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _feed(program: ir.Program, relation: ir.Relation) -> Schema:
    assert isinstance(relation.source, ir.Feed)
    key = [part if isinstance(part, str) else part.start for part in relation.key]
    schema: Schema = {
        "fields": [_field(program, column) for column in relation.stored],
        "fieldsMatch": "superset",
        "missingValues": [""],
        **({"primaryKey": key} if key else {}),
    }
    references = [found for column in relation.stored if (found := _reference(program, relation, column)) is not None]
    if references:
        schema["foreignKeys"] = references
    beyond: list[Schema] = [
        {"says": f"no two rows overlap from {part.start} through {part.end}"}
        for part in relation.key
        if isinstance(part, ir.RangeKey)
    ]
    beyond += [{"says": each.says, "text": each.text, "holds": to_data(each.holds)} for each in relation.conditions]
    if beyond:
        schema["incdsl"] = {"conditions": beyond}
    return _resource(
        relation.source.file,
        relation.label or relation.name,
        " ".join([f"The feed {relation.name} of {program.name}.", *sentences(relation.origin)]),
        schema,
    )


def _result(output: ir.Output) -> Schema:
    fields = []
    for place, column in enumerate(output.columns):
        kind = ty.known(column.type)
        optional = isinstance(column.type, ty.Optional)
        values = list(kind.values) if isinstance(kind, ty.Enum) else None
        fields.append(
            {
                "name": column.name,
                "title": column.label or column.name,
                **_typed(kind),
                "constraints": {"required": not optional, **({"enum": values} if values else {})},
                "incdsl": {**exactly(column.type), **_names(output, place)},
            }
        )
    schema: Schema = {"fields": fields, "missingValues": [""]}
    return _resource(output.name, output.name, f"The result file {output.name}.", schema)


def _names(output: ir.Output, place: int) -> Schema:
    """What the program calls what a result is about (its payments, its requirements), which stands in each row. Not of
    `values`: every `let` is in it."""
    cells = [part.cells[place] for part in output.parts]
    if output.name == "values" or output.columns[place].name not in output.order:
        return {}
    names = {cell.value for cell in cells if isinstance(cell, ir.Literal) and isinstance(cell.value, str)}
    written = all(isinstance(cell, ir.Literal) for cell in cells)
    return {"names": sorted(names)} if names and written else {}


def _field(program: ir.Program, column: ir.StoredColumn) -> Schema:
    kind = ty.known(column.type)
    says = [within(column.bounds, kind)[1], shaped(column.form)[1], *sentences(column.origin)]
    return {
        "name": column.name,
        "title": column.label or column.name,
        "description": " ".join(filter(None, says)) or column.label or column.name,
        **_typed(kind),
        "constraints": {"required": not isinstance(column.type, ty.Optional), **_constraints(program, column, kind)},
        "incdsl": {
            **exactly(column.type),
            **({"like": list(column.form.like)} if column.form.like else {}),
            **(_bounds(column.bounds, kind) if isinstance(kind, ty.Percent) else {}),
        },
    }


def _typed(type_: ty.Known) -> Schema:
    """The type of a field. A percent is text with its sign: Table Schema would read 12.5% as twelve and a half."""
    match ty.stored(type_):
        case ty.Boolean():
            return {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
        case ty.Date():
            return {"type": "date", "format": "default"}
        case ty.Number() | ty.Days() | ty.Money():
            return {"type": "number", "decimalChar": ".", "bareNumber": True}
        case _:
            return {"type": "string"}


def _constraints(program: ir.Program, column: ir.StoredColumn, kind: ty.Known) -> Schema:
    least, greatest = column.bounds.least, column.bounds.greatest
    stored = ty.known(ty.stored(kind))
    match stored:
        case ty.Number() | ty.Days() | ty.Money():
            whole, scale, _ = written_size(stored)
            most = Decimal("9" * whole + ("." + "9" * scale if scale else ""))
            low, high = -most if least is None else least, most if greatest is None else greatest
            limits: Schema = {"minimum": text_of(low, stored), "maximum": text_of(high, stored)}
        case ty.Percent():
            whole, scale, _ = written_size(stored)
            limits = {"pattern": rf"-?[0-9]{{1,{whole}}}" + (rf"(\.[0-9]{{1,{scale}}})?" if scale else "") + "%"}
        case ty.Enum(_, values, _):
            limits = {"enum": list(values)}
        case ty.Country():
            limits = {"enum": sorted(COUNTRIES)}
        case ty.Text():
            limits = written_form(column.form, "pattern")
        case _:
            limits = _bounds(column.bounds, stored)
    written = keys_written(kind, program)
    return limits if written is None else {"enum": written}


def _bounds(bounds: ir.Bounds, type_: ty.Known) -> Schema:
    limits = (("minimum", bounds.least), ("maximum", bounds.greatest))
    return {name: text_of(value, type_) for name, value in limits if value is not None}


def _reference(program: ir.Program, relation: ir.Relation, column: ir.StoredColumn) -> Schema | None:
    """The foreign key of a column that refers to a feed; the keys of tables of the program are an `enum`."""
    if column.reference is None:
        return None
    target = program.relation(column.reference)
    if not isinstance(target.source, ir.Feed):
        return None
    key = next(part for part in target.key if isinstance(part, str))
    # An empty name means the same file.
    return {
        "fields": [column.name],
        "reference": {"resource": "" if target == relation else target.source.file.lower(), "fields": [key]},
    }


def exactly(type_: ty.Type) -> Schema:
    """What the program says of a type, which Table Schema has no words for: its name and, for decimals, how many digits
    there may be before and after the point as written."""
    kind = ty.known(ty.stored(type_))
    size: Schema = {}
    if ty.is_decimal(kind):
        whole, scale, _ = written_size(kind)
        size = {"digits_before_point": whole, "decimals": scale}
    name = f"one of {', '.join(kind.values)}" if isinstance(kind, ty.Enum) else str(kind)
    return {"type": name, **size, **({"ordered": True} if isinstance(kind, ty.Enum) and kind.ordered else {})}
