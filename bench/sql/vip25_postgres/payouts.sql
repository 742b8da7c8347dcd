COPY (
  SELECT 'VIP25' AS program, '{version}' AS program_version, 'rebate' AS payment, partner, subtrack, period, status, amount,
    CASE WHEN status = 'earned' THEN amount ELSE 0.00 END AS earned, 'USD' AS currency, "end" + 45 AS due_on,
    CASE status WHEN 'earned' THEN
      CASE WHEN amount = 0 THEN 'every requirement is met; the steps come to zero' ELSE 'every requirement is met' END
    ELSE (
      SELECT replace(min(word), 'expected', 'on track') || ': ' || string_agg(name, ', ' ORDER BY place)
      FROM (SELECT CASE status WHEN 'expected' THEN 'on track' ELSE status END AS word) AS said,
        unnest(ARRAY['enrolment', 'specialization', 'collaboration', 'volume', 'surveys'], statuses)
          WITH ORDINALITY AS each (name, found, place)
      WHERE found = word
    ) END AS reason
  FROM paid ORDER BY partner COLLATE "C", subtrack COLLATE "C", period COLLATE "C"
) TO STDOUT (FORMAT csv, HEADER)
