SELECT t."arpent state", t."code", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	WHERE ((t."geom" && ST_GeomFromEWKB($1) AND ST_Intersects(t."geom", ST_GeomFromEWKB($2))) OR (t."geom" && ST_GeomFromEWKB($3) AND ST_Intersects(t."geom", ST_GeomFromEWKB($4))))
	ORDER BY t."code"
	LIMIT $5
) AS t
ORDER BY t."code"
-- $1 = 97 bytes of EWKB
-- $2 = 97 bytes of EWKB
-- $3 = 97 bytes of EWKB
-- $4 = 97 bytes of EWKB
-- $5 = 10
