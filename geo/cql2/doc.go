// Package cql2 reads and writes filters in the two encodings of the Common
// Query Language (OGC 21-065r2): CQL2-Text and CQL2-JSON, to and from the tree
// of package geo. What the operators mean is in geo/cql2/sem.
//
// Names of properties are looked up in the layer, names of functions in the
// declared list; anything else is refused with its position. Both readers have
// the same limits, and refuse before they recurse or allocate.
package cql2
