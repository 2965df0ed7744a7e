SELECT arpent_day(t."jour"), t."nom" COLLATE BINARY, t."code" COLLATE BINARY, t."fid"
  FROM "lieux" AS t
 WHERE 1
   AND (arpent_day(t."jour") < ? OR arpent_day(t."jour") = ? AND (t."nom" COLLATE BINARY > ? OR t."nom" COLLATE BINARY IS NULL OR t."nom" COLLATE BINARY = ? AND t."code" COLLATE BINARY > ?))
 ORDER BY arpent_day(t."jour") DESC NULLS FIRST, t."nom" COLLATE BINARY NULLS LAST, t."code" COLLATE BINARY
 LIMIT ?
-- [3 3 lieu 4 lieu 4 000010 10]
