-- Value Incentive Program 25 in Spark: volumes and rebates in one pass over the lines, then requirements, then the payment.
CACHE TABLE enrolled AS
SELECT monotonically_increasing_id() AS n, e.partner, e.subtrack, e.period, v.start, v.end, p.country, p.level, s.track,
  CASE WHEN e.signed_on <= DATE '{as_of}' THEN e.signed_on END AS signed_on,
  coalesce(CASE WHEN e.signed_on <= DATE '{as_of}' THEN e.signed_on END, v.end) AS sign_up_day,
  CASE WHEN s.expertise_at = 'SignUp' THEN coalesce(CASE WHEN e.signed_on <= DATE '{as_of}' THEN e.signed_on END, v.end)
    ELSE v.end END AS expertise_day,
  coalesce(m.amount, s.minimum_elsewhere) AS minimum
FROM enrollment e
JOIN `VipPeriod` v ON v.name = e.period
JOIN `Subtrack` s ON s.name = e.subtrack
JOIN partner p ON p.id = e.partner
LEFT JOIN `MinimumVolume` m ON m.subtrack = e.subtrack AND m.country = p.country;

CREATE OR REPLACE TEMPORARY VIEW bought AS
SELECT e.n, sum(l.amount) AS volume, sum(l.amount * least(i.rebate_rate, 0.200000)) AS rebate
FROM purchase l
JOIN listing i ON i.product = l.product AND l.booked_on >= i.listed_start AND (i.listed_end IS NULL OR l.booked_on <= i.listed_end)
JOIN enrolled e ON e.partner = l.partner AND e.subtrack = i.subtrack AND l.booked_on BETWEEN e.start AND e.end
WHERE l.booked_on BETWEEN DATE '2015-01-25' AND DATE '2015-07-25'
  AND l.booked_on <= DATE '{as_of}'
GROUP BY e.n;

CREATE OR REPLACE TEMPORARY VIEW surveyed AS
SELECT e.n, count(DISTINCT s.customer) AS sent
FROM survey s
JOIN enrolled e ON e.partner = s.partner AND s.submitted_on BETWEEN e.start AND e.end
WHERE s.submitted_on <= DATE '{as_of}'
GROUP BY e.n;

CREATE OR REPLACE TEMPORARY VIEW certified AS
SELECT e.n,
  bool_or(c.expertise = 'Express Foundation'
    AND e.sign_up_day BETWEEN c.held_start AND coalesce(c.held_end, DATE '9999-12-31')) AS express,
  bool_or(x.expertise IS NOT NULL
    AND e.sign_up_day BETWEEN c.held_start AND coalesce(c.held_end, DATE '9999-12-31')) AS collaboration,
  bool_or(q.subtrack IS NOT NULL
    AND e.expertise_day BETWEEN c.held_start AND coalesce(c.held_end, DATE '9999-12-31')) AS specialized
FROM certification c
JOIN enrolled e ON e.partner = c.partner
LEFT JOIN `CollaborationSpecialization` x ON x.expertise = c.expertise
LEFT JOIN `Qualification` q ON q.subtrack = e.subtrack AND q.expertise = c.expertise
WHERE c.awarded_on <= DATE '{as_of}'
GROUP BY e.n;

CREATE OR REPLACE TEMPORARY VIEW tested AS
SELECT e.*, coalesce(b.volume, 0)::DECIMAL(38, 2) AS volume, coalesce(b.rebate, 0)::DECIMAL(38, 8) AS rebate,
  coalesce(s.sent, 0) AS sent,
  CASE WHEN signed_on <= e.end THEN 'met' WHEN signed_on IS NOT NULL OR e.end < DATE '{as_of}' THEN 'missed' ELSE 'open' END
    AS enrolment,
  CASE WHEN coalesce(specialized, false) THEN CASE WHEN expertise_day <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN expertise_day < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS specialization,
  CASE WHEN NOT (level = 'Premier' AND track = 'Collaboration' AND coalesce(express, false)) THEN 'not applicable'
    WHEN coalesce(c.collaboration, false) THEN CASE WHEN sign_up_day <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN sign_up_day < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS collaboration,
  CASE WHEN coalesce(b.volume, 0) >= minimum THEN CASE WHEN e.end <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN e.end < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS volume_met,
  CASE WHEN coalesce(s.sent, 0) >= 10 THEN CASE WHEN e.end <= DATE '{as_of}' THEN 'met' ELSE 'on track' END
    WHEN e.end < DATE '{as_of}' THEN 'missed' ELSE 'open' END AS surveys
FROM enrolled e
LEFT JOIN bought b USING (n) LEFT JOIN surveyed s USING (n) LEFT JOIN certified c USING (n);

CACHE TABLE paid AS
SELECT *, round(greatest(rebate, 0), 2)::DECIMAL(38, 2) AS amount,
  CASE WHEN array_contains(statuses, 'missed') THEN 'missed' WHEN array_contains(statuses, 'open') THEN 'open'
    WHEN array_contains(statuses, 'on track') THEN 'expected' ELSE 'earned' END AS status
FROM (SELECT *, array(enrolment, specialization, collaboration, volume_met, surveys) AS statuses FROM tested);
