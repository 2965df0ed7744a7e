SELECT t."arpent state", t."code", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	ORDER BY t."code"
	LIMIT $1
) AS t
ORDER BY t."code"
-- $1 = 10
