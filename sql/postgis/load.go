package postgis

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
)

// A load waits for the table it replaces as long as this, and as often: people
// who edit come first.
const (
	swapLockTimeout = 5 * time.Second
	swapTries       = 3
)

// load is one load under way: one transaction on one connection.
type load struct {
	s      *Store
	conn   *sql.Conn
	layer  geo.Layer
	mode   geo.LoadMode
	srid   int
	target string // schema.table, quoted: what the layer is called at the end
	table  string // what COPY fills: the target, or a new table beside it
	old    *existing
	stmt   copier // COPY under way
	buf    []byte
	rows   int64
	xid    string
	ended  bool
}

// copier is lib/pq's COPY statement: it takes lines as they are, and ends by an
// Exec of nothing.
type copier interface {
	CopyData(ctx context.Context, lines string) (driver.Result, error)
	Exec([]driver.Value) (driver.Result, error)
	Close() error
}

// BeginLoad opens the transaction of a load, makes schema arpent if need be, and
// starts the COPY. See geo.Sink.
func (s *Store) BeginLoad(ctx context.Context, l *geo.Layer, mode geo.LoadMode) (geo.Load, error) {
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	ld := &load{s: s, layer: *l, mode: mode}
	if ld.layer.Schema == "" {
		ld.layer.Schema = "public"
	}
	if err := ld.check(); err != nil {
		return nil, err
	}
	ld.target = quoteIdent(ld.layer.Schema) + "." + quoteIdent(ld.layer.Table)
	var err error
	if ld.conn, err = s.loads.conn(ctx); err != nil {
		return nil, explain(ctx, "begin a load", err)
	}
	if err := ld.begin(ctx); err != nil {
		_ = ld.Rollback()
		return nil, ld.explain(ctx, "begin a load", err)
	}
	return ld, nil
}

func (ld *load) check() error {
	name := ld.layer.Table
	if name == "" || len(name) > 63 || strings.ContainsAny(name, "/\\?#%\x00") {
		return geo.Invalid("layer",
			geo.Text{FR: "« " + name + " » n'est pas un nom de couche", EN: strconv.Quote(name) + " is not a name for a layer"},
			geo.Text{FR: "1 à 63 octets, sans / \\ ? # %", EN: "1 to 63 bytes, without / \\ ? # %"})
	}
	if len(ld.layer.Key) > 1 || len(ld.layer.Key) == 1 && ld.layer.Property(ld.layer.Key[0]) == nil {
		return geo.Invalid("id",
			geo.Text{FR: "l'identifiant doit être une des colonnes chargées", EN: "the id must be one of the loaded columns"}, geo.Text{})
	}
	return nil
}

// begin takes the lock of the layer, looks at what is there, and starts to fill.
func (ld *load) begin(ctx context.Context) error {
	if err := ld.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := ld.lock(ctx); err != nil {
		return err
	}
	if err := ld.findSRID(ctx); err != nil {
		return err
	}
	var err error
	if ld.old, err = lookAt(ctx, ld.conn, ld.layer.Schema, ld.layer.Table); err != nil {
		return err
	}
	if err := ld.prepareTable(ctx); err != nil {
		return err
	}
	return ld.startCopy(ctx)
}

