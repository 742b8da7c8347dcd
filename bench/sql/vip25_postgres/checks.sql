-- Every SELECT lists rows that must not be used: each has to come out empty.

-- A required value is missing, or not one that its column takes.
SELECT id FROM partner WHERE id IS NULL OR id = '' OR name IS NULL OR name = ''
  OR NOT coalesce(country IN (SELECT code FROM country), false) OR NOT coalesce(level IN ('Select', 'Premier', 'Gold'), false);
SELECT id FROM product WHERE id IS NULL OR id = '' OR name IS NULL OR name = '' OR family IS NULL OR family = '';
SELECT product FROM listing WHERE product IS NULL OR listed_start IS NULL OR subtrack IS NULL OR rebate_rate IS NULL
  OR rebate_rate NOT BETWEEN 0 AND 1 OR listed_end < listed_start;
SELECT partner FROM certification WHERE partner IS NULL OR expertise IS NULL OR held_start IS NULL OR awarded_on IS NULL
  OR held_end < held_start;
SELECT id FROM survey WHERE id IS NULL OR partner IS NULL OR customer IS NULL OR submitted_on IS NULL OR score IS NULL
  OR score NOT BETWEEN 1 AND 5;
SELECT partner FROM enrollment WHERE partner IS NULL OR subtrack IS NULL OR period IS NULL;
SELECT 1 FROM purchase WHERE id IS NULL OR partner IS NULL OR product IS NULL OR amount IS NULL OR booked_on IS NULL
  OR booked_on NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' LIMIT 1;

-- A reference finds no row. Few values are distinct, so that is where to look.
SELECT product FROM (SELECT DISTINCT product FROM listing) AS each WHERE product NOT IN (SELECT id FROM product);
SELECT subtrack FROM (SELECT DISTINCT subtrack FROM listing) AS each WHERE subtrack NOT IN (SELECT name FROM "Subtrack");
SELECT partner FROM (SELECT DISTINCT partner FROM certification) AS each WHERE partner NOT IN (SELECT id FROM partner);
SELECT expertise FROM (SELECT DISTINCT expertise FROM certification) AS each WHERE expertise NOT IN (SELECT name FROM "Expertise");
SELECT partner FROM (SELECT DISTINCT partner FROM survey) AS each WHERE partner NOT IN (SELECT id FROM partner);
SELECT partner FROM (SELECT DISTINCT partner FROM enrollment) AS each WHERE partner NOT IN (SELECT id FROM partner);
SELECT subtrack FROM (SELECT DISTINCT subtrack FROM enrollment) AS each WHERE subtrack NOT IN (SELECT name FROM "Subtrack");
SELECT period FROM (SELECT DISTINCT period FROM enrollment) AS each WHERE period NOT IN (SELECT name FROM "VipPeriod");
SELECT partner FROM (SELECT DISTINCT partner FROM purchase) AS each WHERE partner NOT IN (SELECT id FROM partner);
SELECT product FROM (SELECT DISTINCT product FROM purchase) AS each WHERE product NOT IN (SELECT id FROM product);

-- Two rows share a key.
SELECT id FROM partner GROUP BY id HAVING count(*) > 1;
SELECT id FROM product GROUP BY id HAVING count(*) > 1;
SELECT id FROM survey GROUP BY id HAVING count(*) > 1;
SELECT partner FROM enrollment GROUP BY partner, subtrack, period HAVING count(*) > 1;
SELECT product FROM (SELECT product, listed_start, lag(coalesce(listed_end, DATE '9999-12-31'))
  OVER (PARTITION BY product ORDER BY listed_start) AS earlier_end FROM listing) AS each WHERE listed_start <= earlier_end;
SELECT partner FROM (SELECT partner, held_start, lag(coalesce(held_end, DATE '9999-12-31'))
  OVER (PARTITION BY partner, expertise ORDER BY held_start) AS earlier_end FROM certification) AS each WHERE held_start <= earlier_end;

SELECT id FROM purchase GROUP BY id HAVING count(*) > 1;
