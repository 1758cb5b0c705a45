package minutespage

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
)

// sendPaper sends a version as PDF: to members their copy, in which non-public
// parts are placeholders unless the rules of the body say otherwise; to guests
// the parts for guests.
func (p *Pages) sendPaper(w http.ResponseWriter, r *http.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	var paper document.Minutes
	found := false
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		versions, err := minutes.Versions(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		for _, one := range versions {
			if one.No == no {
				paper.Imprint, found = imprint(m, one), true
			}
		}
		return fill(ctx, tx, m, no, &paper)
	})
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound
	}
	paper.Title, paper.Body = title(ctx, m), m.BodyName
	paper.Signatures = m.State.Sealed()
	if !m.State.Sealed() {
		paper.Draft = locale.T(ctx, "minutes.paper.draft")
	}
	return handler.SendPaper(w, r, p.papers, paper, "niederschrift-"+m.Day.String()+"-fassung-"+strconv.Itoa(no)+".pdf")
}

// sendSignatureCopy sends the newest version of sealed minutes complete, with
// fields for the signatures. Only who signs gets it: to others it is not there.
func (p *Pages) sendSignatureCopy(w http.ResponseWriter, r *http.Request) error {
	var paper document.Minutes
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		if !mayPrintToSign(tx.Actor, m) {
			return fault.NotFound
		}
		versions, err := minutes.Versions(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		for _, one := range versions {
			if one.No == m.No {
				paper.Imprint = imprint(m, one)
			}
		}
		if err := fill(ctx, tx, m, m.No, &paper); err != nil {
			return err
		}
		blocks, err := minutes.Blocks(ctx, tx, m.ID, m.No)
		paper.Items = items(ctx, blocks, false) // whatever the members' copies leave out
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	paper.Title, paper.Body, paper.Signatures = title(ctx, m), m.BodyName, true
	paper.Copy = locale.T(ctx, "minutes.paper.signature_copy")
	return handler.SendPaper(w, r, p.papers, paper, "niederschrift-"+m.Day.String()+"-ausfertigung.pdf")
}

// mayPrintToSign says whether the actor prints the copy that is signed.
func mayPrintToSign(a access.Actor, m minutes.Minutes) bool {
	return m.State.Sealed() && m.ForMembers() && a.MayAt(access.SignMinutes, m.BodyID)
}

func imprint(m minutes.Minutes, v minutes.Version) document.Imprint {
	return document.Imprint{
		Issuer: m.BodyName, Issued: calendar.Of(v.FrozenAt), Hash: v.Sum(), Version: strconv.Itoa(v.No),
	}
}

// fill puts the parts that the reader may have on paper into it.
func fill(ctx context.Context, tx *db.Tx, m minutes.Minutes, no int, paper *document.Minutes) error {
	blocks, err := minutes.Blocks(ctx, tx, m.ID, no)
	if err != nil {
		return err
	}
	if !m.ForMembers() {
		paper.Copy = locale.T(ctx, "minutes.paper.guest_copy")
		paper.When = locale.DateLong(ctx, m.Day.Time())
		paper.Items = items(ctx, blocks, false)
		return nil
	}
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, m.Day)
	if err != nil {
		return err
	}
	sealed, err := minutes.Sealed(ctx, tx, m.ID, no)
	if err != nil {
		return err
	}
	content, err := minutes.Open(sealed)
	if err != nil {
		return err
	}
	paper.Copy = locale.T(ctx, "minutes.paper.member_copy")
	hide := rules.NonPublicCopy != body.CopyFull
	paper.Items = items(ctx, blocks, hide)
	if hide {
		closeTitles(ctx, paper.Items, content.Items)
	}
	paper.Place, paper.Chair, paper.MinuteTaker = content.Sitting.Place, content.Sitting.Chair, content.Sitting.Taker
	paper.When = locale.DateLong(ctx, m.Day.Time())
	if !content.Sitting.Start.IsZero() {
		paper.When += ", " + span(ctx, content.Sitting.Start, content.Sitting.End)
	}
	for _, a := range content.Present {
		row := document.Attendance{Institution: a.Institution, Person: a.Person, Status: locale.T(ctx, "minutes.presence."+a.State)}
		if !a.From.IsZero() {
			row.FromTo = span(ctx, a.From, a.To)
		}
		paper.Attendance = append(paper.Attendance, row)
	}
	return nil
}

