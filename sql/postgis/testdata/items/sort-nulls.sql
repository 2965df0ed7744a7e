SELECT t."arpent state", t."code", t."maj", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."maj", t."code", t."geom", t."nom", t."pop", t."l""x"
	FROM "public"."communes" AS t
	WHERE ((t."maj" > $1::timestamptz OR t."maj" IS NULL) OR t."maj" = $3::timestamptz AND (t."code" > $2::text))
	ORDER BY t."maj", t."code"
	LIMIT $4
) AS t
ORDER BY t."maj", t."code"
-- $1 = 2023-11-14 22:13:20.123456+00
-- $2 = 01001
-- $3 = 2023-11-14 22:13:20.123456+00
-- $4 = 10
