SELECT t."code" COLLATE BINARY, t."code", t."geom"
  FROM "lieux" AS t
 WHERE t."fid" IN (SELECT id FROM "rtree_lieux_geom" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)
-- [612000 610000 6.512e+06 6.51e+06]
