package ui

// FileItem is a file in a FileList.
type FileItem struct {
	Name   string
	URL    string // where it is saved from
	Kind   string // as people know it: "PDF"
	Size   int64  // bytes
	Note   string // who brought it and when
	Remove string // where "Entfernen" posts to; "" while it may not be removed
}
