SELECT ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t."geom", t."code", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	LIMIT $1
) AS t
-- $1 = 10
