package server_test

import (
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/minutes"
)

// minutesKinds are the kinds of ids that the minutes bring into the world.
var minutesKinds = []string{"minutes_sitting", "item_open", "item_secret", "minutes", "block", "block_secret", "block_new", "objection", "objection_draft", "correction", "scan"}

// writeMinutes inserts circulated minutes of a sitting of the district's
// conference: a passage for guests, one for members, a working text, a released
// passage of other minutes, an objection and what was written about it.
func (o owned) writeMinutes(exec func(sql string, args ...any)) {
	p, b := o.programme.ID, o.programme.Bodies[o.district]
	seat, author := b.Seats[access.Member], o.member().Person
	meeting, m := o.ids["minutes_sitting"], o.ids["minutes"]
	exec(`INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, state) VALUES ($1, $2, $3, '2026-05-05', '10:00', $4, 'minutes_pending')`,
		p, meeting, b.ID, o.canary("sitting"))
	for i, kind := range []string{"item_open", "item_secret"} {
		exec(`INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, non_public) VALUES ($1, $2, $3, $4, '2026-05-05', $5, $6, $7)`,
			p, o.ids[kind], b.ID, meeting, i+1, o.canary([]string{"itemopen", "itemsecret"}[i]), i == 1)
	}
	exec(`INSERT INTO minutes (programme_id, id, meeting_id, body_id, day) VALUES ($1, $2, $3, $4, '2026-05-05')`, p, m, meeting, b.ID)
	for kind, text := range map[string]string{"block": "minopen", "block_secret": "minsecret", "block_new": "mindraft"} {
		exec(`INSERT INTO minutes_block (programme_id, id, minutes_id, body_id, day, item_id, ordinal, kind, body, non_public)
			VALUES ($1, $2, $3, $4, '2026-05-05', $5, 1, 'text', $6, $7)`, p, o.ids[kind], m, b.ID, o.ids["item_open"], o.canary(text), kind == "block_secret")
	}
	content, sum, err := minutes.Seal(minutes.Content{Minutes: uuid.MustParse(m), Version: 1, Body: o.canary("minbytes")}, [32]byte{})
	if err != nil {
		panic(err)
	}
	exec(`INSERT INTO minutes_version (programme_id, minutes_id, no, body_id, day, content, sha256, previous, frozen_at)
		VALUES ($1, $2, 1, $3, '2026-05-05', $4, $5, $6, now())`, p, m, b.ID, content, sum[:], make([]byte, len(sum)))
	for i, kind := range []string{"block", "block_secret"} {
		exec(`INSERT INTO version_block (programme_id, minutes_id, no, block_id, body_id, day, item_id, item_number, item_title, number, ordinal, kind, body, non_public)
			SELECT $1, $2, 1, id, body_id, day, item_id, $4, (SELECT title FROM agenda_item WHERE id = $5), $4 || '.1', $6, kind, body, non_public
			FROM minutes_block WHERE id = $3`, p, m, o.ids[kind], []string{"1", "2"}[i], o.ids[[]string{"item_open", "item_secret"}[i]], i)
	}
	exec(`UPDATE minutes SET state = 'circulated', no = 1, deadline = '2100-01-01', circulated_at = now() WHERE programme_id = $1 AND id = $2`, p, m)
	exec(`INSERT INTO minutes_release (programme_id, minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, body, withdrawn_at)
		SELECT programme_id, minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, $3, now() FROM version_block
		WHERE programme_id = $1 AND block_id = $2`, p, o.ids["block"], o.canary("takenback"))
	for kind, state := range map[string]string{"objection": "filed", "objection_draft": "draft"} {
		exec(`INSERT INTO objection (programme_id, id, minutes_id, no, block_id, body_id, day, seat_id, author_id, kind, reason, wish, state, number, filed_at)
			VALUES ($1, $2, $3, 1, $4, $5, '2026-05-05', $6, $7, 'wrong', $8, $8, $9, CASE WHEN $9 = 'filed' THEN 1 END, CASE WHEN $9 = 'filed' THEN now() END)`,
			p, o.ids[kind], m, o.ids["block"], b.ID, seat, author, o.canary("obj"+state), state)
	}
	exec(`INSERT INTO objection_message (programme_id, id, objection_id, minutes_id, body_id, day, seat_id, text, written_by, by_office)
		VALUES ($1, gen_random_uuid(), $2, $3, $4, '2026-05-05', $5, $6, $7, false)`, p, o.ids["objection"], m, b.ID, seat, o.canary("objmessage"), author)
	exec(`INSERT INTO stored_file (programme_id, id, size) VALUES ($1, $2, 5)`, p, o.ids["scan"])
	exec(`INSERT INTO minutes_scan (programme_id, id, file_id, minutes_id, no, body_id, day, file_name, content_type, size, sha256, created_at)
		VALUES ($1, $2, $2, $3, 1, $4, '2026-05-05', $5, 'application/pdf', 5, sha256('x'), now())`, p, o.ids["scan"], m, b.ID, o.canary("scan")+".pdf")
	exec(`INSERT INTO correction_note (programme_id, id, minutes_id, body_id, day, text) VALUES ($1, $2, $3, $4, '2026-05-05', $5)`,
		p, o.ids["correction"], m, b.ID, o.canary("correction"))
}

// member is who holds the member's seat of the district's conference.
func (o owned) member() access.Actor {
	if o.district == 0 {
		return o.programme.Actor(access.Member)
	}
	return o.programme.Elsewhere(access.Member)
}

// mayReadMinutes is mayRead for what writeMinutes inserted; known says whether
// the kind is one of those.
func mayReadMinutes(a access.Actor, o owned, kind string) (may, known bool) {
	level := a.LevelIn(o.programme.Bodies[o.district].ID)
	switch kind {
	case "itemopen", "minopen":
		return level >= 1, true
	case "itemsecret", "minsecret", "minbytes":
		return level >= 2, true
	case "mindraft", "correction", "scan": // members, where the rules say so; here they do not
		return level >= 3, true
	case "objfiled", "objmessage":
		return level >= 3 || a.Person == o.member().Person, true
	case "objdraft":
		return a.Person == o.member().Person, true
	case "takenback":
		return level >= 3, true
	}
	return false, false
}
