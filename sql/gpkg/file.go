package gpkg

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// file is one file behind the path, opened for reading.
type file struct {
	db   *sql.DB
	pin  *sql.Conn // held for PRAGMA data_version, which is that of a connection
	raw  *os.File  // held: see newDriver
	info os.FileInfo
	// stale is the write-ahead log of another file that was at this path: SQLite
	// would mix its pages in. The file is then opened as immutable, without log.
	stale walSign
}

// graceTime is longer than anybody waits for a slot.
const graceTime = 5 * time.Second

// sign tells whether anybody wrote to a file: from outside, by its size, time
// and header, and those of its write-ahead log; from inside by data_version.
type sign struct {
	size, mtime int64
	header      [12]byte // change counter, page count; "version valid for"
	wal         walSign
	data        int64
}

// walSign tells one write-ahead log from another; zero: none, or an empty one.
type walSign struct{ size, mtime int64 }

func readWalSign(path string) walSign {
	info, err := os.Stat(path + "-wal")
	if err != nil || info.Size() == 0 {
		return walSign{}
	}
	return walSign{info.Size(), info.ModTime().UnixNano()}
}

// look opens the file, or looks again at the one that is open.
func (s *Store) look(ctx context.Context) (*state, error) {
	old := s.state.Load()
	info, err := os.Stat(s.path)
	if err != nil {
		return nil, missing(s.path, err)
	}
	f, stale := (*file)(nil), walSign{}
	switch {
	case old == nil || old.file == nil:
	case os.SameFile(info, old.file.info):
		f, stale = old.file, old.file.stale
	default:
		stale = old.seen.wal
	}
	if f != nil {
		seen, err := f.sign(ctx, s.path)
		switch {
		case err == nil && seen == old.seen:
			return old, nil
		case isBusy(err):
			return nil, explain(ctx, "look at "+s.path, err)
		case err != nil, seen.data == old.seen.data:
			f = nil // written by something else than SQLite: its caches are worth nothing
		}
	}
	if f == nil {
		if f, err = s.open(ctx, info, stale); err != nil {
			return nil, err
		}
	}
	st, err := s.read(ctx, f, old)
	if err != nil && (old == nil || f != old.file) {
		_ = f.close()
	}
	return st, err
}

// read makes a state of an open file.
func (s *Store) read(ctx context.Context, f *file, old *state) (*state, error) {
	seen, err := f.sign(ctx, s.path)
	if err != nil {
		return nil, explain(ctx, "look at "+s.path, err)
	}
	tx, err := f.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, explain(ctx, "read "+s.path, err)
	}
	defer func() { _ = tx.Rollback() }()
	c, err := readCatalogue(ctx, tx, &s.o)
	if err != nil {
		return nil, explain(ctx, "read "+s.path, err)
	}
	st := &state{file: f, catalogue: c, seen: seen, version: seen.version(f.info)}
	if old != nil && old.file == f && st.version.Tag == old.version.Tag {
		// A change that left no trace outside, within the resolution of the clock.
		st.version.Tag = fmt.Sprintf("%s-%d", st.version.Tag, seen.data)
	}
	return st, nil
}

// refresh looks at the file and keeps what it saw.
func (s *Store) refresh(ctx context.Context) {
	s.polling.Lock()
	defer s.polling.Unlock()
	old := s.state.Load()
	if old.file == nil && old.version.Tag == "" && len(old.catalogue.layers) == 0 {
		if _, err := os.Stat(s.path); err != nil {
			return // made by Create, not filled yet
		}
	}
	st, err := s.look(ctx)
	if ctx.Err() != nil {
		if st != nil && st.file != nil && st.file != old.file {
			_ = st.file.close()
		}
		return
	}
	if err != nil {
		if old.file != nil && isBusy(err) {
			return // being written: what we know still holds
		}
		if old.err == nil {
			s.log.Warn("geopackage unavailable", "path", s.path, "error", err)
		}
		st = &state{err: err, catalogue: old.catalogue, version: old.version}
	} else if old.err != nil {
		s.log.Info("geopackage available", "path", s.path, "layers", len(st.catalogue.layers))
	}
	if st == old {
		return
	}
	s.state.Store(st)
	if old.file != nil && old.file != st.file {
		s.retire(old.file)
	}
}

// retire closes a file a little later: those who have just been given it have
// not all begun their statement. What has begun goes on to its end.
func (s *Store) retire(f *file) {
	s.retired.Go(func() {
		select {
		case <-time.After(graceTime):
		case <-s.ctx.Done():
		}
		if err := f.close(); err != nil {
			s.log.Warn("geopackage not closed", "path", s.path, "error", err)
		}
	})
}

