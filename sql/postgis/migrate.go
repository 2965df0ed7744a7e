package postgis

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/migrations"
)

// versionTable is where goose writes which migrations were run.
const versionTable = "arpent.goose_db_version"

// migrationLock keeps two migrations of one database apart (a number of ours).
const migrationLock = 1634889071

// Migrate makes schema arpent, or brings it up to date. It refuses a schema
// that a later version of Arpent has made.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return s.refreshNow(ctx)
}

// refreshNow looks at the catalogue whatever was seen a moment ago.
func (s *Store) refreshNow(ctx context.Context) error {
	select {
	case s.look.turn <- struct{}{}:
		defer func() { <-s.look.turn }()
	case <-ctx.Done():
		return explain(ctx, "wait for the catalogue", ctx.Err())
	}
	return s.readCatalog(ctx)
}

func (s *Store) migrate(ctx context.Context) (err error) {
	const doing = "make schema arpent"
	conn, err := s.loads.conn(ctx)
	if err != nil {
		return explain(ctx, doing, err)
	}
	defer func() { _ = conn.Close() }()
	if _, err = conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return explain(ctx, doing, err)
	}
	defer func() {
		if _, e := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, migrationLock); e != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // closing the connection unlocks
		}
	}()
	provider, err := goose.NewProvider(goose.DialectPostgres, s.loads.db, migrations.FS,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if done, err := upToDate(ctx, conn, provider); done || err != nil {
		return explain(ctx, doing, err)
	}
	// Not CREATE SCHEMA IF NOT EXISTS: it wants the right to create even then.
	if _, err = conn.ExecContext(ctx, `DO $$ BEGIN
		IF to_regnamespace('arpent') IS NULL THEN CREATE SCHEMA arpent; END IF; END $$`); err != nil {
		return explain(ctx, doing, err)
	}
	if _, err = provider.Up(ctx); err != nil {
		return explain(ctx, doing, err)
	}
	return nil
}

// upToDate reports whether every migration was run, and refuses a schema of the
// future.
func upToDate(ctx context.Context, conn *sql.Conn, provider *goose.Provider) (bool, error) {
	var there bool
	if err := conn.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&there); err != nil || !there {
		return false, err
	}
	var version int64
	err := conn.QueryRowContext(ctx, `SELECT COALESCE(max(version_id) FILTER (WHERE is_applied), 0) FROM `+versionTable).Scan(&version)
	if err != nil {
		return false, err
	}
	sources := provider.ListSources()
	latest := sources[len(sources)-1].Version
	if version > latest {
		return false, &geo.Error{Kind: geo.ErrConflict, Where: "arpent",
			Msg:  geo.Text{FR: "le schéma arpent a été fait par une version plus récente d'Arpent", EN: "schema arpent was made by a later version of Arpent"},
			Hint: geo.Text{FR: "mettez Arpent à jour", EN: "update Arpent"}}
	}
	return version == latest, nil
}

// Track makes Arpent follow the changes of a layer whose table it did not make:
// a trigger on the table and its partitions, on all tables that a view reads.
func (s *Store) Track(ctx context.Context, layerID string) error {
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	l, err := s.Layer(ctx, layerID)
	if err != nil {
		return err
	}
	t, err := s.table(l)
	if err != nil {
		return err
	}
	doing := "track layer " + layerID
	tx, err := s.loads.db.BeginTx(ctx, nil)
	if err != nil {
		return explain(ctx, doing, err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	names, err := trackable(ctx, tx, t)
	if err != nil {
		return explain(ctx, doing, err)
	}
	for _, n := range names {
		if err := createTrigger(ctx, tx, n.schema, n.table, n.version); err != nil {
			return explain(ctx, doing, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return explain(ctx, doing, err)
	}
	return s.refreshNow(ctx)
}

// tracked is a table and the name under which its changes are written.
type trackedTable struct{ schema, table, version, kind string }

// trackable finds the tables behind a layer: itself, what a view reads, all
// partitions with them.
func trackable(ctx context.Context, tx *sql.Tx, t *table) ([]trackedTable, error) {
	rows, err := tx.QueryContext(ctx, `
WITH RECURSIVE base AS (
	SELECT $1::bigint::oid AS oid
	UNION
	SELECT d.refobjid FROM base JOIN pg_rewrite r ON r.ev_class = base.oid
	JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
), tables AS (
	SELECT c.oid, n.nspname || '.' || c.relname AS version FROM base
	JOIN pg_class c ON c.oid = base.oid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind <> 'v'
	UNION
	SELECT i.inhrelid, tables.version FROM tables JOIN pg_inherits i ON i.inhparent = tables.oid
)
SELECT n.nspname, c.relname, tables.version, c.relkind::text
FROM tables JOIN pg_class c ON c.oid = tables.oid JOIN pg_namespace n ON n.oid = c.relnamespace`, t.oid)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []trackedTable
	for rows.Next() {
		var n trackedTable
		if err := rows.Scan(&n.schema, &n.table, &n.version, &n.kind); err != nil {
			return nil, err
		}
		if n.kind != "r" && n.kind != "p" {
			return nil, &geo.Error{Kind: geo.ErrInvalidInput, Where: n.schema + "." + n.table,
				Msg: geo.Text{FR: "seules les tables peuvent être suivies", EN: "only tables can be tracked"}}
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// execer is what runs a statement: a transaction, a connection.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// createTrigger makes a table write its changes under the name version.
func createTrigger(ctx context.Context, tx execer, schema, table, version string) error {
	on := quoteIdent(schema) + "." + quoteIdent(table)
	_, err := tx.ExecContext(ctx, `DROP TRIGGER IF EXISTS arpent_version ON `+on)
	if err != nil {
		return err
	}
	// A trigger takes no bound parameter.
	_, err = tx.ExecContext(ctx, `CREATE TRIGGER arpent_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON `+on+
		` FOR EACH STATEMENT EXECUTE FUNCTION arpent.touch(`+pq.QuoteLiteral(version)+`)`)
	return err
}
