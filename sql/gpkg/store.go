package gpkg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/gate"
)

// Options set a store; the zero value serves a file read and write.
type Options struct {
	ReadOnly bool                // no load; the file is never written
	Publish  []string            // table names or patterns (path.Match); none: all
	Exclude  []string            // patterns of "table" or "table.column"
	Layers   map[string]geo.Meta // settings by layer id, over arpent_layer
	MaxConns int                 // statements at once, 8
	Poll     time.Duration       // how often the file is looked at, 1 s
	Logger   *slog.Logger        // nil: none
}

const (
	defaultConns = 8
	defaultPoll  = time.Second
)

// Store reads and fills one GeoPackage. Safe for concurrent use.
//
// It follows its file: changed by another program, replaced by rename, removed
// and put back. While there is no good file, its catalogue stays and every
// reading returns geo.ErrUnavailable.
type Store struct {
	path  string
	o     Options
	log   *slog.Logger
	drv   *sqlite.Driver
	calls *calls
	gate  *gate.Gate

	state   atomic.Pointer[state]
	polling sync.Mutex // one look at the file at a time
	loading sync.Mutex // one load at a time
	wrote   atomic.Bool
	extents extents
	retired sync.WaitGroup // files being closed

	ctx  context.Context //nolint:containedctx // of the work in the background
	stop context.CancelFunc
	wake chan struct{}
	done chan struct{}
}

// state is what the last look at the file saw. It is never changed.
type state struct {
	file      *file // nil: no good file now
	err       error // why
	catalogue *catalogue
	version   geo.Version
	seen      sign
}

// Open opens a GeoPackage that exists. Errors: geo.ErrNotFound when there is
// no file, geo.ErrInvalidInput when it is no GeoPackage, geo.ErrUnavailable
// when it is damaged or locked. ctx is only for opening.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s, err := newStore(path, o)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(s.path); err != nil {
		return nil, missing(s.path, err)
	}
	st, err := s.look(ctx)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s.state.Store(st)
	s.start(ctx)
	return s, nil
}

// Create returns a store on a GeoPackage to be made. Nothing is written before
// the first load, which builds the file beside and puts it in place whole.
// Error: geo.ErrConflict when path exists.
func Create(ctx context.Context, path string) (*Store, error) {
	s, err := newStore(path, Options{})
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(s.path); !errors.Is(err, os.ErrNotExist) {
		return nil, &geo.Error{Kind: geo.ErrConflict, Where: path, Err: err,
			Msg: geo.Text{FR: "le fichier existe déjà", EN: "the file exists already"}}
	}
	s.state.Store(&state{catalogue: &catalogue{}, err: errNotMade(path)})
	s.start(ctx)
	return s, nil
}

func errNotMade(path string) error {
	return &geo.Error{Kind: geo.ErrUnavailable, Where: path,
		Msg: geo.Text{FR: "le fichier n'est pas encore fait", EN: "the file is not made yet"}}
}

func missing(path string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return &geo.Error{Kind: geo.ErrNotFound, Where: path, Err: err,
			Msg: geo.Text{FR: "le fichier n'existe pas", EN: "the file does not exist"}}
	}
	return fmt.Errorf("look at %s: %w", path, err)
}

func newStore(path string, o Options) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("locate %s: %w", path, err)
	}
	if o.MaxConns <= 0 {
		o.MaxConns = defaultConns
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Store{path: abs, o: o, log: o.Logger, calls: &calls{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	s.gate = gate.New(gate.Options{Slots: o.MaxConns})
	if s.drv, err = newDriver(s.calls); err != nil {
		return nil, err
	}
	return s, nil
}

// start looks at the file now and then, until Close.
func (s *Store) start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.ctx = ctx
	go func() {
		defer close(s.done)
		tick := time.NewTicker(s.o.Poll)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-s.wake:
			}
			s.refresh(ctx)
		}
	}()
}

// Close ends the background work and closes the file. A load under way must be
// ended before.
func (s *Store) Close() error {
	s.stop()
	<-s.done
	s.extents.wait()
	s.retired.Wait()
	s.polling.Lock()
	defer s.polling.Unlock()
	st := s.state.Load()
	s.state.Store(&state{catalogue: st.catalogue, err: geo.ErrUnavailable})
	if st.file == nil {
		return nil
	}
	return errors.Join(st.file.close(), s.tidy())
}

// tidy takes away the log of a file that a load of this store put in WAL mode:
// the last connection to close does, when it can write.
func (s *Store) tidy() error {
	if !s.wrote.Load() || !exists(s.path+"-wal") {
		return nil
	}
	db := openDB(s.drv, s.path, "rw", 1, nil)
	_, err := db.ExecContext(context.WithoutCancel(s.ctx), `PRAGMA wal_checkpoint(TRUNCATE)`)
	if isBusy(err) {
		err = nil // another program reads on, and will do it
	}
	return errors.Join(err, db.Close())
}

// Layers returns the published layers by id.
func (s *Store) Layers(context.Context) ([]*geo.Layer, error) {
	return s.state.Load().catalogue.layers, nil
}

// Layer returns the layer of that id, or geo.ErrNotFound.
func (s *Store) Layer(_ context.Context, id string) (*geo.Layer, error) {
	if t := s.state.Load().catalogue.tables[id]; t != nil {
		return t.layer, nil
	}
	return nil, fmt.Errorf("layer %q: %w", id, geo.ErrNotFound)
}

// Unpublished says what is not served, or served with a drawback, and why.
func (s *Store) Unpublished(context.Context) ([]geo.Unpublished, error) {
	return s.state.Load().catalogue.unpublished, nil
}

// Version returns the state of the file as last seen; all layers share it.
func (s *Store) Version(_ context.Context, l *geo.Layer) (geo.Version, error) {
	st := s.state.Load()
	if st.catalogue.tables[l.ID] == nil {
		return geo.Version{}, fmt.Errorf("version of %q: %w", l.ID, geo.ErrNotFound)
	}
	return st.version, nil
}

// Ping asks the file whether it can be read.
func (s *Store) Ping(ctx context.Context) error {
	f, _, err := s.current()
	if err != nil {
		return err
	}
	var n int
	return explain(ctx, "read "+s.path, f.db.QueryRowContext(ctx, `SELECT count(*) FROM gpkg_contents`).Scan(&n))
}

// current returns the open file, or why there is none.
func (s *Store) current() (*file, *state, error) {
	st := s.state.Load()
	if st.file == nil {
		return nil, nil, unavailable(s.path, st.err)
	}
	return st.file, st, nil
}

func unavailable(path string, cause error) error {
	return &geo.Error{Kind: geo.ErrUnavailable, Where: path, Err: cause,
		Msg: geo.Text{FR: "le fichier ne peut pas être lu pour l'instant", EN: "the file cannot be read now"}}
}

// table returns what the store knows of a layer.
func (st *state) table(l *geo.Layer) (*table, error) {
	if t := st.catalogue.tables[l.ID]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("layer %q: %w", l.ID, geo.ErrNotFound)
}

// suspect asks for a look at the file at once, after an error that tells that
// it is not as it was.
func (s *Store) suspect(err error) {
	if errors.Is(err, geo.ErrUnavailable) || errors.Is(err, geo.ErrNotFound) || errors.Is(err, geo.ErrChanged) {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}
