SELECT t."arpent state", t.ctid::text, ST_AsBinary(t."geom"), t."code", t."nom", t."pop", t."maj", array_to_json(t."l""x")::text
FROM (
	SELECT t.tableoid::text AS "arpent state", t.ctid, t."geom", t."code", t."nom", t."pop", t."maj", t."l""x"
	FROM "public"."communes" AS t
	WHERE (t.ctid > $1::tid)
	ORDER BY t.ctid
	LIMIT $2
) AS t
ORDER BY t.ctid
-- $1 = (3,14)
-- $2 = 10
