// Package importorder holds one test: no package imports what stands to its right
// in docs (architecture, "Import rules"). It reads the source files itself rather
// than asking `go list`, so that build tags hide nothing and go test knows when
// its cached result is out of date.
package importorder
