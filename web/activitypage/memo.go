package activitypage

import (
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/web/handler"
)

// How long offers are kept, and of how many lists.
const (
	keepOffers = time.Minute
	mostOffers = 2000
)

// memo keeps what the forms of a list offer, for a minute and for one person
// with the same rights: the list is opened all day, its offers change seldom.
// What the person changes is seen at once.
type memo struct {
	mu   sync.Mutex
	kept map[memoKey]kept
}

type memoKey struct {
	programme, person uuid.UUID
	rights            string // the roles and districts of the moment
	district          uuid.UUID
	ags               string
	author            uuid.UUID
}

type kept struct {
	offers activity.Lookups
	until  time.Time
}

func keyOf(a access.Actor, f activity.Filter) memoKey {
	k := memoKey{programme: a.Programme, person: a.Person, district: f.District, ags: f.AGS, author: f.Author}
	for _, g := range a.Grants {
		k.rights += string(g.Role) + " " + g.District.String() + ";"
	}
	return k
}

// recall returns the offers, or nil if they must be asked for.
func (m *memo) recall(k memoKey, now time.Time) *activity.Lookups {
	m.mu.Lock()
	defer m.mu.Unlock()
	if found, ok := m.kept[k]; ok && now.Before(found.until) {
		return &found.offers
	}
	return nil
}

func (m *memo) keep(k memoKey, c activity.Lookups, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) >= mostOffers {
		m.kept = map[memoKey]kept{}
	}
	m.kept[k] = kept{offers: c, until: now.Add(keepOffers)}
}

// forget drops what is kept for the person.
func (m *memo) forget(person uuid.UUID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k := range m.kept {
		if k.person == person {
			delete(m.kept, k)
		}
	}
}

// changing wraps the target of a form: afterwards the person's next list asks
// anew.
func (p *Pages) changing(f handler.Func) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		defer p.memo.forget(handler.Actor(r).Person)
		return f(w, r)
	}
}