func span(ctx context.Context, from, to time.Time) string {
	if to.IsZero() {
		return locale.Time(ctx, from)
	}
	return locale.Time(ctx, from) + " – " + locale.Time(ctx, to)
}

// items brings blocks on paper, non-public ones as placeholders if hide is set.
func items(ctx context.Context, blocks []minutes.Frozen, hide bool) []document.MinutesItem {
	var list []document.MinutesItem
	for _, b := range blocks {
		if len(list) == 0 || list[len(list)-1].Number != b.ItemNumber {
			list = append(list, document.MinutesItem{Number: b.ItemNumber, Title: b.ItemTitle})
		}
		item := &list[len(list)-1]
		switch {
		case b.Body == "":
		case hide && b.NonPublic:
			item.Blocks = append(item.Blocks, document.Block{Number: b.Number, Placeholder: locale.T(ctx, "minutes.paper.placeholder")})
		default:
			item.Blocks = append(item.Blocks, paperBlock(ctx, b))
		}
	}
	for i := range list {
		if len(list[i].Blocks) == 0 {
			list[i].Blocks = []document.Block{{Paragraphs: []document.Paragraph{{Kind: document.Plain, Spans: []document.Span{{Text: locale.T(ctx, "minutes.no_text")}}}}}}
		}
	}
	return list
}

// closeTitles puts a placeholder for the title of each non-public item.
func closeTitles(ctx context.Context, list []document.MinutesItem, sealed []minutes.Item) {
	for i := range list {
		for _, item := range sealed {
			if item.Number == list[i].Number && !item.Public {
				list[i].Title = locale.T(ctx, "minutes.paper.closed_item")
			}
		}
	}
}

func paperBlock(ctx context.Context, b minutes.Frozen) document.Block {
	block := document.Block{Number: b.Number}
	if b.Kind != minutes.Text {
		block.Kind = locale.T(ctx, "minutes.block_kind."+string(b.Kind))
	}
	for _, n := range minutes.Markdown(b.Body) {
		if n.Kind == minutes.Table && block.Table == nil {
			block.Table = paperTable(n)
			continue
		}
		block.Paragraphs = append(block.Paragraphs, paragraphs(n, document.Plain)...)
	}
	return block
}

// paragraphs brings a piece of text on paper; lists within lists are flat there.
func paragraphs(n minutes.Node, kind string) []document.Paragraph {
	switch n.Kind {
	case minutes.Bullet, minutes.Numbered:
		inner := document.Bullet
		if n.Kind == minutes.Numbered {
			inner = document.Numbered
		}
		var list []document.Paragraph
		for _, entry := range n.Items {
			for _, one := range entry {
				list = append(list, paragraphs(one, inner)...)
			}
		}
		return list
	case minutes.Table, minutes.Paragraph:
	}
	p := document.Paragraph{Kind: kind}
	for _, s := range n.Spans {
		p.Spans = append(p.Spans, document.Span(s))
	}
	return []document.Paragraph{p}
}

func paperTable(n minutes.Node) *document.Table {
	t := &document.Table{}
	for i, row := range n.Rows {
		var cells []string
		for _, cell := range row {
			var text strings.Builder
			for _, s := range cell {
				text.WriteString(s.Text)
			}
			cells = append(cells, text.String())
		}
		if i == 0 {
			t.Head = cells
			continue
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// sendPublicPaper sends the public excerpt as PDF.
func (p *Pages) sendPublicPaper(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var m minutes.Minutes
	var released []minutes.Released
	err = p.db.Read(ctx, access.ReadReleased, func(tx *db.Tx) (err error) {
		if m, err = minutes.ByID(ctx, tx, id); err != nil {
			return err
		}
		released, err = minutes.ReleasedBlocks(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if m.PublishedAt == nil || len(released) == 0 {
		return fault.NotFound
	}
	paper := document.Minutes{Title: title(ctx, m), Body: m.BodyName, When: locale.DateLong(ctx, m.Day.Time())}
	paper.Imprint = document.Imprint{Issuer: m.BodyName, Issued: calendar.Of(*m.PublishedAt), Copy: locale.T(ctx, "minutes.paper.public_copy")}
	paper.Items = items(ctx, unreleased(released), false)
	return handler.SendPaper(w, r, p.papers, paper, "niederschrift-"+m.Day.String()+"-auszug.pdf")
}