// lock keeps other loads of the layer out until the end of the transaction. It
// is tried for a second: the server takes a moment to notice that a load was
// killed.
func (ld *load) lock(ctx context.Context) error {
	const tries, pause = 10, 100 * time.Millisecond
	for range tries {
		var mine bool
		err := ld.conn.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock($1), pg_current_xact_id()::text`, loadKey(ld.target)).Scan(&mine, &ld.xid)
		if mine || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return conflict(ld.layer.Table, geo.Text{FR: "un autre chargement de cette couche est en cours", EN: "another load of this layer is under way"},
		geo.Text{FR: "attendez qu'il finisse", EN: "wait for it to end"})
}

// prepareTable decides which table is filled, and makes it.
func (ld *load) prepareTable(ctx context.Context) error {
	ld.table = ld.target
	switch {
	case ld.old == nil:
		ld.mode = geo.LoadCreate // nothing to replace or to add to
		return ld.createTable(ctx)
	case ld.mode == geo.LoadCreate:
		return conflict(ld.layer.Table, geo.Text{FR: "la table existe déjà", EN: "the table exists already"},
			geo.Text{FR: "--replace la remplace, --append la complète", EN: "--replace puts the file in its place, --append adds to it"})
	case ld.old.kind != "r":
		return conflict(ld.layer.Table, geo.Text{FR: "ce nom est celui d'une vue ou d'une table partitionnée", EN: "this name is that of a view or of a partitioned table"},
			geo.Text{FR: "choisissez un autre nom (--layer)", EN: "choose another name (--layer)"})
	case ld.mode == geo.LoadAppend:
		return ld.old.mustMatch(ld)
	}
	if ld.old.held == "" {
		ld.table = quoteIdent(ld.layer.Schema) + "." + quoteIdent(ld.besideName())
		return ld.createTable(ctx)
	}
	// What hangs on the table would be lost with it: the rows are replaced.
	if err := ld.old.mustMatch(ld); err != nil {
		return conflict(ld.layer.Table,
			geo.Text{FR: "des objets dépendent de la table (" + ld.old.held + "), et le fichier n'a pas les mêmes colonnes", EN: "objects depend on the table (" + ld.old.held + "), and the file has other columns"},
			geo.Text{FR: "supprimez-les d'abord, ou chargez sous un autre nom", EN: "drop them first, or load under another name"})
	}
	if err := ld.exec(ctx, "DELETE FROM "+ld.table); err != nil {
		return err
	}
	if ld.old.sequence != "" {
		return ld.exec(ctx, "ALTER SEQUENCE "+ld.old.sequence+" RESTART")
	}
	return nil
}

func (ld *load) createTable(ctx context.Context) error {
	l := &ld.layer
	cols := []string{}
	if len(l.Key) == 0 {
		cols = append(cols, `"fid" bigint GENERATED BY DEFAULT AS IDENTITY`)
	}
	if l.Geometry != geo.GeometryNone {
		cols = append(cols, quoteIdent(ld.geomColumn())+" "+geometryType(l, ld.srid))
	}
	for i := range l.Properties {
		p := &l.Properties[i]
		def := quoteIdent(p.Name) + " " + columnType(p.Kind)
		if len(l.Key) == 1 && l.Key[0] == p.Name {
			def += " NOT NULL"
		}
		cols = append(cols, def)
	}
	return ld.exec(ctx, "CREATE TABLE "+ld.table+" (\n\t"+strings.Join(cols, ",\n\t")+"\n)")
}

// besideName is what a new table is called until it takes the place of the old
// one. Discovery passes over such names.
func (ld *load) besideName() string {
	return "arpent_load_" + strconv.FormatUint(uint64(fnv32(ld.target)), 16)
}

// geomColumn is geom, unless an attribute has that name.
func (ld *load) geomColumn() string {
	if ld.old != nil && ld.table == ld.target {
		return ld.old.geom
	}
	for _, name := range []string{"geom", "geometry", "arpent_geom"} {
		if ld.layer.Property(name) == nil {
			return name
		}
	}
	return "arpent_geometry"
}

// columnType is the type that keeps a kind. Text sorts by code point, so that
// pages have one order whatever the locale of the server.
func columnType(k geo.Kind) string {
	switch k {
	case geo.KindBool:
		return "boolean"
	case geo.KindInt:
		return "bigint"
	case geo.KindReal:
		return "real"
	case geo.KindFloat:
		return "double precision"
	case geo.KindDecimal:
		return "numeric"
	case geo.KindDate:
		return "date"
	case geo.KindTimestamp:
		return "timestamp"
	case geo.KindTimestampTZ:
		return "timestamptz"
	case geo.KindUUID:
		return "uuid"
	case geo.KindBytes:
		return "bytea"
	case geo.KindJSON, geo.KindArray:
		return "jsonb"
	}
	return `text COLLATE "C"`
}

// startCopy begins the COPY, of columns by name. A table made in this very
// transaction takes rows already frozen, which no vacuum has to visit again.
func (ld *load) startCopy(ctx context.Context) error {
	var cols []string
	if ld.layer.Geometry != geo.GeometryNone {
		cols = append(cols, quoteIdent(ld.geomColumn()))
	}
	for i := range ld.layer.Properties {
		cols = append(cols, quoteIdent(ld.layer.Properties[i].Name))
	}
	text := "COPY " + ld.table + " (" + strings.Join(cols, ", ") + ") FROM STDIN"
	if ld.old == nil || ld.table != ld.target {
		text += " WITH (FREEZE)"
	}
	return ld.conn.Raw(func(dc any) error {
		stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, text)
		if err == nil {
			ld.stmt = stmt.(copier)
		}
		return err
	})
}

// Write adds a row.
func (ld *load) Write(ctx context.Context, row *geo.Row) error {
	if len(row.Values) != len(ld.layer.Properties) {
		return fmt.Errorf("write row %d: %d values for %d properties: %w", ld.rows+1, len(row.Values), len(ld.layer.Properties), geo.ErrInvalidInput)
	}
	var err error
	ld.rows++
	if ld.buf, err = appendCopyRow(ld.buf, row, ld.layer.Geometry != geo.GeometryNone, ld.srid); err != nil {
		return fmt.Errorf("write row %d: %w", ld.rows, err)
	}
	if len(ld.buf) < copyBuffer {
		ld.buf = append(ld.buf, '\n')
		return nil
	}
	return ld.flush(ctx)
}

// flush sends what is gathered; the driver adds the last line end.
func (ld *load) flush(ctx context.Context) error {
	if len(ld.buf) == 0 {
		return nil
	}
	err := ld.conn.Raw(func(any) error {
		_, err := ld.stmt.CopyData(ctx, asString(ld.buf))
		return err
	})
	ld.buf = ld.buf[:0]
	return ld.explain(ctx, "write rows", err)
}

// endCopy sends the rest and waits for the server to have taken everything.
func (ld *load) endCopy(ctx context.Context) error {
	if n := len(ld.buf); n > 0 && ld.buf[n-1] == '\n' {
		ld.buf = ld.buf[:n-1]
	}
	if err := ld.flush(ctx); err != nil {
		return err
	}
	stmt := ld.stmt
	ld.stmt = nil
	return ld.conn.Raw(func(any) error {
		_, err := stmt.Exec(nil)
		return err
	})
}

func (ld *load) exec(ctx context.Context, text string, args ...any) error {
	_, err := ld.conn.ExecContext(ctx, text, args...)
	return err
}

// Rollback undoes all, and frees the locks before it returns. It does nothing
// once the load has ended.
func (ld *load) Rollback() error {
	if ld.ended {
		return nil
	}
	ld.ended = true
	defer func() { _ = ld.conn.Close() }()
	ctx, cancel := context.WithTimeout(ld.s.life, ld.s.opts.SocketTimeout)
	defer cancel()
	// The server drops the transaction with its connection; asked first, its
	// locks are free when we return.
	return ld.conn.Raw(func(dc any) error {
		if ld.stmt != nil {
			_ = ld.stmt.Close()
		}
		if _, err := dc.(driver.ExecerContext).ExecContext(ctx, "ROLLBACK", nil); err != nil {
			return driver.ErrBadConn
		}
		return nil
	})
}

var copyLine = regexp.MustCompile(`^COPY [^,]+, line (\d+)`)

// explain adds to an error of the server the row of the file it is about.
func (ld *load) explain(ctx context.Context, doing string, err error) error {
	err = explain(ctx, doing, err)
	pe := pgError(err)
	if pe == nil {
		return err
	}
	where := ""
	if m := copyLine.FindStringSubmatch(pe.Where); m != nil {
		where = "row " + m[1]
	}
	var known *geo.Error
	switch pe.Code.Class() {
	case "22", "23", "XX": // the data: values, constraints, geometries that PostGIS refuses
		return &geo.Error{Kind: geo.ErrInvalidInput, Where: where, Err: err,
			Msg: geo.Text{FR: "la base refuse la donnée : " + plain(pe), EN: "the database refuses the data: " + plain(pe)}}
	}
	if errors.As(err, &known) && known.Where == "" {
		known.Where = where
	}
	return err
}

func plain(pe *pq.Error) string {
	if pe.Detail != "" {
		return pe.Message + " (" + pe.Detail + ")"
	}
	return pe.Message
}

func conflict(where string, msg, hint geo.Text) error {
	return &geo.Error{Kind: geo.ErrConflict, Where: where, Msg: msg, Hint: hint}
}

// loadKey is the number of the advisory lock that keeps loads of a table apart.
func loadKey(target string) int64 { return 0x6172_0000_0000 | int64(fnv32(target)) }

func fnv32(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // a hash takes everything
	return h.Sum32()
}
