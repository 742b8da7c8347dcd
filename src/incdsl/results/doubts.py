"""What refused rows have to do with an explanation: rows asked for that were refused, and those that could change a result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incdsl.core import ir
from incdsl.core import types as ty
from incdsl.core.result_keys import key_names, titles
from incdsl.feeds import Feeds
from incdsl.feeds.quoting import identifier, text
from incdsl.feeds.refused import placed
from incdsl.results.could_change import NAME, store_could_change
from incdsl.results.show import counted


class Doubts:
    """The refused rows of the feeds of one run, asked about by key."""

    def __init__(self, program: ir.Program, feeds: Feeds) -> None:
        self._program = program
        self._connection = feeds.connection
        self._counts = {count.relation: count for count in feeds.counts if count.refused}
        if self._counts:
            store_could_change(program, feeds.connection, feeds.counts)

    def refused(self, relation: ir.Relation, where: Mapping[str, str]) -> tuple[str, str] | None:
        """That the row with those keys was refused, or the row that one of the keys names: what was found and what to do;
        None when neither was. Values are compared as they stand in the file or, where they are right, in results."""
        asked = [(relation, where)]
        types = {column.name: ty.known(column.type) for column in relation.stored}
        for name, value in where.items():
            type_ = types[name]
            if isinstance(type_, ty.Row):
                target = self._program.relation(type_.relation)
                asked.append((target, dict.fromkeys(key_names(target), value)))
        for one, keys in asked:
            if one.name in self._counts:
                found = self._connection.execute(
                    f'SELECT p."#file", p."#line" FROM {placed(one.name)} AS p '
                    f"WHERE {' AND '.join(self._is(name, value) for name, value in keys.items())} ORDER BY ALL"
                ).fetchall()
                if found:
                    others = counted(len(found) - 1, "more row")
                    more = f", as {'was' if len(found) == 2 else 'were'} {others}" if found[1:] else ""
                    file, line = found[0]
                    return f"{self._place(one, file, line)} was refused{more}: {self._why(file, line)}", (
                        f"mend it in {file}; until then it counts for nothing"
                    )
        return None

    def lines(self, relation: ir.Relation, key: Sequence[str], rules: Sequence[str]) -> Iterator[str]:
        """The refused rows that could change what these rules say of the row with that key; nothing when there are none."""
        if not self._counts:
            return
        named = ", ".join(map(text, rules))
        equal = " AND ".join(
            f"({identifier(name)} IS NULL OR {identifier(name)} = {text(value)})"
            for name, value in zip(titles(self._program)[relation.name].values(), key, strict=True)
        )
        found = self._connection.execute(
            "SELECT file, max(rows), min(first) FROM (SELECT file, sum(refused_rows) AS rows, min(first_line) AS first "
            f"FROM result.{NAME} WHERE name IN ({named}) AND {equal} AND effect = 'differ' GROUP BY file, name) "
            "GROUP BY file ORDER BY file"
        ).fetchall()
        if found:
            yield ""
            yield "Refused rows could change this"
        for file, rows, first in found:
            count = next(count for count in self._counts.values() if count.file == file)
            part = next(
                name
                for (name,) in self._connection.execute(
                    f"SELECT file FROM result.refused WHERE line = {first} AND file IN ({', '.join(map(text, count.parts))})"
                ).fetchall()
            )
            of = self._program.relation(count.relation)
            if rows > 1:
                where = f"{counted(int(rows), 'row')} of {file}, first {count.unit} {first:,}"
                where += f" of {part}" if part != file else ""
            else:
                where = self._place(of, part, first)
            yield f"  {where}: {self._why(part, first)}"

    def _is(self, name: str, value: str) -> str:
        """Whether a refused row `p` has a value in a column: as it came, where something is wrong with it."""
        same = f'r.file = p."#file" AND r.line = p."#line" AND r.field = {text(name)} AND r.value = {text(value)}'
        return f"(p.{identifier(name)} = {text(value)} OR EXISTS (SELECT 1 FROM result.refused AS r WHERE {same}))"

    def _place(self, relation: ir.Relation, file: str, line: int) -> str:
        return f"{self._counts[relation.name].unit} {line:,} of {file}"

    def _why(self, file: str, line: int) -> str:
        rows = self._connection.execute(
            f"SELECT DISTINCT message FROM result.refused WHERE file = {text(file)} AND line = {line} ORDER BY ALL"
        ).fetchall()
        return "; ".join(message for (message,) in rows)
