SELECT t."code" COLLATE BINARY, t."nom"
  FROM "lieux" AS t
 WHERE 1
   AND t."nom" COLLATE BINARY = ?
   AND arpent_day(t."jour") = ?
   AND arpent_alive(?)
 ORDER BY t."code" COLLATE BINARY
 LIMIT ? OFFSET ?
-- [a'b 3 1 10 20]
