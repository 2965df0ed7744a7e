SELECT t."code" COLLATE BINARY, t."code", t."nom", +t."jour", t."geom"
  FROM "lieux" AS t
 WHERE t."code" COLLATE BINARY = ?
-- [000010]
