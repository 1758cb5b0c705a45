package activity

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
)

// Cursor is a place in the list, between two entries.
type Cursor struct {
	On   calendar.Date
	ID   uuid.UUID
	Back bool // the page before the place, not the one behind it
}

// IsZero says whether the cursor names no place: the first page.
func (c Cursor) IsZero() bool { return c.On.IsZero() }

// cursorSize is days, id and a checksum. The checksum only sorts out what was
// mistyped: a forged cursor shows nothing that the reader may not see.
const cursorSize = 4 + 16 + 4

var epoch = calendar.NewDate(2000, time.January, 1)

// String writes the place for an address.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	raw := make([]byte, 0, cursorSize)
	raw = binary.BigEndian.AppendUint32(raw, uint32(int32(epoch.DaysUntil(c.On)))) //nolint:gosec // years 1 to 9999 fit
	raw = append(raw, c.ID[:]...)
	raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
	return base64.RawURLEncoding.EncodeToString(raw)
}

// ParseCursor reads the place that String wrote. Anything else is the first
// page.
func ParseCursor(s string, back bool) Cursor {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != cursorSize {
		return Cursor{}
	}
	body, sum := raw[:cursorSize-4], binary.BigEndian.Uint32(raw[cursorSize-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return Cursor{}
	}
	days := int32(binary.BigEndian.Uint32(body)) //nolint:gosec // written by String
	c := Cursor{On: epoch.AddDays(int(days)), Back: back}
	copy(c.ID[:], body[4:])
	return c
}
