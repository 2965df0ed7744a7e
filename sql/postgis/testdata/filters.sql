-- nom = 'a' OR NOT (vrai AND pop IS NULL)
((t."nom" = $1::text) OR (NOT (t."vrai" AND (t."pop" IS NULL))))
-- $1 = a
-- nom < 'a'
(t."nom" COLLATE "C" < $1::text COLLATE "C")
-- $1 = a
-- nom = code
(t."nom" COLLATE "C" = t."code" COLLATE "C")
-- dep = '01'
(t."dep" = $1::bpchar)
-- $1 = 01
-- uid = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'
(t."uid" = $1::uuid)
-- $1 = 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b
-- nom LIKE 'Saint%'
(t."nom" LIKE $1::text)
-- $1 = Saint%
-- dep LIKE '0_'
(t."dep"::text COLLATE "C" LIKE $1::text)
-- $1 = 0_
-- pop > 1.5
(t."pop" > $1::double precision)
-- $1 = 1.5
-- pop > 1 AND prix > 1 AND surf > 1 AND haut > 0.1 AND surf > haut
((t."pop" > $1::bigint) AND (t."prix" > $2::bigint) AND (t."surf" > $3::double precision) AND (t."haut" > $4::real) AND (t."surf" > t."haut"))
-- $1 = 1
-- $2 = 1
-- $3 = 1
-- $4 = 0.1
-- pop IN (1, 2)
(t."pop" IN ($1::bigint, $2::bigint))
-- $1 = 1
-- $2 = 2
-- pop IN (1, 2.5)
((t."pop" = $1::bigint) OR (t."pop" = $2::double precision))
-- $1 = 1
-- $2 = 2.5
-- pop BETWEEN 1 AND 2.5
((t."pop" >= $1::bigint) AND (t."pop" <= $2::double precision))
-- $1 = 1
-- $2 = 2.5
-- surf * 2 BETWEEN 1 AND 2.5
((CASE WHEN abs(t."surf") >= 'Infinity' OR abs($1::double precision) >= 'Infinity' THEN NULL WHEN abs(t."surf") >= 1 AND abs($1::double precision) >= 1 THEN (CASE WHEN abs(t."surf") * '7.458340731200207e-155'::double precision * (abs($1::double precision) * '7.458340731200207e-155'::double precision) < 1 THEN t."surf" * $1::double precision END) WHEN abs(t."surf") >= 1 OR abs($1::double precision) >= 1 OR abs(t."surf") >= 1e-150 AND abs($1::double precision) >= 1e-150 THEN t."surf" * $1::double precision WHEN abs(t."surf") * '4.4989137945431964e+161'::double precision * (abs($1::double precision) * '8.997827589086393e+161'::double precision) <= 1 THEN 0 ELSE t."surf" * $1::double precision END) BETWEEN $2::double precision AND $3::double precision)
-- $1 = 2
-- $2 = 1
-- $3 = 2.5
-- nom IN ('a', 'b')
(t."nom" IN ($1::text, $2::text))
-- $1 = a
-- $2 = b
-- vrai = true
(t."vrai" = $1::boolean)
-- $1 = true
-- pop + 1 > 2 * 3
((t."pop"::double precision + $1::double precision) > $2::double precision)
-- $1 = 1
-- $2 = 6
-- surf + pop > 1
((CASE WHEN abs(t."surf") >= 'Infinity' OR abs(t."pop"::double precision) >= 'Infinity' THEN NULL WHEN abs(t."surf") < 1 OR abs(t."pop"::double precision) < 1 OR abs(t."surf") < '8.98846567431158e+307'::double precision AND abs(t."pop"::double precision) < '8.98846567431158e+307'::double precision THEN t."surf" + t."pop"::double precision WHEN abs(t."surf" * 0.5 + t."pop"::double precision * 0.5) < '8.98846567431158e+307'::double precision THEN t."surf" + t."pop"::double precision END) > $1::double precision)
-- $1 = 1
-- pop / 3 = 1
((t."pop"::double precision / NULLIF($1::double precision, 0)) = $2::double precision)
-- $1 = 3
-- $2 = 1
-- prix / pop > 1
((SELECT (CASE WHEN abs(t."pop"::double precision) = 'Infinity' AND abs(x1.a0) < 'Infinity' THEN 0 WHEN abs(x1.a0) >= 'Infinity' OR abs(t."pop"::double precision) >= 'Infinity' THEN NULL WHEN t."pop"::double precision = 0 THEN NULL WHEN abs(t."pop"::double precision) >= 1 THEN (CASE WHEN abs(x1.a0) < 1 AND abs(x1.a0) * '4.4989137945431964e+161'::double precision <= abs(t."pop"::double precision) * '1.1113793747425387e-162'::double precision THEN 0 ELSE x1.a0 / t."pop"::double precision END) WHEN abs(x1.a0) >= 1e-150 AND abs(x1.a0) * '7.458340731200207e-155'::double precision >= abs(t."pop"::double precision) * '1.3407807929942597e+154'::double precision THEN NULL ELSE x1.a0 / t."pop"::double precision END) FROM (SELECT (CASE WHEN abs(t."prix") > 1.797e308 THEN NULL WHEN abs(t."prix") < 1e-323 THEN 0 ELSE t."prix" END)::double precision AS a0 OFFSET 0) AS x1) > $1::double precision)
-- $1 = 1
-- pop % 7 = 1
((SELECT (CASE WHEN abs(t."pop"::double precision) >= 'Infinity' OR abs(x3.a0) >= 'Infinity' THEN NULL WHEN abs(t."pop"::double precision) < 1 OR abs(x3.a0) < 1 OR abs(t."pop"::double precision) < '8.98846567431158e+307'::double precision AND abs(x3.a0) < '8.98846567431158e+307'::double precision THEN t."pop"::double precision - x3.a0 WHEN abs(t."pop"::double precision * 0.5 - x3.a0 * 0.5) < '8.98846567431158e+307'::double precision THEN t."pop"::double precision - x3.a0 END) FROM (SELECT (SELECT (CASE WHEN abs($1::double precision) >= 'Infinity' OR abs(x2.a0) >= 'Infinity' THEN NULL WHEN abs($1::double precision) >= 1 AND abs(x2.a0) >= 1 THEN (CASE WHEN abs($1::double precision) * '7.458340731200207e-155'::double precision * (abs(x2.a0) * '7.458340731200207e-155'::double precision) < 1 THEN $1::double precision * x2.a0 END) WHEN abs($1::double precision) >= 1 OR abs(x2.a0) >= 1 OR abs($1::double precision) >= 1e-150 AND abs(x2.a0) >= 1e-150 THEN $1::double precision * x2.a0 WHEN abs($1::double precision) * '4.4989137945431964e+161'::double precision * (abs(x2.a0) * '8.997827589086393e+161'::double precision) <= 1 THEN 0 ELSE $1::double precision * x2.a0 END) FROM (SELECT trunc((CASE WHEN abs($1::double precision) = 'Infinity' AND abs(t."pop"::double precision) < 'Infinity' THEN 0 WHEN abs(t."pop"::double precision) >= 'Infinity' OR abs($1::double precision) >= 'Infinity' THEN NULL WHEN $1::double precision = 0 THEN NULL WHEN abs($1::double precision) >= 1 THEN (CASE WHEN abs(t."pop"::double precision) < 1 AND abs(t."pop"::double precision) * '4.4989137945431964e+161'::double precision <= abs($1::double precision) * '1.1113793747425387e-162'::double precision THEN 0 ELSE t."pop"::double precision / $1::double precision END) WHEN abs(t."pop"::double precision) >= 1e-150 AND abs(t."pop"::double precision) * '7.458340731200207e-155'::double precision >= abs($1::double precision) * '1.3407807929942597e+154'::double precision THEN NULL ELSE t."pop"::double precision / $1::double precision END)) AS a0 OFFSET 0) AS x2) AS a0 OFFSET 0) AS x3) = $2::double precision)
-- $1 = 7
-- $2 = 1
-- surf ^ 2 > 1
((CASE WHEN $1::double precision = 0 OR t."surf" = 1 THEN 1 WHEN $1::double precision = 1 AND abs(t."surf") < 'Infinity' THEN t."surf" WHEN t."surf" = 'NaN' OR $1::double precision = 'NaN' THEN NULL WHEN t."surf" = 0 THEN (CASE WHEN $1::double precision > 0 THEN 0 END) WHEN abs(t."surf") = 'Infinity' THEN (CASE WHEN $1::double precision < 0 THEN 0 END) WHEN t."surf" < 0 AND $1::double precision <> trunc($1::double precision) THEN NULL WHEN t."surf" = -1 THEN power(t."surf", $1::double precision) WHEN abs($1::double precision) >= 1e20 THEN (CASE WHEN (abs(t."surf") > 1) <> ($1::double precision > 0) THEN 0 END) WHEN $1::double precision * ln(abs(t."surf")) >= 709.7827128933 THEN NULL WHEN $1::double precision * ln(abs(t."surf")) <= -745.1332191 THEN 0 ELSE power(t."surf", $1::double precision) END) > $2::double precision)
-- $1 = 2
-- $2 = 1
-- maj > TIMESTAMP('2024-01-31T12:00:00Z')
(t."maj" > $1::timestamptz)
-- $1 = 2024-01-31 12:00:00.000000+00
-- jour = DATE('2024-01-31')
(t."jour" = $1::date)
-- $1 = 2024-01-31
-- jour < maj
(t."jour" < (t."maj" AT TIME ZONE 'UTC'))
-- local < maj
(t."local" < (t."maj" AT TIME ZONE 'UTC'))
-- local > TIMESTAMP('2024-01-31T12:00:00Z')
(t."local" > $1::timestamp)
-- $1 = 2024-01-31 12:00:00.000000
-- maj > DATE('2024-01-31')
(t."maj" > $1::timestamptz)
-- $1 = 2024-01-31 00:00:00.000000+00
-- T_INTERSECTS(maj, INTERVAL('2024-01-01', '..'))
((t."maj" <= $1::timestamptz AND t."maj" >= $2::timestamptz) AND t."maj" IS NOT NULL)
-- $1 = infinity
-- $2 = 2024-01-01 00:00:00.000000+00
-- T_INTERSECTS(INTERVAL(maj, fin), INTERVAL('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z'))
((t."maj" <= $1::timestamptz AND t."fin" >= $2::timestamptz) AND t."maj" IS NOT NULL AND t."fin" IS NOT NULL)
-- $1 = 2024-02-01 00:00:00.000000+00
-- $2 = 2024-01-01 00:00:00.000000+00
-- NOT T_DURING(INTERVAL(maj, fin), INTERVAL('2024-01-01T00:00:00Z', '..'))
(NOT (CASE WHEN t."maj" IS NULL OR t."fin" IS NULL THEN NULL ELSE (t."maj" > $1::timestamptz AND t."fin" < $2::timestamptz) END))
-- $1 = 2024-01-01 00:00:00.000000+00
-- $2 = infinity
-- T_AFTER(jour, DATE('2024-01-31'))
(t."jour" > $1::date)
-- $1 = 2024-01-31
-- T_EQUALS(jour, local)
(((CASE WHEN t."jour" >= '294000-01-01' THEN 'infinity' ELSE t."jour"::timestamp END) = t."local" AND ((CASE WHEN t."jour" >= '294000-01-01' THEN 'infinity' ELSE t."jour"::timestamp END) + interval '86399.999999 seconds') = t."local") AND t."jour" IS NOT NULL AND t."local" IS NOT NULL)
-- CASEI(nom) = CASEI('Évreux')
((CASE WHEN octet_length(t."nom") = char_length(t."nom") THEN lower(t."nom" COLLATE "C") ELSE normalize((SELECT (CASE WHEN x2.a0 COLLATE "C" !~ '[^\u0001-\u017F]' THEN translate(x2.a0, $1::text, $2::text) ELSE translate(x2.a0, $3::text, $4::text) END) FROM (SELECT replace(replace(normalize(t."nom", NFC), 'ß', 'ss'), 'ẞ', 'ss') AS a0 OFFSET 0) AS x2), NFC) END) COLLATE "C" = $5::text COLLATE "C")
-- $1 = 122 letters
-- $2 = 122 letters
-- $3 = 1456 letters
-- $4 = 1456 letters
-- $5 = évreux
-- ACCENTI(nom) LIKE ACCENTI('É%')
((CASE WHEN octet_length(t."nom") = char_length(t."nom") THEN t."nom" ELSE normalize(replace(replace(replace(replace(replace(replace(translate(normalize(t."nom", NFD), $1::text, $2::text), 'Æ', 'AE'), 'ß', 'ss'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ẞ', 'SS'), NFC) END) COLLATE "C" LIKE $3::text)
-- $1 = 121 letters
-- $2 = OoDdHhiLl
-- $3 = E%
-- ACCENTI(CASEI(nom)) = 'evreux'
((SELECT (CASE WHEN octet_length(x3.a0) = char_length(x3.a0) THEN x3.a0 ELSE normalize(replace(replace(replace(replace(replace(replace(translate(normalize(x3.a0, NFD), $5::text, $6::text), 'Æ', 'AE'), 'ß', 'ss'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ẞ', 'SS'), NFC) END) FROM (SELECT (CASE WHEN octet_length(t."nom") = char_length(t."nom") THEN lower(t."nom" COLLATE "C") ELSE normalize((SELECT (CASE WHEN x2.a0 COLLATE "C" !~ '[^\u0001-\u017F]' THEN translate(x2.a0, $1::text, $2::text) ELSE translate(x2.a0, $3::text, $4::text) END) FROM (SELECT replace(replace(normalize(t."nom", NFC), 'ß', 'ss'), 'ẞ', 'ss') AS a0 OFFSET 0) AS x2), NFC) END) AS a0 OFFSET 0) AS x3) COLLATE "C" = $7::text COLLATE "C")
-- $1 = 122 letters
-- $2 = 122 letters
-- $3 = 1456 letters
-- $4 = 1456 letters
-- $5 = 121 letters
-- $6 = OoDdHhiLl
-- $7 = evreux
-- UPPER(nom) = 'A'
((CASE WHEN octet_length(t."nom") = char_length(t."nom") THEN upper(t."nom" COLLATE "C") WHEN t."nom" COLLATE "C" !~ '[^\u0001-\u017F]' THEN translate(t."nom", $1::text, $2::text) ELSE translate(t."nom", $3::text, $4::text) END) COLLATE "C" = $5::text COLLATE "C")
-- $1 = 121 letters
-- $2 = 121 letters
-- $3 = 1450 letters
-- $4 = 1450 letters
-- $5 = A
-- YEAR(maj) = 2024
((SELECT (CASE WHEN isfinite(x1.a0) THEN date_part('year', x1.a0) + (CASE WHEN date_part('year', x1.a0) < 0 THEN 1 ELSE 0 END) END) FROM (SELECT (t."maj" AT TIME ZONE 'UTC') AS a0 OFFSET 0) AS x1) = $1::double precision)
-- $1 = 2024
-- S_INTERSECTS(geom, POINT(2 48))
(t."geom" && ST_GeomFromEWKB($1) AND ST_Intersects((CASE WHEN ST_IsValid(t."geom") THEN t."geom" ELSE ST_MakeValid(t."geom") END), ST_GeomFromEWKB($1)))
-- $1 = 25 bytes of EWKB
-- S_WITHIN(geom, BBOX(2, 48, 3, 49))
(t."geom" && ST_GeomFromEWKB($1) AND ST_Within((CASE WHEN ST_IsValid(t."geom") THEN t."geom" ELSE ST_MakeValid(t."geom") END), ST_GeomFromEWKB($1)))
-- $1 = 2218 bytes of EWKB
-- S_TOUCHES(CENTROID(geom), geom)
ST_Touches((CASE WHEN NOT ST_IsEmpty(t."geom") THEN ST_Centroid(t."geom") END), (CASE WHEN ST_IsValid(t."geom") THEN t."geom" ELSE ST_MakeValid(t."geom") END))
-- AREA(geom) > 1
((CASE WHEN NOT ST_IsEmpty(t."geom") THEN ST_Area(t."geom") END) > $1::double precision)
-- $1 = 1
-- LENGTH(geom) > 1
((CASE WHEN NOT ST_IsEmpty(t."geom") THEN (ST_Length(t."geom") + ST_Perimeter(t."geom")) END) > $1::double precision)
-- $1 = 1
-- S_DWITHIN(geom, POINT(2 48), 100)
(CASE WHEN NOT ST_IsEmpty(ST_GeomFromEWKB($1)) AND NOT ST_IsEmpty(t."geom") THEN ST_Distance(ST_GeomFromEWKB($1), t."geom") <= $2::double precision END)
-- $1 = 25 bytes of EWKB
-- $2 = 100
-- A_CONTAINS("l""x", ('a', 1))
(SELECT (CASE WHEN x3.a0 IS NOT NULL AND x3.a1 IS NOT NULL THEN NOT EXISTS (SELECT jsonb_array_elements(x3.a1) EXCEPT SELECT jsonb_array_elements(x3.a0)) END) FROM (SELECT (SELECT (CASE WHEN jsonb_typeof(x1.a0) = 'array' THEN COALESCE((SELECT jsonb_agg(CASE WHEN jsonb_typeof(m.v) = 'number' THEN COALESCE(to_jsonb((CASE WHEN abs((m.v #>> '{}')::numeric) > 1.797e308 THEN NULL WHEN abs((m.v #>> '{}')::numeric) < 1e-323 THEN 0 ELSE (m.v #>> '{}')::numeric END)::double precision), m.v) ELSE m.v END ORDER BY m.i) FROM jsonb_array_elements(CASE WHEN jsonb_typeof(x1.a0) = 'array' THEN x1.a0 END) WITH ORDINALITY AS m(v, i)), '[]') END) FROM (SELECT array_to_json(t."l""x")::jsonb AS a0 OFFSET 0) AS x1) AS a0, (SELECT (CASE WHEN jsonb_typeof(x2.a0) = 'array' THEN COALESCE((SELECT jsonb_agg(CASE WHEN jsonb_typeof(m.v) = 'number' THEN COALESCE(to_jsonb((CASE WHEN abs((m.v #>> '{}')::numeric) > 1.797e308 THEN NULL WHEN abs((m.v #>> '{}')::numeric) < 1e-323 THEN 0 ELSE (m.v #>> '{}')::numeric END)::double precision), m.v) ELSE m.v END ORDER BY m.i) FROM jsonb_array_elements(CASE WHEN jsonb_typeof(x2.a0) = 'array' THEN x2.a0 END) WITH ORDINALITY AS m(v, i)), '[]') END) FROM (SELECT ('[]'::jsonb || jsonb_build_array($1::jsonb, $2::jsonb)) AS a0 OFFSET 0) AS x2) AS a1 OFFSET 0) AS x3)
-- $1 = "a"
-- $2 = 1
