SELECT t."arpent state", t."code", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t."arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM (
		SELECT t.tableoid::text || '.' || (SELECT l.generation FROM arpent.arpent_layer l WHERE l.table_schema = $1 AND l.table_name = $2) AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
		FROM "public"."communes" AS t
		WHERE t."geom" && ST_GeomFromEWKB($3)
		ORDER BY t."code"
		OFFSET 0
	) AS t
	WHERE ST_Intersects(t."geom", ST_GeomFromEWKB($4))
	ORDER BY t."code"
	LIMIT $5
) AS t
ORDER BY t."code"
-- $1 = public
-- $2 = communes
-- $3 = 97 bytes of EWKB
-- $4 = 97 bytes of EWKB
-- $5 = 10
