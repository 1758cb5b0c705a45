package db

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
)

const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

	setScope = `SELECT set_config('app.programme', $1, true), set_config('app.account', $2, true),
		set_config('app.person', $3, true), set_config('app.districts', $4, true),
		set_config('app.reach', $5, true), set_config('app.actor', $6, true),
		set_config('app.action', $7, true), set_config('app.request', $8, true),
		set_config('app.backdate', $9, true), set_config('statement_timeout', $10, true),
		set_config('app.seats', $11, true), set_config('app.today', $12, true)`
)

// scopeArgs describe the actor to the policies and triggers. Only the seed may
// record facts in the past; jobs and commands may take longer.
func scopeArgs(a access.Actor, act access.Action, now time.Time) []any {
	districts := make([]string, 0, 1)
	for _, id := range a.Districts() {
		districts = append(districts, id.String())
	}
	backdate, patience := "off", "5s"
	if act == access.Seed {
		backdate = "on"
	}
	if a.Reach() == access.ReachSystem {
		patience = "60s"
	}
	return []any{
		text(a.Programme), text(a.Account), text(a.Person), "{" + strings.Join(districts, ",") + "}",
		string(a.ReachFor(act)), a.Name, string(act), a.Request, backdate, patience, seats(a),
		calendar.Of(now).String(),
	}
}

// seats writes what the actor is and was in bodies as an array of seat_right.
func seats(a access.Actor) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, g := range a.InBodies() {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"(%s,%s,%d,\"%s\",%t)"`, g.Body, text(g.Seat), g.Role.Level(), g.Reads, g.Role.Acts())
	}
	b.WriteByte('}')
	return b.String()
}

func text(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
