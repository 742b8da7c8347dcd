SET join_use_nulls = 1, prefer_column_name_to_alias = 1, aggregate_functions_null_for_empty = 0, short_circuit_function_evaluation = 'force_enable';

CREATE TABLE derived."Enrollment: Enrollment rows"
ENGINE=MergeTree
ORDER BY tuple() AS
WITH "period" AS (
  SELECT
    CAST("name" AS Nullable(String)) AS "name",
    CAST("start" AS Nullable(Date32)) AS "start",
    CAST("end" AS Nullable(Date32)) AS "end"
  FROM (
    SELECT
      'first' AS "name",
      '2015-01-25' AS "start",
      '2015-04-25' AS "end"
    UNION ALL
    SELECT
      'second' AS "name",
      '2015-04-26' AS "start",
      '2015-07-25' AS "end"
  ) AS "written"
)
SELECT
  ROW_NUMBER() OVER (ORDER BY "this"."partner", "this"."track", "this"."period") AS "row number",
  "this"."partner" AS "partner",
  "this"."track" AS "track",
  "this"."period" AS "period",
  "period of period"."end" AS "end of period",
  "period of period"."start" AS "start of period"
FROM "feed"."Enrollment" AS "this"
INNER JOIN "period" AS "period of period"
  ON "period of period"."name" = "this"."period";

CREATE TABLE derived."Enrollment"
ENGINE=MergeTree
ORDER BY tuple() AS
WITH "Purchase" AS (
  SELECT
    "this"."id" AS "id",
    "this"."partner" AS "partner",
    "this"."product" AS "product",
    "this"."amount" AS "amount",
    "this"."booked_on" AS "booked_on",
    "Listing row"."track" AS "track of Listing",
    "Product of product"."rate" AS "rate"
  FROM "feed"."Purchase" AS "this"
  LEFT JOIN "feed"."Listing" AS "Listing row"
    ON "Listing row"."product" = "this"."product"
    AND "this"."booked_on" >= "Listing row"."held_start"
    AND (
      "Listing row"."held_end" IS NULL
      OR "this"."booked_on" <= "Listing row"."held_end"
    )
  INNER JOIN "feed"."Product" AS "Product of product"
    ON "Product of product"."id" = "this"."product"
  WHERE
    "this"."booked_on" <= CAST({as_of: Date32} AS Nullable(Date32))
), "Purchase of Enrollment" AS (
  SELECT
    "this"."row number" AS "row number",
    SUM(toNullable(CAST("each"."amount" AS Nullable(Decimal256(2))))) AS "volume",
    SUM(
      toNullable(
        CAST(CAST(CAST("each"."amount" AS Nullable(Decimal256(2))) * CAST("each"."rate" AS Nullable(Decimal256(6))) AS Nullable(Decimal(27, 8))) AS Nullable(Decimal256(8)))
      )
    ) AS "rebate_1_50282c"
  FROM derived."Enrollment: Enrollment rows" AS "this"
  JOIN "Purchase" AS "each"
    ON "each"."partner" = "this"."partner"
    AND "each"."track of Listing" = "this"."track"
  WHERE
    NOT (
      "each"."track of Listing" IS NULL
    )
    AND "each"."booked_on" >= "this"."start of period"
    AND "each"."booked_on" <= "this"."end of period"
    AND "each"."booked_on" >= CAST('2015-01-25' AS Nullable(Date32))
    AND "each"."booked_on" <= CAST('2015-07-25' AS Nullable(Date32))
  GROUP BY
    "this"."row number"
), "Enrollment with Purchase" AS (
  SELECT
    "this".*,
    CAST(COALESCE("Purchase of Enrollment"."volume", 0) AS Nullable(Decimal(38, 2))) AS "volume",
    CAST(COALESCE("Purchase of Enrollment"."rebate_1_50282c", 0) AS Nullable(Decimal(38, 8))) AS "rebate_1_50282c"
  FROM derived."Enrollment: Enrollment rows" AS "this"
  LEFT JOIN "Purchase of Enrollment"
    ON "Purchase of Enrollment"."row number" = "this"."row number"
), "reached" AS (
  SELECT
    *,
    CASE
      WHEN "end of period" > CAST({as_of: Date32} AS Nullable(Date32))
      THEN 'open'
      WHEN CAST("volume" AS Nullable(Decimal256(2))) >= CAST('1000.00' AS Nullable(Decimal256(2)))
      THEN 'met'
      ELSE 'missed'
    END AS "reached_status_958baa",
    "end of period" AS "reached_deadline_b3c6b6"
  FROM "Enrollment with Purchase"
), "rebate" AS (
  SELECT
    *,
    CAST(ROUND(CAST("rebate_1_50282c" AS Nullable(Decimal256(8))), 2) AS Nullable(Decimal(33, 2))) AS "rebate_2_9f5bcf",
    "reached_status_958baa" AS "rebate_status_9dd278",
    CASE
      WHEN CAST(30 AS Nullable(Decimal(18, 0))) BETWEEN dateDiff('day', "reached_deadline_b3c6b6", CAST('0001-01-01' AS Nullable(Date32))) AND dateDiff('day', "reached_deadline_b3c6b6", CAST('9999-12-31' AS Nullable(Date32)))
      THEN addDays(
        "reached_deadline_b3c6b6",
        CAST(CAST(30 AS Nullable(Decimal(18, 0))) AS Nullable(Int64))
      )
      ELSE addDays(
        CAST('0001-01-01' AS Nullable(Date32)),
        throwIf(
          ifNull(
            NOT (
              CAST(30 AS Nullable(Decimal(18, 0))) BETWEEN dateDiff('day', "reached_deadline_b3c6b6", CAST('0001-01-01' AS Nullable(Date32))) AND dateDiff('day', "reached_deadline_b3c6b6", CAST('9999-12-31' AS Nullable(Date32)))
            ),
            FALSE
          ),
          'overflow: a day outside the years 1 to 9999'
        )
      )
    END AS "rebate_due_on_7617e6"
  FROM "reached"
), "rebate 2" AS (
  SELECT
    *,
    "rebate_2_9f5bcf" AS "rebate_amount_a26ac5"
  FROM "rebate"
), "rebate 3" AS (
  SELECT
    *,
    CAST(CASE
      WHEN "rebate_status_9dd278" = 'met'
      THEN "rebate_amount_a26ac5"
      ELSE CAST(CAST('0.00' AS Nullable(Decimal(18, 2))) AS Nullable(Decimal(33, 2)))
    END AS Nullable(Decimal(33, 2))) AS "rebate_earned_3ead60"
  FROM "rebate 2"
)
SELECT
  "partner" AS "partner",
  "track" AS "track",
  "period" AS "period",
  "rebate_status_9dd278" AS "rebate_status_9dd278",
  "rebate_amount_a26ac5" AS "rebate_amount_a26ac5",
  "rebate_earned_3ead60" AS "rebate_earned_3ead60",
  "rebate_due_on_7617e6" AS "rebate_due_on_7617e6"
