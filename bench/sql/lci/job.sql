-- Lifecycle Incentives. First what CX level a partner has on a day: on the day of each deal and of each additional booking, and on
-- the day asked about. What a person can count for is a period of its own: a manager counts while both role and certificate last.
CREATE TEMP TABLE tenure AS
SELECT partner, person, CASE role WHEN 'ExecutiveSponsor' THEN 1 WHEN 'RenewalsManager' THEN 2 ELSE 4 END::UTINYINT AS kind,
  held_start AS since, coalesce(held_end, DATE '9999-12-31') AS until
FROM role WHERE role <> 'CustomerSuccessManager'
UNION ALL
SELECT r.partner, r.person, 8, greatest(r.held_start, c.valid_start),
  least(coalesce(r.held_end, DATE '9999-12-31'), coalesce(c.valid_end, DATE '9999-12-31'))
FROM role r JOIN certificate c ON c.person = r.person AND c.valid_start <= coalesce(r.held_end, DATE '9999-12-31')
  AND coalesce(c.valid_end, DATE '9999-12-31') >= r.held_start
WHERE r.role = 'CustomerSuccessManager';

CREATE TEMP TABLE dealt AS
SELECT row_number() OVER () AS n, id, partner, amount, booked_on,
  CASE WHEN activated_on <= DATE '{as_of}' THEN activated_on END AS activated_on,
  CASE WHEN plan_submitted_on <= DATE '{as_of}' THEN plan_submitted_on END AS planned_on,
  CASE WHEN outcome_proven_on <= DATE '{as_of}' THEN outcome_proven_on END AS proven_on
FROM deal WHERE booked_on <= DATE '{as_of}';

CREATE TEMP TABLE expanded AS
SELECT 1000000000 + row_number() OVER () AS n, e.id, d.partner, e.amount, e.booked_on, d.booked_on AS first_on, d.activated_on
FROM expansion e JOIN dealt d ON d.id = e.deal WHERE e.booked_on <= DATE '{as_of}';

CREATE TEMP TABLE member AS SELECT 2000000000 + row_number() OVER () AS n, id FROM partner;

CREATE TEMP TABLE asked AS
SELECT n, partner, booked_on AS day FROM dealt UNION ALL SELECT n, partner, booked_on FROM expanded
UNION ALL SELECT n, id, DATE '{as_of}' FROM member;

CREATE TEMP TABLE staffed AS
SELECT n, count(*) FILTER (kinds & 1 <> 0) AS sponsors, count(*) FILTER (kinds & 3 <> 0) AS to_renewals,
  count(*) FILTER (kinds & 7 <> 0) AS to_leads, count(*) FILTER (kinds & 11 <> 0) AS for_express, count(*) AS for_advanced
FROM (
  SELECT a.n, t.person, bit_or(t.kind) AS kinds FROM asked a JOIN tenure t ON t.partner = a.partner AND a.day BETWEEN t.since AND t.until
  GROUP BY a.n, t.person
) GROUP BY n;

CREATE TEMP TABLE referred AS
SELECT a.n, count(*) AS given FROM asked a JOIN reference r ON r.partner = a.partner AND r.submitted_on <= a.day GROUP BY a.n;

CREATE TEMP TABLE held AS
SELECT *, CASE
    WHEN advanced_managers >= 3 AND renewals >= 1 AND leads >= 1 AND sponsors >= 1 AND given >= 2 AND answered_on IS NOT NULL THEN 'Advanced'
    WHEN express_managers >= 2 AND renewals >= 1 AND sponsors >= 1 AND given >= 2 AND answered_on IS NOT NULL THEN 'Express'
    ELSE 'none' END AS level
FROM (
  SELECT a.n, coalesce(s.sponsors, 0) AS sponsors, coalesce(s.to_renewals - s.sponsors, 0) AS renewals,
    coalesce(s.to_leads - s.to_renewals, 0) AS leads, coalesce(s.for_express - s.to_renewals, 0) AS express_managers,
    coalesce(s.for_advanced - s.to_leads, 0) AS advanced_managers, coalesce(r.given, 0) AS given,
    CASE WHEN q.submitted_on <= a.day THEN q.submitted_on END AS answered_on
  FROM asked a LEFT JOIN staffed s USING (n) LEFT JOIN referred r USING (n) LEFT JOIN questionnaire q ON q.partner = a.partner
);

-- The tests of a deal, and which deals are over the limit of three a quarter.
CREATE TEMP TABLE day AS
SELECT start AS quarter, unnest(generate_series(start, "end", INTERVAL 1 DAY))::DATE AS day FROM "FiscalQuarter";

CREATE TEMP TABLE tested AS
SELECT d.id, d.partner, d.amount, d.booked_on, d.activated_on, d.planned_on, d.proven_on, h.level, u.rate, w.plan, w.outcome, y.quarter,
  d.booked_on + 180 AS activation_by, d.booked_on + 90 AS plan_by, (d.booked_on + INTERVAL 12 MONTH)::DATE AS outcome_by,
  CASE WHEN d.amount >= 10000 THEN 'met' WHEN d.booked_on < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS minimum,
  CASE WHEN d.activated_on > activation_by THEN 'missed' WHEN d.activated_on IS NOT NULL THEN 'met'
    WHEN activation_by < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS activation,
  CASE WHEN h.level <> 'none' THEN 'met' WHEN d.booked_on < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS specialization,
  CASE WHEN d.planned_on > plan_by THEN 'missed' WHEN d.planned_on IS NOT NULL THEN 'met'
    WHEN plan_by < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS planned,
  CASE WHEN d.proven_on > outcome_by OR d.proven_on < d.planned_on THEN 'missed'
    WHEN d.proven_on IS NOT NULL AND d.planned_on IS NOT NULL THEN 'met' WHEN outcome_by < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS proven,
  CASE WHEN 'missed' IN (minimum, specialization, planned) THEN 'missed' WHEN 'open' IN (minimum, specialization, planned) THEN 'open'
    ELSE 'earned' END AS plan_status,
  CASE WHEN plan_status = 'missed' OR proven = 'missed' THEN 'missed' WHEN plan_status = 'open' OR proven = 'open' THEN 'open'
    ELSE 'earned' END AS outcome_status,
  d.planned_on IS NOT NULL AND (plan_status <> 'missed' OR outcome_status <> 'missed') AS takes
FROM dealt d
JOIN held h USING (n)
JOIN "UseRate" u ON u.level = h.level
JOIN "AdoptReward" w ON w.size = CASE WHEN d.amount >= 1000000 THEN 'Large' WHEN d.amount >= 250000 THEN 'Medium' ELSE 'Small' END
LEFT JOIN day y ON y.day = d.planned_on;

CREATE TEMP TABLE placed AS
SELECT *, takes AND row_number() OVER (PARTITION BY takes, partner, quarter ORDER BY planned_on, id) > 3 AS above
FROM tested;

CREATE TEMP TABLE grown AS
SELECT e.id, e.amount, e.booked_on, e.activated_on, h.level, r.rate, (e.first_on + INTERVAL 12 MONTH)::DATE AS begins_on,
  CASE WHEN e.activated_on > e.booked_on THEN 'missed' WHEN e.activated_on IS NOT NULL THEN 'met'
    WHEN e.booked_on < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS deployed,
  CASE WHEN e.booked_on >= begins_on THEN 'met' WHEN e.booked_on < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS year,
  CASE WHEN h.level <> 'none' THEN 'met' WHEN e.booked_on < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS expansion_level
FROM expanded e JOIN held h USING (n) JOIN "ExpandRate" r ON r.level = h.level;
