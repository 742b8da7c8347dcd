"""What our connections to DuckDB do without."""

from __future__ import annotations

from incdsl.feeds.connections import connect

QUERY = """
WITH looked AS MATERIALIZED (
    SELECT row_number() OVER () AS row, seen.day FROM sale LEFT JOIN seen ON seen.day = DATE '2015-03-01'
), added AS (
    SELECT looked.row, sum(CAST(-1 AS DECIMAL(17, 0))) AS sum FROM looked JOIN sale ON true
    WHERE DATE '2015-03-01' <= coalesce(looked.day, DATE '2015-03-01') GROUP BY looked.row
)
SELECT coalesce(added.sum, 0), 0 <> coalesce(added.sum, 0) FROM looked LEFT JOIN added USING (row)
"""


def test_a_sum_beside_a_lookup_in_an_empty_table_is_not_taken_for_nothing() -> None:
    """DuckDB 2.0 says that the sum is -1 and equal to 0, unless its propagation of statistics is off. Generated program 4615
    found it."""
    with connect({}) as connection:
        connection.execute("CREATE TABLE sale AS SELECT 'DE' AS id")
        connection.execute("CREATE TABLE seen (day DATE)")
        assert connection.execute(QUERY).fetchall() == [(-1, True)]
