package postgis

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

func tagOf(t *testing.T, s *Store, id string) string {
	t.Helper()
	if err := s.pollVersions(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := s.Version(t.Context(), layer(t, s, id))
	if err != nil {
		t.Fatal(err)
	}
	return v.Tag
}

// TestVersions: changes made by others, commits out of order, rollbacks; two
// nodes agree.
func TestVersions(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `CREATE TABLE foreign_table (id int PRIMARY KEY, geom geometry(Point, 2154)); INSERT INTO foreign_table VALUES (1, NULL);
CREATE TABLE parts (id int PRIMARY KEY, geom geometry(Point, 2154)) PARTITION BY RANGE (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE VIEW ensemble AS SELECT id, geom FROM foreign_table UNION ALL SELECT id, geom FROM parts;
CREATE VIEW horloge AS SELECT id, geom, now() AS t FROM foreign_table`)
	a, b := openStore(t, dsn, Options{}), openStore(t, dsn, Options{})
	if tag := tagOf(t, a, "foreign_table"); tag != "" {
		t.Errorf("not tracked, yet %q", tag)
	}
	if err := a.Track(t.Context(), "ensemble"); err != nil {
		t.Fatal(err)
	}
	if err := b.refreshNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	step := func(what, id string, moves bool) {
		t.Helper()
		one, two := tagOf(t, a, id), tagOf(t, b, id)
		if one != two || one == "" {
			t.Errorf("%s: nodes have %q and %q", what, one, two)
		}
		if seen[id] != "" && (one != seen[id]) != moves {
			t.Errorf("%s: version moved: %v", what, one != seen[id])
		}
		seen[id] = one
	}
	for _, id := range []string{"foreign_table", "parts", "ensemble"} {
		step("start", id, true)
	}
	if tag := tagOf(t, a, "horloge"); tag != "" {
		t.Errorf("a view of the time has version %q", tag)
	}
	pgtest.Exec(t, dsn, `UPDATE foreign_table SET id = 2`)
	step("update", "foreign_table", true)
	step("update of the other", "parts", false)
	step("update under the view", "ensemble", true)
	pgtest.Exec(t, dsn, `INSERT INTO parts_1 VALUES (3, NULL)`)
	step("a partition", "parts", true)

	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	early := begin(t, db, `INSERT INTO foreign_table VALUES (10, NULL)`)
	late := begin(t, db, `INSERT INTO foreign_table VALUES (11, NULL)`)
	step("nothing committed", "foreign_table", false)
	end(t, late.Commit())
	step("the later one commits first", "foreign_table", true)
	end(t, early.Commit())
	step("then the earlier one", "foreign_table", true)
	end(t, begin(t, db, `DELETE FROM foreign_table`).Rollback())
	step("a rollback", "foreign_table", false)
	pgtest.Exec(t, dsn, `TRUNCATE foreign_table`)
	step("truncate", "foreign_table", true)
	pgtest.Exec(t, dsn, `COMMENT ON TABLE foreign_table IS 'autrement'`)
	end(t, a.refreshNow(t.Context()))
	end(t, b.refreshNow(t.Context()))
	step("another description", "foreign_table", true)
}

func begin(t *testing.T, db *sql.DB, statement string) *sql.Tx {
	t.Helper()
	tx, err := db.Begin()
	if err == nil {
		_, err = tx.Exec(statement)
	}
	end(t, err)
	return tx
}

func end(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestHostsDisagree(t *testing.T) {
	seen := map[string]string{"a": "1", "b": "1", "c": "1"}
	disagree(seen, map[string]string{"a": "1", "b": "2", "d": "1"})
	tags := map[string]bool{}
	for name, want := range map[string]bool{"a": true, "b": false, "c": false, "d": false, "never changed": true} {
		tag := (&table{tracked: []string{name}}).tag(seen)
		if (tag != "") != want {
			t.Errorf("%s: tag %q", name, tag)
		}
		tags[tag] = true
	}
	if len(tags) != 3 {
		t.Errorf("tags %v", tags)
	}
}

// TestVersionsAreFolded: many changes leave few rows, and folding them changes
// no version.
func TestVersionsAreFolded(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 3)
	db, err := sql.Open("postgres", dsn)
	end(t, err)
	defer db.Close()
	tags := map[string]bool{}
	for i := range 200 {
		_, err := db.Exec(`UPDATE lieux SET n = $1`, i)
		end(t, err)
		tags[tagOf(t, s, "lieux")] = true
	}
	if len(tags) != 200 {
		t.Errorf("%d versions of 200 changes", len(tags))
	}
	var rows, n int
	end(t, db.QueryRow(`SELECT count(*), sum(n) FROM arpent.layer_version`).Scan(&rows, &n))
	if rows > 130 || n != 201 {
		t.Errorf("%d rows stand for %d changes", rows, n)
	}
}

// Fault 38: a change made by psql is seen within 2 s, without a call for it.
func TestChangeIsSeen(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 3)
	l := layer(t, s, "lieux")
	before, _ := s.Version(context.Background(), l)
	pgtest.Exec(t, dsn, `UPDATE lieux SET n = 12`)
	start := time.Now()
	eventually(t, "the version moves", func() bool { v, _ := s.Version(context.Background(), l); return v.Tag != before.Tag })
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("seen after %v", took)
	}
}

func TestMigrateTwiceAndFuture(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	end(t, s.Migrate(t.Context()))
	end(t, s.Migrate(t.Context()))
	pgtest.Exec(t, dsn, fmt.Sprintf(`INSERT INTO %s (version_id, is_applied) VALUES (999, true)`, versionTable))
	if err := s.Migrate(t.Context()); err == nil || !contains(err.Error(), "later version") {
		t.Errorf("a schema of the future: %v", err)
	}
	if _, err := s.BeginLoad(t.Context(), places(), geo.LoadCreate); err == nil {
		t.Error("a load into a schema of the future")
	}
	if _, err := s.Layers(t.Context()); err != nil {
		t.Errorf("reading beside a schema of the future: %v", err)
	}
}
