-- The result files, in the order of their keys.
CREATE MACRO lacking(statuses, word) AS array_to_string(list_filter(
  ['enrolment', 'specialization', 'collaboration', 'volume', 'surveys'], lambda name, place: statuses[place] = word), ', ');

COPY (
  SELECT 'VIP25' AS program, '{version}' AS program_version, 'rebate' AS payment, partner, subtrack, period, status, amount,
    CASE WHEN status = 'earned' THEN amount ELSE 0 END::DECIMAL(38, 2) AS earned, 'USD' AS currency, "end" + 45 AS due_on,
    CASE status WHEN 'missed' THEN 'missed: ' || lacking(statuses, 'missed') WHEN 'open' THEN 'open: ' || lacking(statuses, 'open')
      WHEN 'expected' THEN 'on track: ' || lacking(statuses, 'on track')
      ELSE CASE WHEN amount = 0 THEN 'every requirement is met; the steps come to zero' ELSE 'every requirement is met' END
    END AS reason
  FROM paid ORDER BY partner, subtrack, period, payment
) TO '{out}/payouts.csv' (FORMAT csv, HEADER);

COPY (
  WITH requirements AS (
    SELECT 'enrolment' AS requirement, partner, subtrack, period, enrolment AS status, signed_on::VARCHAR AS actual,
      NULL AS needed, NULL AS short, "end" AS deadline, 'Signs up for ' || subtrack || ' in PPE' AS label FROM paid
    UNION ALL
    SELECT 'specialization', partner, subtrack, period, specialization, NULL, NULL, NULL, expertise_day,
      'Holds a specialization or ATP that opens ' || subtrack FROM paid
    UNION ALL
    SELECT 'collaboration', partner, subtrack, period, collaboration, NULL, NULL, NULL, sign_up_day,
      'Has a Collaboration specialization beside Express Foundation' FROM paid
    UNION ALL
    SELECT 'volume', partner, subtrack, period, volume_met, volume::VARCHAR, minimum::VARCHAR,
      CASE WHEN volume < minimum THEN (minimum - volume)::VARCHAR END, "end",
      'Reaches the minimum volume of ' || subtrack || ' in ' || country FROM paid
    UNION ALL
    SELECT 'surveys', partner, subtrack, period, surveys, sent::VARCHAR, '10',
      CASE WHEN sent < 10 THEN (10 - sent)::VARCHAR END, "end", 'Submits the customer satisfaction surveys' FROM paid
  )
  SELECT 'VIP25' AS program, '{version}' AS program_version, requirement, partner, subtrack, period, status, actual, needed,
    short, deadline, requirements.label, citation
  FROM requirements JOIN citation USING (requirement) ORDER BY partner, subtrack, period, requirement
) TO '{out}/requirements.csv' (FORMAT csv, HEADER);

COPY (SELECT NULL AS file, NULL AS line, NULL AS field, NULL AS value, NULL AS code, NULL AS message, NULL AS row WHERE false)
TO '{out}/refused.csv' (FORMAT csv, HEADER);
