package geo

import "errors"

// The kinds of failure that callers tell apart, by errors.Is. Only one place
// of the API turns them into HTTP, only one place of the command line turns
// them into an exit code.
var (
	// ErrNotFound: no such layer, item or file.
	ErrNotFound = errors.New("not found")
	// ErrInvalidInput: the request or the file is at fault.
	ErrInvalidInput = errors.New("invalid input")
	// ErrUnsupportedCRS: a coordinate reference system that Arpent does not know.
	ErrUnsupportedCRS = errors.New("unsupported coordinate reference system")
	// ErrTooLarge: an input beyond a declared limit.
	ErrTooLarge = errors.New("too large")
	// ErrBusy: every slot is taken and the queue is full, or the wait was too long.
	ErrBusy = errors.New("busy")
	// ErrUnavailable: the store cannot answer now (database away, starting, failing over).
	ErrUnavailable = errors.New("store unavailable")
	// ErrTimeout: the statement or the request took longer than allowed.
	ErrTimeout = errors.New("time limit exceeded")
	// ErrForbidden: the database role may not do this.
	ErrForbidden = errors.New("permission denied")
	// ErrConflict: the target exists already, or another load holds it.
	ErrConflict = errors.New("conflict")
	// ErrReadOnly: the store was opened read-only, or the file is not ours to write.
	ErrReadOnly = errors.New("read-only store")
	// ErrDiskFull: the disk or the quota of the store is full.
	ErrDiskFull = errors.New("disk full")
	// ErrChanged: the layer was replaced or changed its shape while it was being read.
	ErrChanged = errors.New("layer changed while it was being read")
)

// Text is a sentence for people, in both languages of Arpent.
type Text struct{ FR, EN string }

// In returns the sentence in lang ("fr" or "en"); the other language when one is missing.
func (t Text) In(lang string) string {
	if (lang == "fr" || t.EN == "") && t.FR != "" {
		return t.FR
	}
	return t.EN
}

// Error is a failure that may be shown to the person who caused it: what was
// wrong, where, and what would be right. Err is for the log only and never
// leaves the server.
type Error struct {
	Kind  error  // one of the sentinels above
	Where string // parameter, property, file position ("communes.geojson, record 12")
	Msg   Text   // what was wrong
	Hint  Text   // what would be right; may be empty
	Err   error  // cause; may be nil
}

// Error returns the English sentence, for logs.
func (e *Error) Error() string {
	s := e.Msg.EN
	if e.Where != "" {
		s = e.Where + ": " + s
	}
	if e.Hint.EN != "" {
		s += " (" + e.Hint.EN + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Is reports whether target is the kind of e.
func (e *Error) Is(target error) bool { return target == e.Kind }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Invalid is the error for an input at fault: where it stands, what is wrong
// with it and what would be right.
func Invalid(where string, msg, hint Text) *Error {
	return &Error{Kind: ErrInvalidInput, Where: where, Msg: msg, Hint: hint}
}
