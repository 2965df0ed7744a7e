SELECT count(*)
  FROM "lieux" AS t
 WHERE 1
   AND t."fid" IN (SELECT id FROM "rtree_lieux_geom" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)
   AND arpent_meets(?, t."geom")
-- [612000 610000 6.512e+06 6.51e+06 1]
