package postgis

// fingerprintSQL changes whenever something that discovery reads does. It reads
// system tables only, by the transaction that last wrote each of their rows
// (statistics are written in place and change nothing). $1: schemas.
const fingerprintSQL = `
WITH ns AS (SELECT oid, xmin FROM pg_namespace WHERE nspname = ANY($1::text[]) OR nspname = 'arpent'),
rel AS (SELECT c.oid, c.xmin FROM pg_class c JOIN ns ON c.relnamespace = ns.oid WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f'))
SELECT concat_ws('/', current_user,
	(SELECT sum(hashtextextended(oid || ':' || xmin::text, 0)) FROM ns),
	(SELECT sum(hashtextextended(oid || ':' || xmin::text, 0)) FROM rel),
	(SELECT sum(hashtextextended(a.attrelid || ':' || a.attnum || ':' || a.xmin::text, 0))
	   FROM pg_attribute a JOIN rel ON a.attrelid = rel.oid),
	(SELECT sum(hashtextextended(i.indexrelid || ':' || i.xmin::text, 0)) FROM pg_index i JOIN rel ON i.indrelid = rel.oid),
	(SELECT sum(hashtextextended(d.objoid || ':' || d.objsubid || ':' || d.xmin::text, 0))
	   FROM pg_description d JOIN rel ON d.objoid = rel.oid AND d.classoid = 'pg_class'::regclass),
	(SELECT sum(hashtextextended(t.oid || ':' || t.xmin::text, 0)) FROM pg_trigger t JOIN rel ON t.tgrelid = rel.oid),
	(SELECT sum(hashtextextended(r.oid || ':' || r.xmin::text, 0)) FROM pg_rewrite r JOIN rel ON r.ev_class = rel.oid),
	(SELECT sum(hashtextextended(roleid || ':' || member, 0)) FROM pg_auth_members),
	(SELECT string_agg(extname || extversion, ',' ORDER BY extname) FROM pg_extension))`

// relationsSQL gives one row for each readable column of each relation that may
// be published. Tables that belong to an extension are not (spatial_ref_sys,
// topology, tiger), nor are partitions: their parent is. $1: schemas.
const relationsSQL = `
SELECT n.nspname, c.relname, c.oid::bigint, c.relkind::text, c.reltuples::float8,
	COALESCE(obj_description(c.oid, 'pg_class'), ''),
	COALESCE((SELECT string_agg(r.xmin::text, ',') FROM pg_rewrite r WHERE r.ev_class = c.oid), ''),
	a.attname, a.attnum::bigint, a.xmin::text,
	COALESCE(NULLIF(b.typname, ''), t.typname), format_type(a.atttypid, a.atttypmod),
	COALESCE(b.typtype, t.typtype)::text || COALESCE(b.typcategory, t.typcategory)::text,
	(CASE WHEN b.oid IS NULL THEN a.atttypmod ELSE t.typtypmod END)::bigint,
	a.attnotnull,
	a.attidentity <> '' OR EXISTS (SELECT 1 FROM pg_depend d JOIN pg_class q ON q.oid = d.objid
		WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
		AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND q.relkind = 'S'),
	COALESCE(col_description(c.oid, a.attnum), ''), c.relfilenode::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
WHERE n.nspname = ANY($1::text[]) AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
AND c.relname NOT LIKE 'arpent\_load\_%'
AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname, a.attnum`

// indexesSQL gives the indexes that make a key or find geometries: relation,
// 'primary', 'unique' or 'spatial', columns in the order of the index.
const indexesSQL = `
SELECT i.indrelid::bigint,
	CASE WHEN m.amname <> 'btree' THEN 'spatial' WHEN i.indisprimary THEN 'primary' ELSE 'unique' END,
	(SELECT array_to_json(array_agg(a.attname ORDER BY k.at))::text
	   FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(num, at)
	   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am m ON m.oid = x.relam
WHERE n.nspname = ANY($1::text[]) AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
AND (m.amname IN ('gist', 'spgist', 'brin') OR m.amname = 'btree' AND i.indisunique AND i.indimmediate)
ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid`

// trackedSQL gives the tables that carry the trigger of arpent.touch, with the
// name under which it writes their versions.
const trackedSQL = `
SELECT t.tgrelid::bigint, convert_from(btrim(t.tgargs, '\x00'::bytea), 'UTF8')
FROM pg_trigger t
WHERE t.tgname = 'arpent_version' AND t.tgenabled IN ('O', 'A') AND t.tgfoid = to_regprocedure('arpent.touch()')`

// dependsSQL gives what each view reads: other relations, or 'opaque' when what
// it shows may change without any of its tables changing (a function of the
// user, the time, chance).
const dependsSQL = `
SELECT r.ev_class::bigint, d.refobjid::bigint,
	CASE WHEN d.refclassid = 'pg_proc'::regclass OR r.ev_action::text ~ 'SQLVALUEFUNCTION|:funcid (1299|1598|2647|2648|2649|274) '
		THEN 'opaque' ELSE c.relkind::text END
FROM pg_rewrite r
JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
JOIN pg_namespace n ON n.oid = v.relnamespace
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjid <> r.ev_class
LEFT JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
WHERE n.nspname = ANY($1::text[]) AND (c.oid IS NOT NULL OR d.refclassid = 'pg_proc'::regclass
	AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = d.refobjid AND e.deptype = 'e'))
GROUP BY 1, 2, 3`

const layersSQL = `
SELECT table_schema, table_name, title, description, keywords, producer, source, licence, standard, standard_version,
	millesime, id_column, minzoom::bigint, maxzoom::bigint, min_lon, min_lat, max_lon, max_lat, kinds, updated, xmin::text
FROM arpent.arpent_layer`

const srsSQL = `SELECT srid::bigint, COALESCE(auth_name, ''), COALESCE(auth_srid, 0)::bigint FROM spatial_ref_sys WHERE srid = ANY($1::int[])`
