package minutes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"
	"golang.org/x/text/unicode/norm"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
)

// ErrBroken says that frozen minutes are not what was sealed.
var ErrBroken = errors.New("seal broken")

// contentFormat names the form of frozen minutes; a new form gets a new name, and
// old ones stay as they are.
const contentFormat = "rundertisch-minutes-1"

// Content is everything that a version of the minutes freezes. Numbers are
// written as strings, since JSON's are floats; there is no float in it.
type Content struct {
	Format   string         `json:"format"` // set by Seal
	Minutes  uuid.UUID      `json:"minutes"`
	Version  int            `json:"version,string"`
	Body     string         `json:"body"` // its name on that day
	BodyID   uuid.UUID      `json:"body_id"`
	Sitting  Sitting        `json:"sitting"`
	Present  []Attendance   `json:"attendance"`
	Items    []Item         `json:"items"`
	Votes    []Vote         `json:"votes"`
	Deadline *body.Deadline `json:"objection_deadline,omitempty"`
	Previous string         `json:"previous"` // hash of the version before, in hex; set by Seal
}

// Sitting is when and where it was.
type Sitting struct {
	ID    uuid.UUID     `json:"id"`
	Day   calendar.Date `json:"day"`
	Place string        `json:"place"`
	Start time.Time     `json:"start"` // sealed in UTC, to the second
	End   time.Time     `json:"end"`
	Chair string        `json:"chair"`
	Taker string        `json:"minute_taker"`
}

// Attendance is a seat's part in the sitting.
type Attendance struct {
	Seat        uuid.UUID `json:"seat"`
	Institution string    `json:"institution"`
	Group       string    `json:"group"`
	Person      string    `json:"person"`
	State       string    `json:"state"` // present, represented, excused, absent
	Voting      bool      `json:"voting"`
	From        time.Time `json:"from,omitzero"`
	To          time.Time `json:"to,omitzero"`
}

// Item is an agenda item.
type Item struct {
	ID     uuid.UUID `json:"id"`
	Number string    `json:"number"` // "3", "3.1"
	Title  string    `json:"title"`
	Public bool      `json:"public"`
	Blocks []Block   `json:"blocks"`
}

// Block is a numbered paragraph. Its ID stays from version to version, its
// number is that of this version.
type Block struct {
	ID       uuid.UUID `json:"id"`
	Number   string    `json:"number"` // "3.2"
	Kind     string    `json:"kind"`   // text, decision, vote, task, note
	Text     string    `json:"text"`
	Audience string    `json:"audience"` // who may read it
}

// Vote is the outcome of a vote in the sitting.
type Vote struct {
	ID       uuid.UUID `json:"id"`
	Item     uuid.UUID `json:"item"`
	Decision string    `json:"decision"` // number in the register, "2026/4"
	Wording  string    `json:"wording"`
	Adopted  bool      `json:"adopted"`
	Yes      int       `json:"yes,string"`
	No       int       `json:"no,string"`
	Abstain  int       `json:"abstain,string"`
	Invalid  int       `json:"invalid,string"`
	ByName   []Ballot  `json:"by_name,omitempty"`
}

// Ballot is the vote of one seat where votes were taken by name.
type Ballot struct {
	Seat        uuid.UUID `json:"seat"`
	Institution string    `json:"institution"`
	Choice      string    `json:"choice"` // yes, no, abstain, invalid
}

// Seal freezes minutes: canonical JSON (RFC 8785) with all text in NFC, and its
// SHA-256. The hash of the version before is part of the bytes, so that the
// versions form a chain; the first has 32 zero bytes before it.
func Seal(content Content, previous [32]byte) (frozen []byte, sum [32]byte, err error) {
	content.Format = contentFormat
	content.Previous = hex.EncodeToString(previous[:])
	loose, err := json.Marshal(content.settled())
	if err != nil {
		return nil, sum, fmt.Errorf("seal minutes %s: %w", content.Minutes, err)
	}
	var tree any
	if err := json.Unmarshal(loose, &tree); err != nil {
		return nil, sum, fmt.Errorf("seal minutes %s: %w", content.Minutes, err)
	}
	if loose, err = json.Marshal(composed(tree)); err != nil {
		return nil, sum, fmt.Errorf("seal minutes %s: %w", content.Minutes, err)
	}
	if frozen, err = jcs.Transform(loose); err != nil {
		return nil, sum, fmt.Errorf("seal minutes %s: %w", content.Minutes, err)
	}
	return frozen, sha256.Sum256(frozen), nil
}

// Verify checks frozen minutes against their hash and that of the version
// before. It returns ErrBroken if a byte differs, if they are not canonical, or
// if they follow another version.
func Verify(frozen []byte, sum, previous [32]byte) error {
	if sha256.Sum256(frozen) != sum {
		return fmt.Errorf("hash is not %x: %w", sum, ErrBroken)
	}
	canonical, err := jcs.Transform(frozen)
	if err != nil || !bytes.Equal(canonical, frozen) {
		return fmt.Errorf("minutes %x are not canonical: %w", sum, ErrBroken)
	}
	content, err := Open(frozen)
	if err != nil {
		return err
	}
	if content.Previous != hex.EncodeToString(previous[:]) {
		return fmt.Errorf("minutes %x follow %s: %w", sum, content.Previous, ErrBroken)
	}
	return nil
}

// Open reads frozen minutes. It returns ErrBroken if they are of no known form.
func Open(frozen []byte) (Content, error) {
	var content Content
	if err := json.Unmarshal(frozen, &content); err != nil {
		return Content{}, fmt.Errorf("open minutes: %w", errors.Join(ErrBroken, err))
	}
	if content.Format != contentFormat {
		return Content{}, fmt.Errorf("open minutes of the form %.40q: %w", content.Format, ErrBroken)
	}
	return content, nil
}

// settled brings to one form what Go writes in two: no list and an empty list,
// and an instant in two zones.
func (c Content) settled() Content {
	c.Sitting.Start, c.Sitting.End = second(c.Sitting.Start), second(c.Sitting.End)
	c.Present = append([]Attendance{}, c.Present...)
	for i := range c.Present {
		a := &c.Present[i]
		a.From, a.To = second(a.From), second(a.To)
	}
	c.Items = append([]Item{}, c.Items...)
	for i := range c.Items {
		c.Items[i].Blocks = append([]Block{}, c.Items[i].Blocks...)
	}
	c.Votes = append([]Vote{}, c.Votes...)
	return c
}

func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// composed returns the JSON value with every string in NFC.
func composed(value any) any {
	switch v := value.(type) {
	case string:
		return norm.NFC.String(v)
	case []any:
		for i := range v {
			v[i] = composed(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = composed(v[key])
		}
	}
	return value
}
