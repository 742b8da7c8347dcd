"""Core to JSON Schema (draft 2020-12): one schema for the rows of each feed, and one for each result file.

A schema judges one row, a JSON object; its `$defs/rows` judges an array of them. What one row cannot tell
(unique keys, references to other feeds), and what JSON Schema has no words for (the order of two dates, a condition
that compares two fields), is said in `$comment`; the loader checks it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from incdsl.backends.json_schema import notation
from incdsl.backends.json_schema.conditions import said
from incdsl.backends.json_schema.notation import Schema
from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.influence import result_keys
from incdsl.core.provenance import sentences

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def emit(program: ir.Program) -> dict[str, str]:
    """The schemas of a program: file name (with `/` between folders) to JSON text that ends in a newline.

    Keys stand in a fixed order: two runs give the same text. The `$id`s carry the program's version.
    """
    files = {relation.name: relation.source.file for relation in program.relations if isinstance(relation.source, ir.Feed)}
    schemas = {f"{files[name]}.schema.json": schema for name, schema in feeds(program).items()}
    schemas |= {f"results/{name}.schema.json": schema for name, schema in results(program).items()}
    return {name: dump(schema) for name, schema in schemas.items()}


def feeds(program: ir.Program) -> dict[str, Schema]:
    """The schema of a row of each feed, by the name of its record."""
    return {relation.name: _feed(program, relation) for relation in program.relations if isinstance(relation.source, ir.Feed)}


def results(program: ir.Program) -> dict[str, Schema]:
    """The schema of a row of each result file, by its name."""
    schemas = {output.name: _result(program, output) for output in program.outputs if output.name != ir.CONFLICTS}
    return {**schemas, "refused": _refused(program), "could_change": _could_change(program)}


def dump(document: Schema) -> str:
    """A document as JSON text that ends in a newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _feed(program: ir.Program, relation: ir.Relation) -> Schema:
    properties: dict[str, Schema] = {}
    definitions: dict[str, Schema] = {}
    for column in relation.stored:
        how = notation.in_feed(ty.known(column.type), program)
        ranges, range_says = notation.within(column.bounds, ty.known(column.type))
        form, form_says = notation.shaped(column.form)
        optional = isinstance(column.type, ty.Optional)
        says = [how.says, range_says, form_says, *_optional_says(column, optional), *sentences(column.origin)]
        properties[column.name] = {
            "title": column.label or column.name,
            "description": " ".join(filter(None, says)),
            **_value(how, [*ranges, *form], optional, definitions),
        }
    return _row(
        _urn(program, relation.name),
        relation.label or relation.name,
        " ".join([f"One row of the feed {relation.name} of {program.name}.", *sentences(relation.origin)]),
        _beyond_one_row(program, relation),
        properties,
        [column.name for column in relation.stored if not isinstance(column.type, ty.Optional)],
        definitions,
        [schema for condition in relation.conditions if (schema := _condition(condition)) is not None],
    )


def _condition(condition: ir.Condition) -> Schema | None:
    """What a `must` line says of a row, where a schema can."""
    schema = said(condition.holds)
    return None if schema is None else {"description": " ".join([condition.says, *sentences(condition.origin)]), **schema}


def _result(program: ir.Program, output: ir.Output) -> Schema:
    properties: dict[str, Schema] = {}
    definitions: dict[str, Schema] = {}
    for column in output.columns:
        how = notation.in_result(ty.known(column.type))
        optional = isinstance(column.type, ty.Optional)
        properties[column.name] = {
            "title": column.label or column.name,
            "description": how.says + (" null where there is none." if optional else ""),
            **_value(how, [], optional, definitions),
        }
    return _row(
        _urn(program, "results", output.name),
        output.name,
        f"One row of the result file {output.name} of {program.name}.",
        f"Rows are ordered by {', '.join(output.order)}." if output.order else "",
        properties,
        list(properties),
        definitions,
    )


def _refused(program: ir.Program) -> Schema:
    """The rows of feeds that were not used: the same columns for every program."""
    text: Schema = {"$ref": "#/$defs/text"}
    text_or_null: Schema = {"anyOf": [text, {"type": "null"}]}
    number: Schema = {"type": "integer", "minimum": 1}
    columns: list[tuple[str, Schema, str]] = [
        ("file", text, "The file the row stands in."),
        ("line", number, "The line the row begins on, counted from 1; the row where a file has no lines."),
        ("field", text_or_null, "The column at fault; null when it is the row as a whole."),
        ("value", {"anyOf": [{"type": "string"}, {"type": "null"}]}, "What stands there; null when there is nothing."),
        ("code", text, "The kind of fault."),
        ("message", text, "What was found and what was expected."),
        ("row", text, "The row as it came: a JSON object, as text."),
    ]
    says = f"One row of a feed of {program.name} that was not used."
    return _always(program, "refused", says, "Rows are ordered by file, line, field.", columns)


