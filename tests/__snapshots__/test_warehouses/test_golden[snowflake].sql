CREATE TABLE derived."Enrollment" AS
WITH "period" AS (
  SELECT
    CAST("name" AS VARCHAR) AS "name",
    CAST("start" AS DATE) AS "start",
    CAST("end" AS DATE) AS "end"
  FROM (VALUES
    ('first', '2015-01-25', '2015-04-25'),
    ('second', '2015-04-26', '2015-07-25')) AS "written"("name", "start", "end")
), "Enrollment rows" AS (
  SELECT
    ROW_NUMBER() OVER (ORDER BY "this"."partner", "this"."track", "this"."period") AS "row number",
    "this"."partner",
    "this"."track",
    "this"."period",
    "period of period"."end" AS "end of period",
    "period of period"."start" AS "start of period"
  FROM "feed"."Enrollment" AS "this"
  INNER JOIN "period" AS "period of period"
    ON "period of period"."name" = "this"."period"
), "Purchase" AS (
  SELECT
    "this"."id",
    "this"."partner",
    "this"."product",
    "this"."amount",
    "this"."booked_on",
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
    "this"."booked_on" <= CAST($as_of AS DATE)
), "Purchase of Enrollment" AS (
  SELECT
    "this"."row number" AS "row number",
    SUM("each"."amount") AS "volume",
    SUM("each"."amount" * "each"."rate") AS "rebate.1"
  FROM "Enrollment rows" AS "this"
  JOIN "Purchase" AS "each"
    ON "each"."partner" = "this"."partner"
    AND "each"."track of Listing" = "this"."track"
  WHERE
    NOT "each"."track of Listing" IS NULL
    AND "each"."booked_on" >= "this"."start of period"
    AND "each"."booked_on" <= "this"."end of period"
    AND "each"."booked_on" >= CAST('2015-01-25' AS DATE)
    AND "each"."booked_on" <= CAST('2015-07-25' AS DATE)
  GROUP BY
    "this"."row number"
), "Enrollment with Purchase" AS (
  SELECT
    "this".*,
    CAST(COALESCE("Purchase of Enrollment"."volume", 0) AS DECIMAL(38, 2)) AS "volume",
    CAST(COALESCE("Purchase of Enrollment"."rebate.1", 0) AS DECIMAL(38, 8)) AS "rebate.1"
  FROM "Enrollment rows" AS "this"
  LEFT JOIN "Purchase of Enrollment"
    ON "Purchase of Enrollment"."row number" = "this"."row number"
), "reached" AS (
  SELECT
    *,
    CASE
      WHEN "end of period" > CAST($as_of AS DATE)
      THEN 'open'
      WHEN "volume" >= 1000.00 /* least */
      THEN 'met'
      ELSE 'missed'
    END AS "reached.status",
    "end of period" AS "reached.deadline"
  FROM "Enrollment with Purchase"
), "rebate" AS (
  SELECT
    *,
    CAST(ROUND("rebate.1", 2) AS DECIMAL(33, 2)) AS "rebate.2",
    "reached.status" AS "rebate.status",
    CASE
      WHEN DATEADD(DAY, CAST(CAST(30 AS DECIMAL(18, 0)) AS INT), "reached.deadline") BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE)
      THEN DATEADD(DAY, CAST(CAST(30 AS DECIMAL(18, 0)) AS INT), "reached.deadline")
      ELSE CAST('overflow: a day outside the years 1 to 9999, from ' || TO_VARCHAR("reached.deadline", 'YYYY-MM-DD') AS DATE)
    END AS "rebate.due_on"
  FROM "reached"
), "rebate 2" AS (
  SELECT
    *,
    "rebate.2" AS "rebate.amount"
  FROM "rebate"
), "rebate 3" AS (
  SELECT
    *,
    CAST(CASE
      WHEN "rebate.status" = 'met'
      THEN "rebate.amount"
      ELSE CAST(CAST(0.00 AS DECIMAL(18, 2)) AS DECIMAL(33, 2))
    END AS DECIMAL(33, 2)) AS "rebate.earned"
  FROM "rebate 2"
)
SELECT
  "partner",
  "track",
  "period",
  "rebate.status",
  "rebate.amount",
  "rebate.earned",
  "rebate.due_on"
FROM "rebate 3";

CREATE TABLE derived."Potential" AS
WITH "Partner" AS (
  SELECT
    "this"."id",
    "this"."joined_on"
  FROM "feed"."Partner" AS "this"
  WHERE
    "this"."joined_on" <= CAST($as_of AS DATE)
), "Track" AS (
  SELECT
    CAST("name" AS VARCHAR) AS "name"
  FROM (VALUES
    ('Security'),
    ('UCS')) AS "written"("name")
), "Potential pairs" AS (
  SELECT
    "left"."id" AS "partner",
    "right"."name" AS "track"
  FROM "Partner" AS "left"
  CROSS JOIN "Track" AS "right"
), "Potential rows" AS (
  SELECT
    "this"."partner",
    "this"."track"
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
  "partner",
  "track",
  "enrolled"
FROM "Potential with Enrollment";

CREATE TABLE result."payouts" AS
SELECT
  "partner" AS "partner",
  "track" AS "track",
  "period" AS "period",
  "rebate.status" AS "status",
  "rebate.amount" AS "amount",
  "rebate.earned" AS "earned",
  "rebate.due_on" AS "due_on"
FROM "derived"."Enrollment";

CREATE TABLE result."potentials" AS
WITH "Partner" AS (
  SELECT
    "this"."id",
    "this"."level",
    "this"."joined_on"
  FROM "feed"."Partner" AS "this"
  WHERE
    "this"."joined_on" <= CAST($as_of AS DATE)
), "Potential rows" AS (
  SELECT
    "this"."partner",
    "this"."track",
    "this"."enrolled",
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
