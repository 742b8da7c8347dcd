"""JSON Schema: the core's feeds and results as schemas that any validator can apply.

`emit` gives the schemas of a program, `describe` the same in the words of other standards, `to_document` turns a row of
text into the JSON that the schemas judge, and `changes` compares what two versions of a program ask of their feeds.
"""

from incdsl.backends.json_schema import csvw, data_package, openapi, schema
from incdsl.backends.json_schema.conditions_asked import Package
from incdsl.backends.json_schema.data_package import FEEDS, RESULTS
from incdsl.backends.json_schema.document import to_document
from incdsl.backends.json_schema.evolution import Change, changes
from incdsl.backends.json_schema.schema import emit
from incdsl.core import ir

__all__ = ["FEEDS", "RESULTS", "Change", "Package", "changes", "describe", "emit", "to_document"]


def describe(program: ir.Program) -> dict[str, str]:
    """The feeds and results of a program for tools that do not read JSON Schema, by file name: Frictionless Data
    Packages, CSV on the Web metadata of the feeds, and an OpenAPI 3.1 document of components."""
    documents = data_package.packages(program)
    documents[csvw.FILE] = csvw.metadata(program)
    documents[openapi.FILE] = openapi.document(program, schema.feeds(program), schema.results(program))
    return {name: schema.dump(document) for name, document in documents.items()}
