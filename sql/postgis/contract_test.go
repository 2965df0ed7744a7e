package postgis

import (
	"context"
	"database/sql"
	"testing"

	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
	"github.com/arpent-geo/arpent/sql/storetest"
)

// outside is a store whose database is changed by another program too.
type outside struct {
	*Store
	dsn string
}

func (o outside) Exec(ctx context.Context, statement string) error {
	db, err := sql.Open("postgres", o.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		dsn := pgtest.Database(t)
		return outside{openStore(t, dsn, Options{}), dsn}
	})
}

// TestContractThroughPgBouncer runs it without prepared statements and session
// settings, as a pooler in transaction mode wants it.
func TestContractThroughPgBouncer(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		dsn := pgtest.Database(t)
		return outside{openStore(t, dsn+"&binary_parameters=yes", Options{}), dsn}
	})
}
