SELECT t."code" COLLATE BINARY, t."code", t."nom", +t."jour", t."geom"
  FROM "lieux" AS t
 WHERE 1
 ORDER BY t."code" COLLATE BINARY
 LIMIT ?
-- [10]
