-- b AND NOT (i = 7 OR t = 'x''y')
   AND t."b"
   AND (NOT ((t."i" = ?) OR (t."t" COLLATE BINARY = ?)))
-- [7 x'y]

-- i > n
   AND (CAST(t."i" AS TEXT) COLLATE arpent_decimal > CAST(t."n" COLLATE arpent_decimal AS TEXT) COLLATE arpent_decimal)
-- []

-- i = 2.5
   AND (arpent_float(t."i") = ?)
-- [2.5]

-- r = 0.1
   AND (arpent_real(t."r") = ?)
-- [0.10000000149011612]

-- n = 12.5
   AND (arpent_float(t."n" COLLATE arpent_decimal) = ?)
-- [12.5]

-- i IN (1, 2.5, n)
   AND (t."i" IN (?) OR CAST(t."i" AS TEXT) COLLATE arpent_decimal IN (CAST(t."n" COLLATE arpent_decimal AS TEXT) COLLATE arpent_decimal) OR arpent_float(t."i") IN (?))
-- [1 2.5]

-- i BETWEEN 1 AND f
   AND ((? <= t."i") AND (arpent_float(t."i") <= t."f"))
-- [1]

-- t LIKE 'a_%'
   AND arpent_like(t."t" COLLATE BINARY, ?)
-- [a_%]

-- CASEI(t) = CASEI('É')
   AND (arpent_fold(?, t."t" COLLATE BINARY) = arpent_fold(?, ?))
-- [casei casei É]

-- t IS NULL
   AND (t."t" IS NULL)
-- []

-- INTERVAL(tz, '..') IS NULL
   AND (t."tz" IS NULL)
-- []

-- d < TIMESTAMP('2024-01-31T00:00:00Z')
   AND (arpent_midnight(arpent_day(t."d")) < ?)
-- [1706659200000000]

-- d = DATE('2024-01-31')
   AND (arpent_day(t."d") = ?)
-- [19753]

-- i + f * 2 > 3
   AND (arpent_calc(?, t."i", arpent_calc(?, t."f", ?)) > ?)
-- [+ * 2 3]

-- T_DURING(INTERVAL(d, tz), INTERVAL('2024-01-31', '..'))
   AND arpent_relate(?, arpent_midnight(arpent_day(t."d")), arpent_us(t."tz"), arpent_midnight(?), ?)
-- [t_during 19753 9223372036854775807]

-- T_AFTER(d, DATE('2024-01-31'))
   AND arpent_relate(?, arpent_day(t."d"), arpent_day(t."d"), ?, ?)
-- [t_after 19753 19753]

-- A_CONTAINS(a, (1, 'x'))
   AND arpent_array_test(?, t."a" COLLATE BINARY, ?)
-- [a_contains [1,"x"]]

-- A_OVERLAPS(a, (i, n, b))
   AND arpent_array_test(?, t."a" COLLATE BINARY, ('[' || (arpent_json(?, t."i") || ',' || (arpent_json(?, t."n" COLLATE arpent_decimal) || ',' || arpent_json(?, t."b"))) || ']'))
-- [a_overlaps 2 2 1]

-- UPPER(t) = 'X'
   AND (arpent_fold(?, t."t" COLLATE BINARY) = ?)
-- [UPPER X]

-- YEAR(d) = 2024
   AND (arpent_year(?, arpent_day(t."d")) = ?)
-- [date 2024]

-- S_INTERSECTS(geom, POINT(2 48))
   AND t."fid" IN (SELECT id FROM "rtree_x_geom" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)
   AND arpent_spatial(?, ?, t."geom", 0)
-- [2 2 48 48 1 0]

-- S_DISJOINT(CENTROID(geom), geom)
   AND arpent_spatial(?, ?, arpent_centroid(t."geom"), t."geom")
-- [1 0]

-- AREA(geom) > 10
   AND (arpent_measure(?, ?, t."geom") > ?)
-- [1 AREA 10]

-- S_DWITHIN(geom, POINT(2 48), 10)
   AND t."fid" IN (SELECT id FROM "rtree_x_geom" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)
   AND arpent_near(?, ?, t."geom", ?, ?)
-- [5012.1 -5008.1 5058.1 -4962.1 1 1 [71 80 0 1 0 0 0 0 1 1 0 0 0 0 0 0 0 0 0 0 64 0 0 0 0 0 0 72 64] 10]

