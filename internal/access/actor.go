package access

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Grant is a role that a person holds today, in a district if the role is held
// for one, or what the person is or was in a body: rights follow the seat and
// the day.
type Grant struct {
	Role     Role      `json:"role"`
	District uuid.UUID `json:"district"`
	Body     uuid.UUID `json:"body"`
	Seat     uuid.UUID `json:"seat"`  // zero for a body's office
	Reads    string    `json:"reads"` // the days of the body's sittings that are the person's to read, as PostgreSQL writes a daterange
}

// Actor is who acts, in which programme and as what. It is made anew for each
// request from what holds at that moment.
type Actor struct {
	Programme uuid.UUID
	Account   uuid.UUID // zero for the public and for the system
	Person    uuid.UUID // the account's person in this programme
	Name      string
	Grants    []Grant
	Request   string // id of the request or job, for the audit trail
}

// Public returns the actor behind a public page of the programme: anybody.
func Public(programme uuid.UUID) Actor {
	return Actor{Programme: programme, Grants: []Grant{{Role: public}}}
}

// System returns the actor behind a job or a command in the programme. name
// says which, for the audit trail.
func System(programme uuid.UUID, name string) Actor {
	return Actor{Programme: programme, Name: name, Grants: []Grant{{Role: system}}}
}

// SignedIn says whether a person acts.
func (a Actor) SignedIn() bool { return a.Person != uuid.Nil }

// May says whether the actor may do act: what anybody may, what everybody may
// who is signed in, and what one of the roles may. A person whose last role has
// ended still reads the public pages, keeps the own account and signs out.
func (a Actor) May(act Action) bool {
	return allowed(act, public) || a.SignedIn() && allowed(act, signedIn) || slices.ContainsFunc(a.Grants, func(g Grant) bool { return allowed(act, g.Role) })
}

// MayIn says whether one of the actor's roles may do act to what belongs to
// the district: a district's role only in its own district, others anywhere.
func (a Actor) MayIn(act Action, district uuid.UUID) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return allowed(act, g.Role) && (!g.Role.OfDistrict() || g.District == district)
	})
}

// MayAt says whether one of the roles that the actor holds today in the body
// may do act.
func (a Actor) MayAt(act Action, body uuid.UUID) bool {
	return a.Has(system) && allowed(act, system) || slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Body == body && body != uuid.Nil && allowed(act, g.Role)
	})
}

// MayFor says whether the actor may do act to the body: in a role that is held
// in it today, or in one of the ministry's, which are bound to no body.
func (a Actor) MayFor(act Action, body uuid.UUID) bool {
	return a.MayAt(act, body) || slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Role.OfMinistry() && allowed(act, g.Role)
	})
}

// InBodies returns the grants that speak of a body, past ones too.
func (a Actor) InBodies() []Grant {
	var list []Grant
	for _, g := range a.Grants {
		if g.Body != uuid.Nil {
			list = append(list, g)
		}
	}
	return list
}

// SeatsFor returns the seats of the body for which the actor may do act today,
// as holder or deputy.
func (a Actor) SeatsFor(act Action, body uuid.UUID) []uuid.UUID {
	var seats []uuid.UUID
	for _, g := range a.Grants {
		if g.Body == body && g.Seat != uuid.Nil && allowed(act, g.Role) && !slices.Contains(seats, g.Seat) {
			seats = append(seats, g.Seat)
		}
	}
	return seats
}

// AllSeatsFor is SeatsFor in all bodies.
func (a Actor) AllSeatsFor(act Action) []uuid.UUID {
	var seats []uuid.UUID
	for _, g := range a.Grants {
		if g.Seat != uuid.Nil && allowed(act, g.Role) && !slices.Contains(seats, g.Seat) {
			seats = append(seats, g.Seat)
		}
	}
	return seats
}

// LevelIn returns how far the actor sees in the body (Role.Level), by what he
// is or was there; 0 is not at all. Which days that speaks of is the policies'
// business.
func (a Actor) LevelIn(body uuid.UUID) int {
	level := 0
	for _, g := range a.InBodies() {
		if g.Body == body {
			level = max(level, g.Role.Level())
		}
	}
	return level
}

// ActsIn says whether the actor holds a seat or the office of the body today.
func (a Actor) ActsIn(body uuid.UUID) bool {
	return slices.ContainsFunc(a.InBodies(), func(g Grant) bool { return g.Body == body && g.Role.Acts() })
}

// Has says whether the actor holds the role.
func (a Actor) Has(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// OfMinistry says whether the actor reads as the ministry reads.
func (a Actor) OfMinistry() bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.OfMinistry() })
}

// Districts returns the districts in which the actor holds a role, each once.
func (a Actor) Districts() []uuid.UUID {
	var ids []uuid.UUID
	for _, g := range a.Grants {
		if g.Role.OfDistrict() && !slices.Contains(ids, g.District) {
			ids = append(ids, g.District)
		}
	}
	return ids
}

// Reach says which rows a policy shows beyond those of the actor's own
// districts.
type Reach string

// The reaches, from the widest to the narrowest.
const (
	ReachSystem   Reach = "system"
	ReachMinistry Reach = "ministry"
	ReachAdmin    Reach = "admin"
	ReachSignedIn Reach = "signed_in"
	ReachPublic   Reach = "public"
)

// Reach returns the widest reach that the actor's roles give.
func (a Actor) Reach() Reach {
	switch {
	case a.Has(system):
		return ReachSystem
	case a.OfMinistry():
		return ReachMinistry
	case a.Has(Admin):
		return ReachAdmin
	case a.SignedIn():
		return ReachSignedIn
	}
	return ReachPublic
}

// ReachFor is Reach while the actor does act. Who administers does so as an
// admin, whatever else he is: an admin of the ministry keeps accounts like any
// other, and sees no contents meanwhile.
func (a Actor) ReachFor(act Action) Reach {
	if (act == ManagePeople || act == ReadTrail) && a.Has(Admin) {
		return ReachAdmin
	}
	return a.Reach()
}

type contextKey struct{}

// NewContext returns a context that carries the actor.
func NewContext(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// FromContext returns the actor that the context carries, if any.
func FromContext(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(contextKey{}).(Actor)
	return a, ok
}
