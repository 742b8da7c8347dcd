-- The result files, in the order of their keys. Texts that are the same for many rows are filled in after sorting.
COPY (
  SELECT 'MDF' AS program, '{version}' AS program_version, 'fund' AS payment, partner, fiscal_quarter, status, amount,
    CASE WHEN status = 'earned' THEN amount ELSE 0 END::DECIMAL(38, 2) AS earned, 'USD' AS currency, deadline + 28 AS due_on,
    CASE status
      WHEN 'missed' THEN 'missed: ' || concat_ws(', ', CASE WHEN services = 'missed' THEN 'services' END,
        CASE WHEN revenue = 'missed' THEN 'revenue' END)
      WHEN 'open' THEN 'open: ' || concat_ws(', ', CASE WHEN services = 'open' THEN 'services' END,
        CASE WHEN revenue = 'open' THEN 'revenue' END)
      WHEN 'expected' THEN 'on track: ' || concat_ws(', ', CASE WHEN services = 'on track' THEN 'services' END,
        CASE WHEN revenue = 'on track' THEN 'revenue' END)
      ELSE CASE WHEN amount = 0 THEN 'every requirement is met; the steps come to zero' ELSE 'every requirement is met' END
    END AS reason
  FROM (
    SELECT partner, fiscal_quarter, deadline, services, revenue,
      round(greatest(least(bookings * share, 100000), 0), 2)::DECIMAL(38, 2) AS amount,
      CASE WHEN 'missed' IN (services, revenue) THEN 'missed' WHEN 'open' IN (services, revenue) THEN 'open'
        WHEN 'on track' IN (services, revenue) THEN 'expected' ELSE 'earned' END AS status
    FROM tested ORDER BY partner, fiscal_quarter
  )
) TO '{out}/payouts.csv' (FORMAT csv, HEADER);

SET VARIABLE revenue_citation = (SELECT citation FROM citation WHERE requirement = 'revenue');
SET VARIABLE services_citation = (SELECT citation FROM citation WHERE requirement = 'services');

COPY (
  SELECT 'MDF' AS program, '{version}' AS program_version, requirement, partner, fiscal_quarter,
    CASE requirement WHEN 'revenue' THEN revenue ELSE services END AS status,
    CASE requirement WHEN 'revenue' THEN bookings END AS actual,
    CASE requirement WHEN 'revenue' THEN threshold END AS needed,
    CASE WHEN requirement = 'revenue' AND bookings < threshold THEN threshold - bookings END AS short, deadline,
    CASE requirement WHEN 'revenue' THEN 'Books ' || threshold || ' USD in the quarter'
      ELSE 'Delivers a Strategic Cisco Powered Service' END AS label,
    CASE requirement WHEN 'revenue' THEN getvariable('revenue_citation') ELSE getvariable('services_citation') END AS citation
  FROM (SELECT *, unnest(['revenue', 'services']) AS requirement FROM (FROM tested ORDER BY partner, fiscal_quarter))
) TO '{out}/requirements.csv' (FORMAT csv, HEADER);

COPY (SELECT NULL AS file, NULL AS line, NULL AS field, NULL AS value, NULL AS code, NULL AS message, NULL AS row WHERE false)
TO '{out}/refused.csv' (FORMAT csv, HEADER);
