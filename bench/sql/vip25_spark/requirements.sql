WITH requirements AS (
  SELECT 'enrolment' AS requirement, partner, subtrack, period, enrolment AS status, signed_on::STRING AS actual,
    NULL AS needed, NULL AS short, `end` AS deadline, 'Signs up for ' || subtrack || ' in PPE' AS label FROM paid
  UNION ALL
  SELECT 'specialization', partner, subtrack, period, specialization, NULL, NULL, NULL, expertise_day,
    'Holds a specialization or ATP that opens ' || subtrack FROM paid
  UNION ALL
  SELECT 'collaboration', partner, subtrack, period, collaboration, NULL, NULL, NULL, sign_up_day,
    'Has a Collaboration specialization beside Express Foundation' FROM paid
  UNION ALL
  SELECT 'volume', partner, subtrack, period, volume_met, volume::STRING, minimum::STRING,
    CASE WHEN volume < minimum THEN (minimum - volume)::STRING END, `end`,
    'Reaches the minimum volume of ' || subtrack || ' in ' || country FROM paid
  UNION ALL
  SELECT 'surveys', partner, subtrack, period, surveys, sent::STRING, '10',
    CASE WHEN sent < 10 THEN (10 - sent)::STRING END, `end`, 'Submits the customer satisfaction surveys' FROM paid
)
SELECT 'VIP25' AS program, '{version}' AS program_version, requirement, partner, subtrack, period, status, actual, needed,
  short, deadline, requirements.label, citation
FROM requirements JOIN citation USING (requirement)
