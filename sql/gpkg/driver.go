package gpkg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// busyMillis is how long a statement waits for another process that writes.
const busyMillis = "5000"

// connector opens connections with the functions of one store.
type connector struct {
	drv *sqlite.Driver
	dsn string
}

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.drv.Open(c.dsn)
}

func (c *connector) Driver() driver.Driver { return c.drv }

// newDriver returns a driver of our own with the functions that GeoPackage
// triggers call (OGC 12-128r19, F.3) and those of Arpent, which find the call
// that they serve in calls.
func newDriver(calls *calls) (*sqlite.Driver, error) {
	// Reading the header of a file through a descriptor of our own must not drop
	// the locks that SQLite holds on it, as closing one does to POSIX locks.
	// Where the system has no such locks, the descriptor outlives the database.
	if !sqlite.OFDLockingEnabled() {
		_, _ = sqlite.OFDLocking(true)
	}
	drv := &sqlite.Driver{}
	for _, f := range calls.functions() {
		impl := &sqlite.FunctionImpl{
			NArgs: int32(f.args), Deterministic: f.pure, VolatileArgs: true,
			Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return f.do(args) },
		}
		if err := drv.RegisterFunction(f.name, impl); err != nil {
			return nil, fmt.Errorf("register function %s: %w", f.name, err)
		}
	}
	if err := drv.RegisterCollationUtf8("arpent_decimal", compareDecimals); err != nil {
		return nil, fmt.Errorf("register collation: %w", err)
	}
	return drv, nil
}

// openDB returns a pool on path, which opens nothing yet. mode is "ro", "rw"
// or "rwc"; query holds further parameters of the driver.
func openDB(drv *sqlite.Driver, path, mode string, maxConns int, query url.Values) *sql.DB {
	if query == nil {
		query = url.Values{}
	}
	query.Set("mode", mode)
	query.Add("_pragma", "busy_timeout("+busyMillis+")")
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a Windows drive
	}
	u := url.URL{Scheme: "file", Path: p, RawQuery: query.Encode()}
	db := sql.OpenDB(&connector{drv, u.String()})
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	return db
}

// ident quotes a name: the only way of an identifier into SQL here.
func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal quotes a text where SQL takes no parameter: in the body of a trigger.
func literal(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }
