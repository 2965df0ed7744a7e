SELECT t."arpent state", t."code", t."pop"
FROM (
	SELECT t.tableoid::text AS "arpent state", t."code", t."pop"
	FROM "public"."communes" AS t
	ORDER BY t."code"
	LIMIT $1
) AS t
ORDER BY t."code"
-- $1 = 10
