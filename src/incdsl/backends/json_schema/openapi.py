"""Core to OpenAPI 3.1: the rows of feeds and results as components, for the description of a service that takes or gives them.

OpenAPI 3.1 takes schemas of draft 2020-12 as they are, but its tools follow references by their path in the document:
what schemas share under `$defs` becomes a component of its own, and `$id`s go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from incdsl.backends.json_schema.notation import Schema
from incdsl.core import ir

FILE = "openapi.json"
_SCHEMAS = "#/components/schemas/"


def document(program: ir.Program, feeds: Mapping[str, Schema], results: Mapping[str, Schema]) -> Schema:
    """An OpenAPI document without paths: a schema `Purchase` of the rows of each feed and one `result.payouts` of those of
    each result, with what they share; a request body for each feed, and a response for each result."""
    schemas: Schema = {}
    for prefix, rows in (("feed", feeds), ("result", results)):
        for name, schema in rows.items():
            definitions = schema["$defs"]
            assert isinstance(definitions, dict)
            for shared, definition in definitions.items():
                if shared != "rows":
                    schemas[_component(f"{prefix}.{shared}")] = _moved(definition, prefix)
            left_out = ("$schema", "$id", "$defs")
            row = {key: value for key, value in schema.items() if key not in left_out}
            schemas[_component(name if rows is feeds else f"result.{name}")] = _moved(row, prefix)
    return {
        "openapi": "3.1.0",
        "info": {"title": program.label or program.name, "version": program.version or "unversioned"},
        "paths": {},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "requestBodies": {
                _component(name): {"description": f"Rows of the feed {name}.", "content": _rows(name), "required": True}
                for name in feeds
            },
            "responses": {
                _component(name): {"description": f"Rows of the result {name}.", "content": _rows(f"result.{name}")}
                for name in results
            },
        },
    }


def _component(name: str) -> str:
    """A name as the key of a component, in which only ASCII letters and digits, `.`, `_` and `-` may stand."""
    return re.sub(r"[^A-Za-z0-9._-]", lambda found: f"_{ord(found[0]):x}_", name)


def _rows(name: str) -> Schema:
    return {"application/json": {"schema": {"type": "array", "items": {"$ref": f"{_SCHEMAS}{_component(name)}"}}}}


def _moved(schema: object, prefix: str) -> object:
    """A schema whose references lead to the components."""
    match schema:
        case dict():
            return {
                key: _lead(value, prefix) if key == "$ref" and isinstance(value, str) else _moved(value, prefix)
                for key, value in schema.items()
            }
        case list():
            return [_moved(item, prefix) for item in schema]
        case _:
            return schema


def _lead(reference: str, prefix: str) -> str:
    name = unquote(reference.removeprefix("#/$defs/"))
    return f"{_SCHEMAS}{_component(f'{prefix}.{name}')}"
