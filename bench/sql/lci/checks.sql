-- Every SELECT lists rows that must not be used: each has to come out empty.

-- A required value is missing, or not one that its column takes. Parquet statistics answer most of this.
SELECT id FROM partner WHERE id IS NULL OR id = '' OR name IS NULL OR name = ''
  OR NOT coalesce(country IN (FROM country), false) OR NOT coalesce(level IN ('Select', 'Premier', 'Gold'), false);
SELECT id FROM product WHERE id IS NULL OR id = '' OR name IS NULL OR name = '' OR family IS NULL OR family = '';
SELECT partner FROM role WHERE partner IS NULL OR person IS NULL OR person = '' OR held_start IS NULL OR held_end < held_start
  OR NOT coalesce(role IN ('ExecutiveSponsor', 'RenewalsManager', 'PracticeLead', 'CustomerSuccessManager'), false);
SELECT person FROM certificate WHERE person IS NULL OR person = '' OR valid_start IS NULL OR valid_end < valid_start;
SELECT partner FROM reference WHERE partner IS NULL OR customer IS NULL OR customer = '' OR submitted_on IS NULL;
SELECT partner FROM questionnaire WHERE partner IS NULL;
SELECT id FROM deal WHERE id IS NULL OR partner IS NULL OR customer IS NULL OR product IS NULL OR amount IS NULL OR amount < 0
  OR booked_on IS NULL;
SELECT id FROM expansion WHERE id IS NULL OR deal IS NULL OR amount IS NULL OR amount < 0 OR booked_on IS NULL;

-- A reference finds no row.
SELECT partner FROM role WHERE partner NOT IN (SELECT id FROM partner);
SELECT partner FROM reference WHERE partner NOT IN (SELECT id FROM partner);
SELECT partner FROM questionnaire WHERE partner NOT IN (SELECT id FROM partner);
SELECT partner FROM deal WHERE partner NOT IN (SELECT id FROM partner);
SELECT product FROM deal WHERE product NOT IN (SELECT id FROM product);
SELECT deal FROM expansion WHERE deal NOT IN (SELECT id FROM deal);

-- Two rows share a key.
SELECT id FROM partner GROUP BY id HAVING count(*) > 1;
SELECT id FROM product GROUP BY id HAVING count(*) > 1;
SELECT partner FROM questionnaire GROUP BY partner HAVING count(*) > 1;
SELECT partner FROM reference GROUP BY partner, customer HAVING count(*) > 1;
SELECT partner FROM (SELECT partner, held_start, lag(coalesce(held_end, DATE '9999-12-31'))
  OVER (PARTITION BY partner, person, role ORDER BY held_start) AS earlier_end FROM role) WHERE held_start <= earlier_end;
SELECT person FROM (SELECT person, valid_start, lag(coalesce(valid_end, DATE '9999-12-31'))
  OVER (PARTITION BY person ORDER BY valid_start) AS earlier_end FROM certificate) WHERE valid_start <= earlier_end;

-- Deals and bookings are written in the order of their ids: ascending ids are distinct.
SELECT 1 FROM (SELECT id, lag(id, 1, '') OVER () AS earlier FROM deal) WHERE id <= earlier;
SELECT 1 FROM (SELECT id, lag(id, 1, '') OVER () AS earlier FROM expansion) WHERE id <= earlier;
