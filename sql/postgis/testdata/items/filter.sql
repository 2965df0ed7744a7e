SELECT t."arpent state", t."code", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."code", t."geom", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	WHERE ((t."nom" = $1::text) AND (array_to_json(t."l""x")::jsonb = $2::jsonb))
	ORDER BY t."code"
	LIMIT $3
) AS t
ORDER BY t."code"
-- $1 = L'Haÿ
-- $2 = ["a"]
-- $3 = 10
