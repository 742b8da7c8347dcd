"""JSON Schema: the core's feeds and results as schemas that any validator can apply.

`emit` gives the schemas of a program, `to_document` turns a row of text into the JSON that they judge.
"""

from incdsl.backends.json_schema.document import to_document
from incdsl.backends.json_schema.schema import emit

__all__ = ["emit", "to_document"]
