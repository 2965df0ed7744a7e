// Package gpkg is the store of Arpent in one GeoPackage file (OGC 12-128r19),
// on modernc.org/sqlite, which no other package imports.
//
// A file is read as QGIS and GDAL left it: opened read-only, its journal mode
// never changed, no transaction longer than one chunk of rows, so that nobody
// waits for Arpent to save. Rows are chosen by the R-tree of the file, then by
// an exact test in Go that SQLite calls, before LIMIT.
package gpkg