FROM "rebate 3";

CREATE TABLE derived."Potential"
ENGINE=MergeTree
ORDER BY tuple() AS
WITH "Partner" AS (
  SELECT
    "this"."id" AS "id",
    "this"."joined_on" AS "joined_on"
  FROM "feed"."Partner" AS "this"
  WHERE
    "this"."joined_on" <= CAST({as_of: Date32} AS Nullable(Date32))
), "Track" AS (
  SELECT
    CAST("name" AS Nullable(String)) AS "name"
  FROM (
    SELECT
      'Security' AS "name"
    UNION ALL
    SELECT
      'UCS' AS "name"
  ) AS "written"
), "Potential pairs" AS (
  SELECT
    "left"."id" AS "partner",
    "right"."name" AS "track"
  FROM "Partner" AS "left"
  CROSS JOIN "Track" AS "right"
), "Potential rows" AS (
  SELECT
    "this"."partner" AS "partner",
    "this"."track" AS "track"
  FROM "Potential pairs" AS "this"
), "Enrollment of Potential" AS (
  SELECT
    "each"."partner" AS "key 1",
    "each"."track" AS "key 2",
    COUNT(*) AS "enrolled"
  FROM "derived"."Enrollment" AS "each"
  GROUP BY
    "each"."partner",
    "each"."track"
), "Potential with Enrollment" AS (
  SELECT
    "this".*,
    COALESCE("Enrollment of Potential"."enrolled", 0) > 0 AS "enrolled"
  FROM "Potential rows" AS "this"
  LEFT JOIN "Enrollment of Potential"
    ON "Enrollment of Potential"."key 1" = "this"."partner"
    AND "Enrollment of Potential"."key 2" = "this"."track"
)
SELECT
  "partner" AS "partner",
  "track" AS "track",
  "enrolled" AS "enrolled"
FROM "Potential with Enrollment";

CREATE TABLE result."payouts"
ENGINE=MergeTree
ORDER BY tuple() AS
SELECT
  "partner" AS "partner",
  "track" AS "track",
  "period" AS "period",
  "rebate_status_9dd278" AS "status",
  "rebate_amount_a26ac5" AS "amount",
  "rebate_earned_3ead60" AS "earned",
  "rebate_due_on_7617e6" AS "due_on"
FROM "derived"."Enrollment";

CREATE TABLE result."potentials"
ENGINE=MergeTree
ORDER BY tuple() AS
WITH "Partner" AS (
  SELECT
    "this"."id" AS "id",
    "this"."level" AS "level",
    "this"."joined_on" AS "joined_on"
  FROM "feed"."Partner" AS "this"
  WHERE
    "this"."joined_on" <= CAST({as_of: Date32} AS Nullable(Date32))
), "Potential rows" AS (
  SELECT
    "this"."partner" AS "partner",
    "this"."track" AS "track",
    "this"."enrolled" AS "enrolled",
    "Partner of partner"."level" AS "level of partner"
  FROM "derived"."Potential" AS "this"
  LEFT JOIN "Partner" AS "Partner of partner"
    ON "Partner of partner"."id" = "this"."partner"
)
SELECT
  "partner" AS "partner",
  "track" AS "track",
  "enrolled" AS "enrolled",
  COALESCE("level of partner", 'Select') IN ('Gold') AS "gold"
FROM "Potential rows";
