-- MSP Partner Provider MDF: what each partner booked in each quarter, then the tests, then the money.
CREATE TEMP TABLE quarter AS
SELECT row_number() OVER (ORDER BY start)::UTINYINT AS n, * FROM "FiscalQuarter" WHERE start <= DATE '{as_of}';

CREATE TEMP TABLE day AS
SELECT n, unnest(generate_series(start, "end", INTERVAL 1 DAY))::DATE AS day FROM quarter;

CREATE TEMP TABLE booked AS
SELECT o.partner, d.n, sum(o.amount) AS bookings
FROM ordered o JOIN day d ON d.day = o.booked_on
WHERE o.booked_on BETWEEN DATE '2014-07-27' AND DATE '{as_of}'
  AND (o.booked_on < DATE '2023-02-01' OR o.intended_use = 'Managed Services')
GROUP BY o.partner, d.n;

CREATE TEMP TABLE served AS
SELECT DISTINCT s.partner, q.n
FROM service s JOIN quarter q ON s.offered_start <= q.end AND (s.offered_end IS NULL OR s.offered_end >= q.end)
WHERE s.strategic;

CREATE TEMP TABLE tested AS
SELECT p.id AS partner, q.name AS fiscal_quarter, q.end AS deadline, f.threshold, f.share,
  coalesce(b.bookings, 0)::DECIMAL(38, 2) AS bookings,
  CASE WHEN p.level = 'Select' THEN 'not applicable'
    WHEN s.n IS NOT NULL THEN CASE WHEN q.end <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN q.end < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS services,
  CASE WHEN coalesce(b.bookings, 0) >= f.threshold THEN CASE WHEN q.end <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN q.end < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS revenue
FROM partner p CROSS JOIN quarter q
JOIN "Fund" f ON f.level = p.level
LEFT JOIN booked b ON b.partner = p.id AND b.n = q.n
LEFT JOIN served s ON s.partner = p.id AND s.n = q.n;
