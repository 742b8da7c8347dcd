"""Rows of text, as CSV files have them, as the JSON documents that the schemas judge."""

from __future__ import annotations

import re
from collections.abc import Mapping

from incdsl.backends.json_schema.notation import SPACES
from incdsl.core import ir
from incdsl.core import types as ty

Document = dict[str, str | bool]

_EDGES = re.compile(rf"\A[{SPACES}]+|[{SPACES}]+\Z")


def to_document(relation: ir.Relation, row: Mapping[str, str | None]) -> Document:
    """One row as a JSON object: column name to text of a cell, or None where the cell is missing.

    What the loader of feeds does to a file is done here too: columns that the relation does not have are not read,
    spaces around a cell do not count, and a blank cell is a missing value, which is left out. In boolean columns yes
    and no become true and false. Text that its column does not accept stays, for the schema to refuse.
    """
    document: Document = {}
    for column in relation.stored:
        text = _EDGES.sub("", row.get(column.name) or "")
        if not text:
            continue
        boolean = isinstance(ty.known(column.type), ty.Boolean) and text in ("yes", "no")
        document[column.name] = text == "yes" if boolean else text
    return document
