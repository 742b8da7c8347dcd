-- The result files, in the order of their keys. Texts that are the same for many rows are filled in after sorting.
CREATE MACRO standing(a, b, c, d) AS CASE WHEN 'missed' IN (a, b, c, d) THEN 'missed' WHEN 'open' IN (a, b, c, d) THEN 'open' ELSE 'earned' END;
CREATE MACRO reason(status, amount, a, a_name, b, b_name, c, c_name, d, d_name) AS CASE
  WHEN status = 'earned' THEN CASE WHEN amount = 0 THEN 'every requirement is met; the steps come to zero' ELSE 'every requirement is met' END
  ELSE status || ': ' || concat_ws(', ', CASE WHEN a = status THEN a_name END, CASE WHEN b = status THEN b_name END,
    CASE WHEN c = status THEN c_name END, CASE WHEN d = status THEN d_name END) END;
CREATE MACRO lines() AS 'over the limit of 3 deals per partner per FiscalQuarter';

COPY (
  SELECT 'LCI' AS program, '{version}' AS program_version, payment, id, status, amount,
    CASE WHEN status = 'earned' THEN amount ELSE 0 END::DECIMAL(38, 2) AS earned, 'USD' AS currency, NULL AS due_on, reason
  FROM (
    SELECT 'use_rebate' AS payment, id, standing(minimum, activation, 'met', 'met') AS status, paid AS amount,
      reason(status, paid, minimum, 'minimum', activation, 'activation', '', '', '', '') AS reason
    FROM (SELECT *, round(amount::DECIMAL(19, 2) * rate, 2)::DECIMAL(38, 2) AS paid FROM placed)
    UNION ALL
    SELECT 'plan_rebate', id, CASE WHEN above THEN 'missed' ELSE plan_status END AS status,
      CASE WHEN above THEN 0 ELSE plan END::DECIMAL(38, 2) AS amount,
      CASE WHEN above THEN lines()
        ELSE reason(plan_status, plan, minimum, 'minimum', specialization, 'specialization', planned, 'plan', '', '') END
    FROM placed
    UNION ALL
    SELECT 'outcome_rebate', id, CASE WHEN above THEN 'missed' ELSE outcome_status END AS status,
      CASE WHEN above THEN 0 ELSE outcome END::DECIMAL(38, 2) AS amount,
      CASE WHEN above THEN lines()
        ELSE reason(outcome_status, outcome, minimum, 'minimum', specialization, 'specialization', planned, 'plan', proven, 'outcome') END
    FROM placed
    UNION ALL
    SELECT 'expand_rebate', id, standing(deployed, year, expansion_level, 'met') AS status, paid,
      reason(status, paid, deployed, 'deployed', year, 'year', expansion_level, 'expansion_level', '', '')
    FROM (SELECT *, round(amount::DECIMAL(19, 2) * rate, 2)::DECIMAL(38, 2) AS paid FROM grown)
    ORDER BY id, payment
  )
) TO '{out}/payouts.csv' (FORMAT csv, HEADER);

SET VARIABLE names = (SELECT list(requirement ORDER BY requirement) FROM citation);
SET VARIABLE labels = (SELECT list(label ORDER BY requirement) FROM citation);
SET VARIABLE citations = (SELECT list(citation ORDER BY requirement) FROM citation);
CREATE MACRO place(name) AS list_position(getvariable('names'), name)::UTINYINT;
CREATE MACRO short(needed, value) AS CASE WHEN value < needed THEN needed - value END;

