CREATE TABLE derived.`Enrollment` AS
WITH `period` AS (
  SELECT
    CAST(`name` AS STRING) AS `name`,
    CAST(`start` AS DATE) AS `start`,
    CAST(`end` AS DATE) AS `end`
  FROM UNNEST([
    STRUCT('first' AS `name`, '2015-01-25' AS `start`, '2015-04-25' AS `end`),
    STRUCT('second' AS `name`, '2015-04-26' AS `start`, '2015-07-25' AS `end`)
  ]) AS `written`
), `Enrollment rows` AS (
  SELECT
    ROW_NUMBER() OVER (
      ORDER BY `this`.`partner` NULLS LAST, `this`.`track` NULLS LAST, `this`.`period` NULLS LAST
    ) AS `row number`,
    `this`.`partner`,
    `this`.`track`,
    `this`.`period`,
    `period of period`.`end` AS `end of period`,
    `period of period`.`start` AS `start of period`
  FROM `feed`.`Enrollment` AS `this`
  INNER JOIN `period` AS `period of period`
    ON `period of period`.`name` = `this`.`period`
), `Purchase` AS (
  SELECT
    `this`.`id`,
    `this`.`partner`,
    `this`.`product`,
    `this`.`amount`,
    `this`.`booked_on`,
    `Listing row`.`track` AS `track of Listing`,
    `Product of product`.`rate` AS `rate`
  FROM `feed`.`Purchase` AS `this`
  LEFT JOIN `feed`.`Listing` AS `Listing row`
    ON `Listing row`.`product` = `this`.`product`
    AND `this`.`booked_on` >= `Listing row`.`held_start`
    AND (
      `Listing row`.`held_end` IS NULL
      OR `this`.`booked_on` <= `Listing row`.`held_end`
    )
  INNER JOIN `feed`.`Product` AS `Product of product`
    ON `Product of product`.`id` = `this`.`product`
  WHERE
    `this`.`booked_on` <= CAST(@as_of AS DATE)
), `Purchase of Enrollment` AS (
  SELECT
    `this`.`row number` AS `row number`,
    SUM(`each`.`amount`) AS `volume`,
    SUM(`each`.`amount` * `each`.`rate`) AS `rebate_1_50282c`
  FROM `Enrollment rows` AS `this`
  JOIN `Purchase` AS `each`
    ON `each`.`partner` = `this`.`partner`
    AND `each`.`track of Listing` = `this`.`track`
  WHERE
    NOT `each`.`track of Listing` IS NULL
    AND `each`.`booked_on` >= `this`.`start of period`
    AND `each`.`booked_on` <= `this`.`end of period`
    AND `each`.`booked_on` >= CAST('2015-01-25' AS DATE)
    AND `each`.`booked_on` <= CAST('2015-07-25' AS DATE)
  GROUP BY
    `this`.`row number`
), `Enrollment with Purchase` AS (
  SELECT
    `this`.*,
    CAST(COALESCE(`Purchase of Enrollment`.`volume`, 0) AS BIGNUMERIC) AS `volume`,
    CAST(COALESCE(`Purchase of Enrollment`.`rebate_1_50282c`, 0) AS BIGNUMERIC) AS `rebate_1_50282c`
  FROM `Enrollment rows` AS `this`
  LEFT JOIN `Purchase of Enrollment`
    ON `Purchase of Enrollment`.`row number` = `this`.`row number`
), `reached` AS (
  SELECT
    *,
    CASE
      WHEN `end of period` > CAST(@as_of AS DATE)
      THEN 'open'
      WHEN `volume` >= CAST('1000.00' AS BIGNUMERIC)
      THEN 'met'
      ELSE 'missed'
    END AS `reached_status_958baa`,
    `end of period` AS `reached_deadline_b3c6b6`
  FROM `Enrollment with Purchase`
), `rebate` AS (
  SELECT
    *,
    CAST(ROUND(`rebate_1_50282c`, 2) AS BIGNUMERIC) AS `rebate_2_9f5bcf`,
    `reached_status_958baa` AS `rebate_status_9dd278`,
    CASE
      WHEN DATE_ADD(`reached_deadline_b3c6b6`, INTERVAL (CAST(CAST(30 AS BIGNUMERIC) AS INT64)) DAY) BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE)
      THEN DATE_ADD(`reached_deadline_b3c6b6`, INTERVAL (CAST(CAST(30 AS BIGNUMERIC) AS INT64)) DAY)
      ELSE CAST(ERROR('overflow: a day outside the years 1 to 9999') AS DATE)
    END AS `rebate_due_on_7617e6`
  FROM `reached`
), `rebate 2` AS (
  SELECT
    *,
    `rebate_2_9f5bcf` AS `rebate_amount_a26ac5`
  FROM `rebate`
), `rebate 3` AS (
  SELECT
    *,
    CAST(CASE
      WHEN `rebate_status_9dd278` = 'met'
      THEN `rebate_amount_a26ac5`
      ELSE CAST(CAST('0.00' AS BIGNUMERIC) AS BIGNUMERIC)
    END AS BIGNUMERIC) AS `rebate_earned_3ead60`
  FROM `rebate 2`
)
SELECT
  `partner`,
  `track`,
  `period`,
  `rebate_status_9dd278`,
  `rebate_amount_a26ac5`,
  `rebate_earned_3ead60`,
  `rebate_due_on_7617e6`
