// Package pgtest gives each test a PostGIS database of its own.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/lib/pq"
)

// Database makes an empty database with PostGIS in the cluster that
// DATABASE_URL names, and drops it when the test ends. It returns its
// connection string. Without DATABASE_URL the test is skipped, and fails where
// CI is set: there no PostGIS test may be left out.
func Database(t testing.TB) string {
	t.Helper()
	base, name := cluster(t), randomName()
	admin := open(t, base)
	exec(t, admin, "CREATE DATABASE "+pq.QuoteIdentifier(name)+" TEMPLATE template0 ENCODING 'UTF8'")
	t.Cleanup(func() {
		exec(t, admin, "DROP DATABASE "+pq.QuoteIdentifier(name)+" WITH (FORCE)")
		_ = admin.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("DATABASE_URL must be a URL: %v", err)
	}
	u.Path = "/" + name
	db := open(t, u.String())
	defer db.Close()
	exec(t, db, "CREATE EXTENSION postgis")
	return u.String()
}

// Role makes a role that may log in, and drops it when the test ends. Ask for it
// before the database in which it gets rights, so that it outlives it.
func Role(t testing.TB) string {
	t.Helper()
	base, name := cluster(t), randomName()
	Exec(t, base, "CREATE ROLE "+pq.QuoteIdentifier(name)+" LOGIN")
	t.Cleanup(func() { Exec(t, base, "DROP ROLE "+pq.QuoteIdentifier(name)) })
	return name
}

func cluster(t testing.TB) string {
	t.Helper()
	base := os.Getenv("DATABASE_URL")
	if base == "" {
		const why = "DATABASE_URL is not set: no PostGIS test was run (make test starts a database)"
		if os.Getenv("CI") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return base
}

func randomName() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return "arpent_test_" + hex.EncodeToString(b[:])
}

// Exec runs statements in a database.
func Exec(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	db := open(t, dsn)
	defer db.Close()
	for _, s := range statements {
		exec(t, db, s)
	}
}

func open(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func exec(t testing.TB, db *sql.DB, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := db.ExecContext(ctx, text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
