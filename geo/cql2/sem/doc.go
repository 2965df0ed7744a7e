// Package sem says what the operators of CQL2 mean, in plain Go: the reference
// that the stores are tested against, and that the GeoPackage store registers
// as SQL functions. All functions are pure and safe for concurrent use.
package sem