FROM `rebate 3`;

CREATE TABLE derived.`Potential` AS
WITH `Partner` AS (
  SELECT
    `this`.`id`,
    `this`.`joined_on`
  FROM `feed`.`Partner` AS `this`
  WHERE
    `this`.`joined_on` <= CAST(@as_of AS DATE)
), `Track` AS (
  SELECT
    CAST(`name` AS STRING) AS `name`
  FROM UNNEST([STRUCT('Security' AS `name`), STRUCT('UCS' AS `name`)]) AS `written`
), `Potential pairs` AS (
  SELECT
    `left`.`id` AS `partner`,
    `right`.`name` AS `track`
  FROM `Partner` AS `left`
  CROSS JOIN `Track` AS `right`
), `Potential rows` AS (
  SELECT
    `this`.`partner`,
    `this`.`track`
  FROM `Potential pairs` AS `this`
), `Enrollment of Potential` AS (
  SELECT
    `each`.`partner` AS `key 1`,
    `each`.`track` AS `key 2`,
    COUNT(*) AS `enrolled`
  FROM `derived`.`Enrollment` AS `each`
  GROUP BY
    `each`.`partner`,
    `each`.`track`
), `Potential with Enrollment` AS (
  SELECT
    `this`.*,
    COALESCE(`Enrollment of Potential`.`enrolled`, 0) > 0 AS `enrolled`
  FROM `Potential rows` AS `this`
  LEFT JOIN `Enrollment of Potential`
    ON `Enrollment of Potential`.`key 1` = `this`.`partner`
    AND `Enrollment of Potential`.`key 2` = `this`.`track`
)
SELECT
  `partner`,
  `track`,
  `enrolled`
FROM `Potential with Enrollment`;

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
    `this`.`joined_on` <= CAST(@as_of AS DATE)
), `Potential rows` AS (
  SELECT
    `this`.`partner`,
    `this`.`track`,
    `this`.`enrolled`,
    `Partner of partner`.`level` AS `level of partner`
  FROM `derived`.`Potential` AS `this`
  LEFT JOIN `Partner` AS `Partner of partner`
    ON `Partner of partner`.`id` = `this`.`partner`
)
SELECT
  `partner` AS `partner`,
  `track` AS `track`,
  `enrolled` AS `enrolled`,
  COALESCE(`level of partner`, 'Select') IN ('Gold') AS `gold`
FROM `Potential rows`;