def _could_change(program: ir.Program) -> Schema:
    """Which results the refused rows could change: the same columns for every program, but for the keys."""
    text: Schema = {"$ref": "#/$defs/text"}
    text_or_null: Schema = {"anyOf": [text, {"type": "null"}]}
    number: Schema = {"type": "integer", "minimum": 1}
    columns: list[tuple[str, Schema, str]] = [
        ("program", text, "Program"),
        ("program_version", text, "Version of the program"),
        ("result", text, "The result file."),
        ("name", text, "The payment, requirement or designation."),
        *((key, text_or_null, "Whose result; null: whoever it is.") for key in result_keys(program)),
        ("effect", {"enum": ["differ", "missing"]}, "Results could differ, or are not there although they would be."),
        ("file", text, "The file with the refused rows."),
        ("refused_rows", number, "How many refused rows may do so."),
        ("first_line", number, "The line of the first of them."),
    ]
    says = f"Results of {program.name} that could change once refused rows are mended."
    return _always(program, "could_change", says, "Rows are ordered by their columns.", columns)


def _always(program: ir.Program, name: str, says: str, comment: str, columns: list[tuple[str, Schema, str]]) -> Schema:
    """The schema of a result file that every program has."""
    properties: dict[str, Schema] = {
        name: {"title": name, "description": description, **schema} for name, schema, description in columns
    }
    definitions: dict[str, Schema] = {"text": {"type": "string", "minLength": 1}}
    return _row(_urn(program, "results", name), name, says, comment, properties, list(properties), definitions)


# --- parts of a schema -----------------------------------------------------------------------------------


def _row(
    identifier: str,
    title: str,
    description: str,
    comment: str,
    properties: dict[str, Schema],
    required: list[str],
    definitions: dict[str, Schema],
    conditions: Sequence[Schema] = (),
) -> Schema:
    rows: Schema = {"type": "array", "items": {"$ref": "#"}}
    return {
        "$schema": _DIALECT,
        "$id": identifier,
        "title": title,
        "description": description,
        **({"$comment": comment} if comment else {}),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **({"allOf": list(conditions)} if conditions else {}),
        "$defs": {**dict(sorted(definitions.items())), "rows": rows},
    }


def _value(how: notation.Notation, ranges: list[Schema], optional: bool, definitions: dict[str, Schema]) -> Schema:
    """The schema of a property: its notation, kept in `definitions` if it has a name, and its ranges."""
    schema = how.schema
    if how.name:
        definitions[how.name] = how.schema
        schema = {"$ref": f"#/$defs/{quote(how.name)}"}
    if ranges:
        # ajv's strict mode wants the type beside a pattern, although `$ref` has it.
        schema = {**schema, "type": "string", **(ranges[0] if len(ranges) == 1 else {"allOf": ranges})}
    return {"anyOf": [schema, {"type": "null"}]} if optional else schema


def _urn(program: ir.Program, *parts: str) -> str:
    return ":".join(quote(part, safe="") for part in ("urn", "incdsl", program.name, program.version or "unversioned", *parts))


def _optional_says(column: ir.StoredColumn, optional: bool) -> list[str]:
    if column.event:
        return ["Absent or null until it has happened."]
    return ["May be absent or null."] if optional else []


def _beyond_one_row(program: ir.Program, relation: ir.Relation) -> str:
    """What must hold of the rows of a feed and a schema of one row cannot say."""
    says: list[str] = []
    simple = [part for part in relation.key if isinstance(part, str)]
    ranges = [part for part in relation.key if isinstance(part, ir.RangeKey)]
    if simple and not ranges:
        says.append(f"no two rows have the same {' and '.join(simple)}")
    for part in ranges:
        same = f" with the same {' and '.join(simple)}" if simple else ""
        says.append(f"{part.end} is not before {part.start}")
        says.append(f"no two rows{same} overlap from {part.start} through {part.end}")
    says += [
        f"the {column.name} is there in {column.reference}"
        for column in relation.stored
        if column.reference is not None and not isinstance(program.relation(column.reference).source, ir.Rows)
    ]
    says += [condition.says for condition in relation.conditions if said(condition.holds) is None]
    return f"Checked when a feed is loaded, not here: {'; '.join(says)}." if says else ""
