-- Every SELECT lists rows that must not be used: each has to come out empty.

-- A required value is missing, or not one that its column takes. Parquet statistics answer most of this.
SELECT id FROM partner WHERE id IS NULL OR id = '' OR name IS NULL OR name = ''
  OR NOT coalesce(country IN (FROM country), false) OR NOT coalesce(level IN ('Select', 'Premier', 'Gold'), false);
SELECT id FROM product WHERE id IS NULL OR id = '' OR name IS NULL OR name = '' OR family IS NULL OR family = '';
SELECT partner FROM service WHERE partner IS NULL OR service IS NULL OR service = '' OR strategic IS NULL
  OR offered_start IS NULL OR offered_end < offered_start;
SELECT 1 FROM ordered WHERE id IS NULL LIMIT 1;
SELECT 1 FROM ordered WHERE partner IS NULL LIMIT 1;
SELECT 1 FROM ordered WHERE amount IS NULL LIMIT 1;
SELECT 1 FROM ordered WHERE booked_on IS NULL LIMIT 1;
SELECT 1 FROM ordered WHERE booked_on NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' LIMIT 1;

-- A reference finds no row. Few values are distinct, so that is where to look.
SELECT partner FROM (SELECT DISTINCT partner FROM ordered) WHERE partner NOT IN (SELECT id FROM partner);
SELECT partner FROM (SELECT DISTINCT partner FROM service) WHERE partner NOT IN (SELECT id FROM partner);

-- Two rows share a key.
SELECT id FROM partner GROUP BY id HAVING count(*) > 1;
SELECT id FROM product GROUP BY id HAVING count(*) > 1;
SELECT partner FROM (SELECT partner, offered_start, lag(coalesce(offered_end, DATE '9999-12-31'))
  OVER (PARTITION BY partner, service ORDER BY offered_start) AS earlier_end FROM service) WHERE offered_start <= earlier_end;

-- Orders are written in the order of their ids: ascending ids are distinct. In two halves, by value, for two cores.
SET VARIABLE middle = (SELECT stats_min_value FROM parquet_metadata('{data}/order.parquet') WHERE path_in_schema = 'id'
  ORDER BY row_group_id LIMIT 1 OFFSET (SELECT max(row_group_id) // 2 FROM parquet_metadata('{data}/order.parquet')));
SELECT 1 FROM (
  SELECT id, lag(id, 1, '') OVER () AS earlier FROM ordered WHERE id < getvariable('middle')
) WHERE id <= earlier
UNION ALL
SELECT 1 FROM (
  SELECT id, lag(id, 1, '') OVER () AS earlier FROM ordered WHERE id >= getvariable('middle')
) WHERE id <= earlier;
