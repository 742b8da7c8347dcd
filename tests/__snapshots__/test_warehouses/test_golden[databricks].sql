CREATE OR REPLACE TEMPORARY FUNCTION later_day(
    day DATE,
    days DECIMAL(38, 0)
)
RETURNS DATE
RETURN CASE
  WHEN day IS NULL OR days IS NULL
  THEN NULL
  WHEN days BETWEEN -3652058 AND 3652058
  AND DATE_ADD(day, CAST(days AS INT)) BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE)
  THEN DATE_ADD(day, CAST(days AS INT))
  ELSE RAISE_ERROR('overflow: a day outside the years 1 to 9999')
END;

CREATE TABLE derived.`Enrollment__Enrollment_rows_57ae49` AS
WITH `period` AS (
  SELECT
    CAST(`name` AS STRING) AS `name`,
    CAST(`start` AS DATE) AS `start`,
    CAST(`end` AS DATE) AS `end`
  FROM VALUES
    ('first', '2015-01-25', '2015-04-25'),
    ('second', '2015-04-26', '2015-07-25') AS `written`(`name`, `start`, `end`)
)
SELECT
  STRUCT(`this`.`partner`, `this`.`track`, `this`.`period`) AS `row_number_6b5296`,
  `this`.`partner`,
  `this`.`track`,
  `this`.`period`,
  `period_of_period_d7313a`.`end` AS `end_of_period_268cb1`,
  `period_of_period_d7313a`.`start` AS `start_of_period_ef63be`
FROM `feed`.`Enrollment` AS `this`
INNER JOIN `period` AS `period_of_period_d7313a`
  ON `period_of_period_d7313a`.`name` = `this`.`period`;

CREATE TABLE derived.`Enrollment` AS
WITH `Purchase` AS (
  SELECT
    `this`.`id`,
    `this`.`partner`,
    `this`.`product`,
    `this`.`amount`,
    `this`.`booked_on`,
    `Listing_row_66d1bb`.`track` AS `track_of_Listing_c05e2c`,
    `Product_of_product_29ddb0`.`rate` AS `rate`
  FROM `feed`.`Purchase` AS `this`
  LEFT JOIN `feed`.`Listing` AS `Listing_row_66d1bb`
    ON `Listing_row_66d1bb`.`product` = `this`.`product`
    AND `this`.`booked_on` >= `Listing_row_66d1bb`.`held_start`
    AND (
      `Listing_row_66d1bb`.`held_end` IS NULL
      OR `this`.`booked_on` <= `Listing_row_66d1bb`.`held_end`
    )
  INNER JOIN `feed`.`Product` AS `Product_of_product_29ddb0`
    ON `Product_of_product_29ddb0`.`id` = `this`.`product`
  WHERE
    `this`.`booked_on` <= CAST(system.session.as_of AS DATE)
), `Purchase_of_Enrollment_85f2c3` AS (
  SELECT
    `this`.`row_number_6b5296` AS `row_number_6b5296`,
    SUM(`each`.`amount`) AS `volume`,
    SUM(CAST(`each`.`amount` * `each`.`rate` AS DECIMAL(27, 8))) AS `rebate_1_50282c`
  FROM derived.`Enrollment__Enrollment_rows_57ae49` AS `this`
  JOIN `Purchase` AS `each`
    ON `each`.`partner` = `this`.`partner`
    AND `each`.`track_of_Listing_c05e2c` = `this`.`track`
  WHERE
    NOT `each`.`track_of_Listing_c05e2c` IS NULL
    AND `each`.`booked_on` >= `this`.`start_of_period_ef63be`
    AND `each`.`booked_on` <= `this`.`end_of_period_268cb1`
    AND `each`.`booked_on` >= CAST('2015-01-25' AS DATE)
    AND `each`.`booked_on` <= CAST('2015-07-25' AS DATE)
  GROUP BY
    `this`.`row_number_6b5296`
), `Enrollment_with_Purchase_a718a5` AS (
  SELECT
    `this`.*,
    CAST(COALESCE(`Purchase_of_Enrollment_85f2c3`.`volume`, 0) AS DECIMAL(38, 2)) AS `volume`,
    CAST(COALESCE(`Purchase_of_Enrollment_85f2c3`.`rebate_1_50282c`, 0) AS DECIMAL(38, 8)) AS `rebate_1_50282c`
  FROM derived.`Enrollment__Enrollment_rows_57ae49` AS `this`
  LEFT JOIN `Purchase_of_Enrollment_85f2c3`
    ON `Purchase_of_Enrollment_85f2c3`.`row_number_6b5296` = `this`.`row_number_6b5296`
), `reached` AS (
  SELECT
    *,
    CASE
      WHEN `end_of_period_268cb1` > CAST(system.session.as_of AS DATE)
      THEN 'open'
      WHEN `volume` >= 1000.00 /* least */
      THEN 'met'
      ELSE 'missed'
    END AS `reached_status_958baa`,
    `end_of_period_268cb1` AS `reached_deadline_b3c6b6`
  FROM `Enrollment_with_Purchase_a718a5`
), `rebate` AS (
  SELECT
    *,
    CAST(ROUND(`rebate_1_50282c`, 2) AS DECIMAL(33, 2)) AS `rebate_2_9f5bcf`,
    `reached_status_958baa` AS `rebate_status_9dd278`,
    LATER_DAY(`reached_deadline_b3c6b6`, CAST(30 AS DECIMAL(18, 0))) AS `rebate_due_on_7617e6`
  FROM `reached`
), `rebate_2_017c3b` AS (
  SELECT
    *,
    `rebate_2_9f5bcf` AS `rebate_amount_a26ac5`
  FROM `rebate`
), `rebate_3_6302db` AS (
  SELECT
    *,
    CAST(CASE
      WHEN `rebate_status_9dd278` = 'met'
      THEN `rebate_amount_a26ac5`
      ELSE CAST(CAST(0.00 AS DECIMAL(18, 2)) AS DECIMAL(33, 2))
    END AS DECIMAL(33, 2)) AS `rebate_earned_3ead60`
  FROM `rebate_2_017c3b`
)
SELECT
  `partner`,
  `track`,
  `period`,
  `rebate_status_9dd278`,
  `rebate_amount_a26ac5`,
  `rebate_earned_3ead60`,
  `rebate_due_on_7617e6`