COPY (
  SELECT 'LCI' AS program, '{version}' AS program_version, getvariable('names')[k] AS requirement, id, status, actual, needed, short,
    deadline, getvariable('labels')[k] AS label, getvariable('citations')[k] AS citation
  FROM (
    SELECT place('minimum') AS k, id, minimum AS status, amount::VARCHAR AS actual, '10000.00' AS needed,
      short(10000, amount)::VARCHAR AS short, booked_on AS deadline FROM placed
    UNION ALL SELECT place('activation'), id, activation, activated_on::VARCHAR, NULL, NULL, activation_by FROM placed
    UNION ALL SELECT place('specialization'), id, specialization, level, 'Express', NULL, booked_on FROM placed
    UNION ALL SELECT place('plan'), id, planned, planned_on::VARCHAR, NULL, NULL, plan_by FROM placed
    UNION ALL SELECT place('outcome'), id, proven, proven_on::VARCHAR, NULL, NULL, outcome_by FROM placed
    UNION ALL SELECT place('deployed'), id, deployed, activated_on::VARCHAR, NULL, NULL, booked_on FROM grown
    UNION ALL SELECT place('year'), id, year, booked_on::VARCHAR, begins_on::VARCHAR, NULL, booked_on FROM grown
    UNION ALL SELECT place('expansion_level'), id, expansion_level, level, 'Express', NULL, booked_on FROM grown
    UNION ALL SELECT place('CX.Advanced.' || name), id, CASE WHEN value >= needed THEN 'met' ELSE 'open' END, value::VARCHAR,
      needed::VARCHAR, short(needed, value)::VARCHAR, NULL
    FROM (
      SELECT id, unnest(['managers', 'renewals_manager', 'practice_lead', 'sponsor', 'references']) AS name,
        unnest([advanced_managers, renewals, leads, sponsors, given]) AS value, unnest([3, 1, 1, 1, 2]) AS needed
      FROM member JOIN held USING (n)
    )
    UNION ALL SELECT place('CX.Express.' || name), id, CASE WHEN value >= needed THEN 'met' ELSE 'open' END, value::VARCHAR,
      needed::VARCHAR, short(needed, value)::VARCHAR, NULL
    FROM (
      SELECT id, unnest(['managers', 'renewals_manager', 'sponsor', 'references']) AS name,
        unnest([express_managers, renewals, sponsors, given]) AS value, unnest([2, 1, 1, 2]) AS needed
      FROM member JOIN held USING (n)
    )
    UNION ALL SELECT place(unnest(['CX.Advanced.questionnaire', 'CX.Express.questionnaire'])), id,
      CASE WHEN answered_on IS NOT NULL THEN 'met' ELSE 'open' END, answered_on::VARCHAR, NULL, NULL, NULL
    FROM member JOIN held USING (n)
    ORDER BY id, k
  )
) TO '{out}/requirements.csv' (FORMAT csv, HEADER);

COPY (
  SELECT 'LCI' AS program, '{version}' AS program_version, 'CX' AS designation, id, level,
    CASE level WHEN 'Express' THEN 'Advanced' WHEN 'none' THEN 'Express' END AS next_level,
    CASE level
      WHEN 'Express' THEN concat_ws(', ', CASE WHEN advanced_managers < 3 THEN 'managers' END, CASE WHEN renewals < 1 THEN 'renewals_manager' END,
        CASE WHEN leads < 1 THEN 'practice_lead' END, CASE WHEN sponsors < 1 THEN 'sponsor' END, CASE WHEN given < 2 THEN 'references' END,
        CASE WHEN answered_on IS NULL THEN 'questionnaire' END)
      WHEN 'none' THEN concat_ws(', ', CASE WHEN express_managers < 2 THEN 'managers' END, CASE WHEN renewals < 1 THEN 'renewals_manager' END,
        CASE WHEN sponsors < 1 THEN 'sponsor' END, CASE WHEN given < 2 THEN 'references' END,
        CASE WHEN answered_on IS NULL THEN 'questionnaire' END)
    END AS lacks
  FROM member JOIN held USING (n) ORDER BY id
) TO '{out}/levels.csv' (FORMAT csv, HEADER);

COPY (SELECT NULL AS file, NULL AS line, NULL AS field, NULL AS value, NULL AS code, NULL AS message, NULL AS row WHERE false)
TO '{out}/refused.csv' (FORMAT csv, HEADER);
