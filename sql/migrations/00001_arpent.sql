-- +goose Up

-- What the database does not say of a layer. One row a table; a load writes it,
-- people may.
CREATE TABLE arpent.arpent_layer (
	table_schema     text NOT NULL,
	table_name       text NOT NULL,
	title            text NOT NULL DEFAULT '',
	description      text NOT NULL DEFAULT '',
	keywords         json NOT NULL DEFAULT '[]',
	producer         text NOT NULL DEFAULT '',
	source           text NOT NULL DEFAULT '',
	licence          text NOT NULL DEFAULT '',
	standard         text NOT NULL DEFAULT '',
	standard_version text NOT NULL DEFAULT '',
	millesime        text NOT NULL DEFAULT '',
	id_column        text NOT NULL DEFAULT '',
	minzoom          smallint,
	maxzoom          smallint,
	-- Box of all geometries, longitude and latitude in degrees (OGC:CRS84).
	min_lon          double precision,
	min_lat          double precision,
	max_lon          double precision,
	max_lat          double precision,
	-- Kinds that PostgreSQL has no type for: {"column": "array"}.
	kinds            json NOT NULL DEFAULT '{}',
	-- Changes when a load puts new rows in place of the old ones.
	generation       bigint NOT NULL DEFAULT 1,
	updated          timestamptz,
	PRIMARY KEY (table_schema, table_name)
);

-- One row for each transaction that changed a tracked layer: the version of the
-- data is a digest of the rows that can be seen. No counter, which would make
-- writers wait for each other; no sequence, which is seen before its commit.
-- `started` keeps numbers of another cluster apart after a restore. Old rows are
-- folded into one (n, total), which leaves the digest as it is.
CREATE TABLE arpent.layer_version (
	layer   text        NOT NULL,
	xid     xid8        NOT NULL,
	started timestamptz NOT NULL,
	n       bigint      NOT NULL DEFAULT 1,
	total   numeric     NOT NULL,
	PRIMARY KEY (layer, xid, started)
);

-- +goose StatementBegin
CREATE FUNCTION arpent.touch_layer(name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	me xid8 := pg_current_xact_id();
BEGIN
	INSERT INTO arpent.layer_version (layer, xid, started, total)
	VALUES (name, me, transaction_timestamp(), hashtextextended(me::text || transaction_timestamp()::text, 0))
	ON CONFLICT DO NOTHING;

	-- Now and then, fold the rows whose fate every snapshot agrees on. Who does
	-- not get the lock leaves it to another; never where it could fail the
	-- writer's transaction.
	IF (me::text::numeric % 64) = 0 AND current_setting('transaction_isolation') = 'read committed'
		AND pg_try_advisory_xact_lock(1634889072, hashtext(name)) THEN
		WITH old AS (
			DELETE FROM arpent.layer_version
			WHERE layer = name AND xid < pg_snapshot_xmin(pg_current_snapshot())
			RETURNING xid, started, n, total
		)
		INSERT INTO arpent.layer_version (layer, xid, started, n, total)
		SELECT name, me, transaction_timestamp() - interval '1 microsecond', sum(n), sum(total) FROM old HAVING count(*) > 0
		ON CONFLICT (layer, xid, started) DO UPDATE
		SET n = layer_version.n + excluded.n, total = layer_version.total + excluded.total;
	END IF;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION arpent.touch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM arpent.touch_layer(TG_ARGV[0]);
	RETURN NULL;
END $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION arpent.touch_layer(text) FROM PUBLIC;

-- A node that only reads needs no more than this.
GRANT USAGE ON SCHEMA arpent TO PUBLIC;
GRANT SELECT ON arpent.arpent_layer, arpent.layer_version TO PUBLIC;

-- +goose Down
DROP FUNCTION arpent.touch() CASCADE;
DROP FUNCTION arpent.touch_layer(text);
DROP TABLE arpent.layer_version;
DROP TABLE arpent.arpent_layer;
