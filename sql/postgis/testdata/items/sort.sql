SELECT t."arpent state", t."code", t."pop", t."nom", ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t."pop", t."nom", t."code", t."geom", t."maj", t."l""x"
	FROM "public"."communes" AS t
	WHERE (t."pop" <= $4::bigint AND (t."pop" < $1::bigint OR t."pop" = $3::bigint AND (t."nom" IS NULL AND (t."code" > $2::text))))
	ORDER BY t."pop" DESC, t."nom", t."code"
	LIMIT $5
) AS t
ORDER BY t."pop" DESC, t."nom", t."code"
-- $1 = 12
-- $2 = 01001
-- $3 = 12
-- $4 = 12
-- $5 = 10
