SELECT t."fid", t."nom"
  FROM "lieux" AS t
 WHERE t."fid" IN (SELECT value FROM json_each(?))
-- [[4,2]]
