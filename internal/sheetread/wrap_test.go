package sheetread

import (
	"bytes"
	"encoding/binary"
	"testing"

	"rundertisch/internal/fault"
)

// TestSizesThatWrapAround: a table of contents whose sizes add up to little only
// because the sum overflows is a bomb.
func TestSizesThatWrapAround(t *testing.T) {
	data := workbook(t, []any{"Datum", "Titel"}, []any{"1.3.2024", "x"})
	// Zip64: the second entry says that it unpacks to 2^64-1024 bytes.
	at := bytes.LastIndex(data, []byte("PK\x05\x06"))
	count := int(binary.LittleEndian.Uint16(data[at+10:]))
	dir := int(binary.LittleEndian.Uint32(data[at+16:]))
	var out bytes.Buffer
	out.Write(data[:dir])
	pos := dir
	for i := range count {
		name, extra, comment := int(binary.LittleEndian.Uint16(data[pos+28:])), int(binary.LittleEndian.Uint16(data[pos+30:])), int(binary.LittleEndian.Uint16(data[pos+32:]))
		entry := bytes.Clone(data[pos : pos+46+name+extra+comment])
		pos += len(entry)
		if i == 1 {
			binary.LittleEndian.PutUint32(entry[24:], 0xFFFFFFFF)
			binary.LittleEndian.PutUint16(entry[30:], uint16(extra+12))
			field := binary.LittleEndian.AppendUint16(nil, 1)
			field = binary.LittleEndian.AppendUint16(field, 8)
			field = binary.LittleEndian.AppendUint64(field, ^uint64(0)-200)
			whole := append(append(bytes.Clone(entry[:46+name]), field...), entry[46+name:]...)
			entry = whole
		}
		out.Write(entry)
	}
	end := bytes.Clone(data[at:])
	binary.LittleEndian.PutUint32(end[12:], uint32(out.Len()-dir))
	out.Write(end)
	_, err := Read("a.xlsx", out.Bytes())
	if fault := errKey(err); fault != "upload.error.bomb" {
		t.Errorf("read with %v, want upload.error.bomb", err)
	}
}

func errKey(err error) string {
	f, _ := fault.AsFields(err)
	return f["file"].Key
}
