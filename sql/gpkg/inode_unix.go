//go:build unix

package gpkg

import (
	"os"
	"syscall"
)

// fileNumber tells a file from another of the same size and time; 0 where the
// system does not number its files.
func fileNumber(info os.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino
	}
	return 0
}
