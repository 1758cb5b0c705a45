package body_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rundertisch/internal/body"
	"rundertisch/internal/locale"
)

// roster fills the seats: so many held ones of each group, the first the chair.
func roster(k body.Kind, numbers map[body.Group]int) []body.RosterSeat {
	var seats []body.RosterSeat
	for _, g := range body.Groups(k) {
		for range numbers[g] {
			seats = append(seats, body.RosterSeat{Group: g, Voting: g.Voting(k), Held: true, Chair: len(seats) == 0})
		}
	}
	return seats
}

func gapTexts(gaps []body.Gap) []string {
	var texts []string
	for _, g := range gaps {
		texts = append(texts, g.Text(locale.New(locale.German, nil)))
	}
	return texts
}

func TestRosterCheckConference(t *testing.T) {
	t.Parallel()
	full := roster(body.Conference, map[body.Group]int{
		body.GroupDistrict: 1, body.GroupHospitalOwner: 3, body.GroupInsurer: 3, body.GroupKV: 1, body.GroupParticipant: 1, body.GroupGuest: 1,
	})
	for _, tc := range []struct {
		name   string
		edit   func([]body.RosterSeat) []body.RosterSeat
		want   []string
		barred bool
	}{
		{"complete", func(s []body.RosterSeat) []body.RosterSeat { return s }, nil, false},
		{"§ 8 (2): nobody of the KV", func(s []body.RosterSeat) []body.RosterSeat {
			return slices.DeleteFunc(s, func(s body.RosterSeat) bool { return s.Group == body.GroupKV })
		}, []string{"Es fehlt ein Mitglied der Gruppe Kassenärztliche Vereinigung (§ 8 Abs. 2 SächsKHG)."}, true},
		{"§ 8 (4): no chair", func(s []body.RosterSeat) []body.RosterSeat {
			s[0].Chair = false
			return s
		}, []string{"Es gibt keinen Vorsitz."}, true},
		{"§ 8 (4): the ministry may not chair", func(s []body.RosterSeat) []body.RosterSeat {
			s[0].Chair, s[len(s)-1].Chair = false, true
			return s
		}, []string{"Den Vorsitz muss ein gesetzliches Mitglied haben, nicht die Gruppe Gäste (§ 8 Abs. 4 SächsKHG)."}, true},
		{"a seat that nobody holds", func(s []body.RosterSeat) []body.RosterSeat {
			s[1].Held, s[2].Held, s[len(s)-1].Held = false, false, false
			return s
		}, []string{"2 Sitze der Gruppe Krankenhausträger sind nicht besetzt."}, false},
	} {
		gaps := body.RosterCheck(body.Conference, tc.edit(slices.Clone(full)))
		if diff := cmp.Diff(tc.want, gapTexts(gaps)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if got := slices.ContainsFunc(gaps, body.Gap.Bars); got != tc.barred {
			t.Errorf("%s: bars the constitution: %t, want %t", tc.name, got, tc.barred)
		}
	}
	empty := body.RosterCheck(body.Conference, nil)
	if len(empty) != 5 {
		t.Errorf("an empty table lacks %v, want four groups and the chair", gapTexts(empty))
	}
}

func TestRosterCheckStateCommittee(t *testing.T) {
	t.Parallel()
	legal := map[body.Group]int{
		body.GroupState: 3, body.GroupInsurer: 5, body.GroupKV: 2, body.GroupHospitals: 2, body.GroupChamber: 1, body.GroupPatient: 2, body.GroupGuest: 1,
	}
	full := roster(body.StateCommittee, legal)
	votes := 0
	for _, s := range full {
		if s.Voting {
			votes++
		}
	}
	if votes != 13 {
		t.Errorf("VwV GemLG: %d votes, want 13", votes)
	}
	for _, tc := range []struct {
		name string
		edit func([]body.RosterSeat) []body.RosterSeat
		want []string
	}{
		{"complete", func(s []body.RosterSeat) []body.RosterSeat { return s }, nil},
		{
			"VwV GemLG: 4 of 5 insurers", func(s []body.RosterSeat) []body.RosterSeat { return slices.Delete(s, 3, 4) },
			[]string{"Gruppe Krankenkassen: 4 statt 5 Sitze (VwV GemLG)."},
		},
		{
			"VwV GemLG: one patient representative", func(s []body.RosterSeat) []body.RosterSeat { return slices.Delete(s, 13, 14) },
			[]string{"Gruppe Patientenvertretung: 1 statt 2 Sitze (VwV GemLG)."},
		},
		{"§ 90a SGB V: patient representatives do not vote", func(s []body.RosterSeat) []body.RosterSeat {
			s[13].Voting = true
			return s
		}, []string{"Gruppe Patientenvertretung: 1 statt 2 Sitze (VwV GemLG).", "Die Gruppe Patientenvertretung hat kein Stimmrecht (VwV GemLG)."}},
		{"VwV GemLG: an insurer in the chair", func(s []body.RosterSeat) []body.RosterSeat {
			s[0].Chair, s[4].Chair = false, true
			return s
		}, []string{"Den Vorsitz muss ein Mitglied des Landes haben, nicht die Gruppe Krankenkassen (VwV GemLG)."}},
		{"nobody holds the chamber's seat", func(s []body.RosterSeat) []body.RosterSeat {
			s[12].Held = false
			return s
		}, []string{"Ein Sitz der Gruppe Landesärztekammer ist nicht besetzt."}},
	} {
		if diff := cmp.Diff(tc.want, gapTexts(body.RosterCheck(body.StateCommittee, tc.edit(slices.Clone(full))))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestEveryGroupHasAName(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages() {
		p := locale.New(lang, nil)
		for _, k := range body.Kinds() {
			for _, g := range body.Groups(k) {
				if name := p.T(g.NameKey()); strings.Contains(name, "[") {
					t.Errorf("%s: group %s has no name", lang, g)
				}
			}
			if name := p.T(k.NameKey()); strings.Contains(name, "[") || !k.Valid() {
				t.Errorf("%s: kind %s has no name", lang, k)
			}
		}
	}
	if body.Kind("party").Valid() || body.Groups("party") != nil {
		t.Error("a party is no body")
	}
}
