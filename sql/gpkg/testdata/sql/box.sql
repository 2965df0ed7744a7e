SELECT +t."code" COLLATE BINARY, t."fid"
  FROM "lieux" AS t
 WHERE 1
   AND t."fid" IN (SELECT id FROM "rtree_lieux_geom" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)
   AND arpent_meets(?, t."geom")
   AND +t."code" COLLATE BINARY > ?
 ORDER BY +t."code" COLLATE BINARY
 LIMIT ?
-- [612000 610000 6.512e+06 6.51e+06 1 000010 10]
