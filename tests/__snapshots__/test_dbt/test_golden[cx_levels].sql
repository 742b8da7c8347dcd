-- CX version: result.levels
SELECT
  'CX' AS "program",
  'version' AS "program_version",
  'CX' AS "designation",
  "id" AS "id",
  "CX.level" AS "level",
  "CX.next_level" AS "next_level",
  "CX.lacks" AS "lacks"
FROM {{ ref('cx_partner') }}
