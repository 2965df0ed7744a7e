SELECT t."arpent state", t."code", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t."arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM (
		SELECT t.tableoid::text AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
		FROM "public"."communes" AS t
		WHERE t."geom" && ST_GeomFromEWKB($1)
		ORDER BY t."code"
		OFFSET 0
	) AS t
	WHERE ST_Intersects(t."geom", ST_GeomFromEWKB($2))
	ORDER BY t."code"
	LIMIT $3
) AS t
ORDER BY t."code"
-- $1 = 97 bytes of EWKB
-- $2 = 97 bytes of EWKB
-- $3 = 10