FROM `rebate_3_6302db`;

CREATE TABLE derived.`Potential` AS
WITH `Partner` AS (
  SELECT
    `this`.`id`,
    `this`.`joined_on`
  FROM `feed`.`Partner` AS `this`
  WHERE
    `this`.`joined_on` <= CAST(system.session.as_of AS DATE)
), `Track` AS (
  SELECT
    CAST(`name` AS STRING) AS `name`
  FROM VALUES
    ('Security'),
    ('UCS') AS `written`(`name`)
), `Potential_pairs_edd4af` AS (
  SELECT
    `left`.`id` AS `partner`,
    `right`.`name` AS `track`
  FROM `Partner` AS `left`
  CROSS JOIN `Track` AS `right`
), `Potential_rows_a46a40` AS (
  SELECT
    `this`.`partner`,
    `this`.`track`
  FROM `Potential_pairs_edd4af` AS `this`
), `Enrollment_of_Potential_1f0e04` AS (
  SELECT
    `each`.`partner` AS `key_1_227ba5`,
    `each`.`track` AS `key_2_08f225`,
    COUNT(*) AS `enrolled`
  FROM `derived`.`Enrollment` AS `each`
  GROUP BY
    `each`.`partner`,
    `each`.`track`
), `Potential_with_Enrollment_fbb06b` AS (
  SELECT
    `this`.*,
    COALESCE(`Enrollment_of_Potential_1f0e04`.`enrolled`, 0) > 0 AS `enrolled`
  FROM `Potential_rows_a46a40` AS `this`
  LEFT JOIN `Enrollment_of_Potential_1f0e04`
    ON `Enrollment_of_Potential_1f0e04`.`key_1_227ba5` = `this`.`partner`
    AND `Enrollment_of_Potential_1f0e04`.`key_2_08f225` = `this`.`track`
)
SELECT
  `partner`,
  `track`,
  `enrolled`
FROM `Potential_with_Enrollment_fbb06b`;

CREATE TABLE result.`payouts` AS
SELECT
  `partner` AS `partner`,
  `track` AS `track`,
  `period` AS `period`,
  `rebate_status_9dd278` AS `status`,
  `rebate_amount_a26ac5` AS `amount`,
  `rebate_earned_3ead60` AS `earned`,
  `rebate_due_on_7617e6` AS `due_on`
FROM `derived`.`Enrollment`;

CREATE TABLE result.`potentials` AS
WITH `Partner` AS (
  SELECT
    `this`.`id`,
    `this`.`level`,
    `this`.`joined_on`
  FROM `feed`.`Partner` AS `this`
  WHERE
    `this`.`joined_on` <= CAST(system.session.as_of AS DATE)
), `Potential_rows_a46a40` AS (
  SELECT
    `this`.`partner`,
    `this`.`track`,
    `this`.`enrolled`,
    `Partner_of_partner_707e0a`.`level` AS `level_of_partner_f10752`
  FROM `derived`.`Potential` AS `this`
  LEFT JOIN `Partner` AS `Partner_of_partner_707e0a`
    ON `Partner_of_partner_707e0a`.`id` = `this`.`partner`
)
SELECT
  `partner` AS `partner`,
  `track` AS `track`,
  `enrolled` AS `enrolled`,
  COALESCE(`level_of_partner_f10752`, 'Select') IN ('Gold') AS `gold`
FROM `Potential_rows_a46a40`;
