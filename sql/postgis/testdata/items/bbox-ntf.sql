SELECT t."arpent state", t."code", ST_AsBinary(ST_Transform(t."geom", 4326)), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	WHERE t."geom" && ST_Transform(ST_GeomFromEWKB($1), 27572) AND ST_Intersects(ST_Transform(t."geom", 4326), ST_GeomFromEWKB($2))
	ORDER BY t."code"
	LIMIT $3
) AS t
ORDER BY t."code"
-- $1 = 1057 bytes of EWKB
-- $2 = 673 bytes of EWKB
-- $3 = 10
