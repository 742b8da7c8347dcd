SELECT 'VIP25' AS program, '{version}' AS program_version, 'rebate' AS payment, partner, subtrack, period, status, amount,
  CASE WHEN status = 'earned' THEN amount ELSE 0.00 END AS earned, 'USD' AS currency, `end` + 45 AS due_on,
  CASE status WHEN 'missed' THEN 'missed: ' || array_join(missed, ', ') WHEN 'open' THEN 'open: ' || array_join(open, ', ')
    WHEN 'expected' THEN 'on track: ' || array_join(on_track, ', ')
    ELSE CASE WHEN amount = 0 THEN 'every requirement is met; the steps come to zero' ELSE 'every requirement is met' END
  END AS reason
FROM (
  SELECT *, filter(names, (name, place) -> statuses[place] = 'missed') AS missed,
    filter(names, (name, place) -> statuses[place] = 'open') AS open,
    filter(names, (name, place) -> statuses[place] = 'on track') AS on_track
  FROM (SELECT *, array('enrolment', 'specialization', 'collaboration', 'volume', 'surveys') AS names FROM paid)
)
