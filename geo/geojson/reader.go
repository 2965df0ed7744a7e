package geojson

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Feature is one feature of a file. All of it is valid until the next call of
// Reader.Next.
type Feature struct {
	ID          geo.ID
	Geometry    wkb.Geometry // XY or XYZ, in the system of the file; as last read when HasGeometry is false
	HasGeometry bool         // false: the geometry is null or missing
	Properties  []Member     // in the order of the file; no two of one name
	Index       int          // of the feature in the file, from 0
	Offset      int64        // of its first byte in the file, after decompression
}

// Member is one property. The value has the kind of its JSON: KindNull,
// KindBool, KindInt (a whole number that fits), KindDecimal (any other number,
// as written), KindText, KindJSON (an object) or KindArray, both as written.
type Member struct {
	Name  []byte
	Value geo.Value
}

// ReaderOptions limit what a reader accepts; zero values are the defaults named.
type ReaderOptions struct {
	MaxFeatureBytes int // of one feature, or of what stands around them; 64 MiB
}

const (
	defaultMaxFeatureBytes = 64 << 20
	minBuffer              = 256 << 10
)

// state is where a reader stands between two features.
type state uint8

const (
	atStart    state = iota // nothing read
	atTop                   // before an object at the top of the file
	atFirst                 // after "features" of a collection, before its value
	atFeatures              // after a feature of a collection
	atTail                  // after the features of a collection
)

// Reader reads a GeoJSON file as a stream of features: a FeatureCollection
// with its members in any order, one Feature or geometry, or a sequence of any
// of these (RFC 8142, newline-delimited JSON). A byte order mark is skipped
// and gzip is undone. Not safe for concurrent use.
type Reader struct {
	src   io.Reader
	buf   []byte // buf[pos:end] is read and not parsed yet; one byte more is kept free
	pos   int
	end   int
	limit int
	state state
	any   bool // something has been read at the top
	p     parser
	err   error

	warnings [warningKinds]Warning
}

// NewReader returns a reader of r. Nothing is read before the first Next.
func NewReader(r io.Reader, o ReaderOptions) *Reader {
	if o.MaxFeatureBytes <= 0 {
		o.MaxFeatureBytes = defaultMaxFeatureBytes
	}
	return &Reader{src: r, limit: o.MaxFeatureBytes, buf: make([]byte, min(minBuffer, o.MaxFeatureBytes)+1)}
}

// Next returns the next feature, or io.EOF after the last one. Other errors
// are final: a *geo.Error of kind geo.ErrInvalidInput or geo.ErrTooLarge that
// tells the record (from 1) and the byte (from 0), or what the source said.
func (r *Reader) Next() (*Feature, error) {
	for r.err == nil {
		found, err := r.step()
		if errors.Is(err, errShort) {
			err = r.fill()
		}
		if r.err = err; found && err == nil {
			return &r.p.feature, nil
		}
	}
	return nil, r.err
}

// CRS returns the name in the "crs" member of the GeoJSON of 2008, such as
// "urn:ogc:def:crs:EPSG::2154", or "" when none has been read so far: the
// system is then OGC:CRS84 (RFC 7946, 4). It stands before the features in
// most files, but may come after them.
func (r *Reader) CRS() string { return r.p.crs }

// step parses one thing of the window: a feature, or what opens or closes a
// collection. Nothing is kept of a step that ends in errShort.
func (r *Reader) step() (found bool, err error) {
	if r.state == atStart {
		return false, r.open()
	}
	p := &r.p
	r.buf[r.end] = 0
	p.b, p.i, p.n = r.buf[r.pos:r.end+1], 0, r.end-r.pos
	p.arena, p.noted = p.arena[:0], [warningKinds]int{}
	next := r.state
	switch r.state {
	case atTop:
		found, next, err = r.top()
	case atFirst, atFeatures:
		found, next, err = r.features()
	case atTail:
		next, err = r.tail()
	}
	if err != nil {
		return false, err
	}
	r.state = next
	r.pos += p.i
	p.base += int64(p.i)
	r.note(&p.noted)
	if found {
		p.index++
	}
	return found, nil
}

// top reads an object at the top of the file. RFC 8142 puts a record separator
// before each.
func (r *Reader) top() (found bool, next state, err error) {
	p := &r.p
	for p.space(); p.b[p.i] == 0x1E; p.space() {
		p.i++
	}
	if p.i >= p.n {
		switch {
		case !p.final:
			return false, atTop, errShort
		case r.any:
			return false, atTop, io.EOF
		}
		return false, atTop, p.fail("le fichier est vide", "the file is empty")
	}
	collection, err := p.object(true)
	if err != nil {
		return false, atTop, err
	}
	r.any = true
	if collection {
		return false, atFirst, nil
	}
	return true, atTop, nil
}