// open opens the file that info describes; stale is a log that is not its own.
func (s *Store) open(ctx context.Context, info os.FileInfo, stale walSign) (_ *file, err error) {
	raw, err := os.Open(s.path)
	if err != nil {
		return nil, explain(ctx, "open "+s.path, err)
	}
	f := &file{raw: raw, info: info}
	defer func() {
		if err != nil {
			_ = f.close()
		}
	}()
	head, err := readHead(raw)
	if err != nil {
		return nil, err
	}
	wal := readWalSign(s.path)
	if full := head.pages * head.pageSize; full > info.Size() && wal == (walSign{}) {
		return nil, &geo.Error{Kind: geo.ErrUnavailable, Where: s.path, Msg: geo.Text{
			FR: fmt.Sprintf("le fichier est tronqué : %d octets sur %d", info.Size(), full),
			EN: fmt.Sprintf("the file is cut short: %d bytes of %d", info.Size(), full)}}
	}
	immutable := url.Values{"immutable": {"1"}}
	if wal != (walSign{}) && wal == stale {
		f.stale = wal
		s.log.Warn("geopackage replaced beside the write-ahead log of another one, which is left out", "path", s.path)
		return f, explain(ctx, "open "+s.path, f.connect(ctx, s, immutable))
	}
	err = f.connect(ctx, s, nil)
	if err != nil && head.wal && wal == (walSign{}) {
		// SQLite needs to make lock files beside a file in WAL mode. Nothing is
		// missed without them: changes show in the sign.
		s.log.Warn("geopackage opened as immutable: it is in WAL mode and its folder cannot be written", "path", s.path, "error", err)
		err = f.connect(ctx, s, immutable)
	}
	return f, explain(ctx, "open "+s.path, err)
}

// connect makes the pool and pins its first connection.
func (f *file) connect(ctx context.Context, s *Store, query url.Values) error {
	if query == nil {
		query = url.Values{}
	}
	query.Set("_defensive", "1")
	f.db = openDB(s.drv, s.path, "ro", s.o.MaxConns+2, query)
	pin, err := f.db.Conn(ctx)
	if err == nil {
		var n int64
		if err = pin.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&n); err == nil {
			f.pin = pin
			return nil
		}
		_ = pin.Close()
	}
	_ = f.db.Close()
	f.db = nil
	return err
}

func (f *file) close() error {
	var errs []error
	if f.pin != nil {
		errs = append(errs, f.pin.Close())
	}
	if f.db != nil {
		errs = append(errs, f.db.Close())
	}
	return errors.Join(append(errs, f.raw.Close())...)
}

// sign reads the signs of the file at path, which f is.
func (f *file) sign(ctx context.Context, path string) (sign, error) {
	var s sign
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := f.pin.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&s.data); err != nil {
		return s, err
	}
	info, err := f.raw.Stat()
	if err != nil {
		return s, err
	}
	s.size, s.mtime = info.Size(), info.ModTime().UnixNano()
	var head [100]byte
	if _, err := f.raw.ReadAt(head[:], 0); err != nil {
		return s, err
	}
	copy(s.header[:8], head[24:32])
	copy(s.header[8:], head[92:96])
	s.wal = readWalSign(path)
	return s, nil
}

// version is the same on every node that reads the same file, and after a
// restart: data_version, which is a connection's own, is left out.
func (s sign) version(info os.FileInfo) geo.Version {
	h := fnv.New64a()
	fmt.Fprint(h, fileNumber(info), s.size, s.mtime, s.header, s.wal)
	modified := time.Unix(0, max(s.mtime, s.wal.mtime)).UTC()
	return geo.Version{Tag: hex.EncodeToString(h.Sum(nil)), Modified: modified}
}

// head is what the header of an SQLite file says
// (https://www.sqlite.org/fileformat.html, 1.3).
type head struct {
	pageSize, pages int64
	wal             bool
}

func readHead(r io.ReaderAt) (head, error) {
	var b [100]byte
	if _, err := r.ReadAt(b[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return head{}, fmt.Errorf("read header: %w", err)
	}
	if string(b[:16]) != "SQLite format 3\x00" {
		return head{}, geo.Invalid("GeoPackage",
			geo.Text{FR: "ce n'est pas un fichier SQLite", EN: "this is not an SQLite file"},
			geo.Text{FR: "un GeoPackage (.gpkg) est attendu", EN: "a GeoPackage (.gpkg) is expected"})
	}
	h := head{pageSize: int64(binary.BigEndian.Uint16(b[16:])), wal: b[19] == 2}
	if h.pageSize == 1 {
		h.pageSize = 65536
	}
	if [4]byte(b[24:28]) == [4]byte(b[92:96]) { // else the count is not kept up
		h.pages = int64(binary.BigEndian.Uint32(b[28:]))
	}
	return h, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