// features reads the next feature of a collection, or the end of them.
func (r *Reader) features() (found bool, next state, err error) {
	p := &r.p
	if r.state == atFirst {
		if p.b[p.i] != '[' {
			return false, atFirst, p.want("un tableau « features »", `an array "features"`)
		}
		p.i++
	}
	done, err := p.more(r.state == atFirst, ']')
	if err != nil || done {
		return false, atTail, err
	}
	_, err = p.object(false)
	return true, atFeatures, err
}

// tail reads one member of a collection after its features, or its end.
func (r *Reader) tail() (next state, err error) {
	p := &r.p
	done, err := p.more(false, '}')
	if err != nil {
		return atTail, err
	}
	if done {
		if !p.typeSeen {
			return atTail, p.fail("le membre « type » manque", `the member "type" is missing`)
		}
		return atTop, nil
	}
	at := p.i
	seen := hasFeatures
	if p.typeSeen {
		seen |= hasType
	}
	m, err := p.member(&seen)
	if err != nil {
		return atTail, err
	}
	switch m {
	case hasType:
		var kind string
		if kind, err = p.typeName(); err == nil && kind != typeCollection {
			err = p.failAt(at, "un %s avec « features »", `a %s with "features"`, kind)
		}
		p.typeSeen = err == nil
	case hasCRS:
		err = p.readCRS()
	case hasBBox:
		err = p.bbox()
	default:
		p.noteForeign(m & (hasGeometry | hasProperties | hasCoordinates | hasGeometries))
		err = p.skip(0)
	}
	return atTail, err
}

// open undoes gzip and skips a byte order mark.
func (r *Reader) open() error {
	head := bufio.NewReaderSize(r.src, 64<<10)
	r.src = head
	if magic, _ := head.Peek(2); len(magic) == 2 && magic[0] == 0x1F && magic[1] == 0x8B {
		z, err := gzip.NewReader(head)
		if err != nil {
			return r.sourceError(err)
		}
		r.src = z
	}
	r.state = atTop
	if err := r.fill(); err != nil {
		return err
	}
	for r.end < 3 && !r.p.final {
		if err := r.fill(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(r.buf[:r.end], []byte("\xEF\xBB\xBF")) {
		r.pos, r.p.base = 3, 3
	}
	return nil
}

// fill adds to the window at least as many bytes as it holds, so that a
// feature that is parsed again each time costs twice its size at most.
func (r *Reader) fill() error {
	unread := r.end - r.pos
	if r.p.final {
		return r.truncated()
	}
	if unread >= r.limit {
		return &geo.Error{Kind: geo.ErrTooLarge, Where: fmt.Sprintf("record %d, byte %d", r.p.index+1, r.p.base),
			Msg: geo.Text{FR: fmt.Sprintf("objet de plus de %d octets", r.limit), EN: fmt.Sprintf("an object of more than %d bytes", r.limit)}}
	}
	old := r.buf
	if size := min(4*unread, r.limit) + 1; 2*unread >= len(old)-1 && size > len(old) {
		r.buf = make([]byte, size)
	}
	copy(r.buf, old[r.pos:r.end])
	r.pos, r.end = 0, unread
	want := min(max(2*unread, 1), len(r.buf)-1)
	for empty := 0; r.end < want; {
		n, err := r.src.Read(r.buf[r.end : len(r.buf)-1])
		r.end += n
		if err == io.EOF {
			r.p.final = true
			return nil
		}
		if err != nil {
			return r.sourceError(err)
		}
		if empty++; n > 0 {
			empty = 0
		}
		if empty > 100 {
			return r.sourceError(io.ErrNoProgress)
		}
	}
	return nil
}

func (r *Reader) truncated() error {
	at := r.p.base + int64(r.end-r.pos)
	return geo.Invalid(fmt.Sprintf("record %d, byte %d", r.p.index+1, at),
		geo.Text{FR: "le fichier s'arrête au milieu d'un objet", EN: "the file ends in the middle of an object"},
		geo.Text{FR: "le téléchargement ou la copie a sans doute été coupé : recommencez", EN: "the download or the copy was probably cut: start again"})
}

// sourceError tells a damaged gzip stream, which is the file's fault, from a
// source that cannot be read.
func (r *Reader) sourceError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		e := geo.Invalid(fmt.Sprintf("record %d, byte %d", r.p.index+1, r.p.base),
			geo.Text{FR: "le fichier compressé est tronqué ou abîmé", EN: "the compressed file is cut short or damaged"}, geo.Text{})
		e.Err = err
		return e
	}
	return fmt.Errorf("read geojson after byte %d: %w", r.p.base, err)
}
