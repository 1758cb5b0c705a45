package access

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

func TestMayFollowsTheTable(t *testing.T) {
	t.Parallel()
	for act, roles := range Actions() {
		for _, r := range append(Roles(), public) {
			want := false
			for _, listed := range roles {
				want = want || listed == r
			}
			if got := (Actor{Grants: []Grant{{Role: r}}}).May(act); got != want {
				t.Errorf("%s may %s = %v, want %v", r, act, got, want)
			}
		}
	}
}

func TestUnknownActionIsRefused(t *testing.T) {
	t.Parallel()
	if System(uuid.New(), "test").May("no.such_action") {
		t.Error("May of an action outside the table = true, want false even for the system")
	}
}

func TestDistrictRolesEndAtTheBorder(t *testing.T) {
	t.Parallel()
	own, other := uuid.New(), uuid.New()
	a := Actor{Person: uuid.New(), Grants: []Grant{{Role: Coordinator, District: own}}}
	if !a.MayIn(LogActivity, own) || a.MayIn(LogActivity, other) {
		t.Errorf("MayIn own, other = %v, %v; want true, false", a.MayIn(LogActivity, own), a.MayIn(LogActivity, other))
	}
	officer := Actor{Person: uuid.New(), Grants: []Grant{{Role: CaseOfficer}}}
	if !officer.MayIn(SetPostState, other) {
		t.Error("a case officer may set the state of any district's post")
	}
}

func TestReachIsTheWidestOfTheRoles(t *testing.T) {
	t.Parallel()
	person := uuid.New()
	tests := map[Reach]Actor{
		ReachPublic:   Public(uuid.New()),
		ReachSystem:   System(uuid.New(), "job"),
		ReachSignedIn: {Person: person, Grants: []Grant{{Role: Coordinator}}},
		ReachAdmin:    {Person: person, Grants: []Grant{{Role: Admin}, {Role: Coordinator}}},
		ReachMinistry: {Person: person, Grants: []Grant{{Role: Admin}, {Role: Lead}}},
	}
	for want, actor := range tests {
		if got := actor.Reach(); got != want {
			t.Errorf("Reach = %q, want %q", got, want)
		}
	}
}

func TestWhoAdministersDoesSoAsAnAdmin(t *testing.T) {
	t.Parallel()
	a := Actor{Person: uuid.New(), Grants: []Grant{{Role: Admin}, {Role: CaseOfficer}}}
	for act, want := range map[Action]Reach{ManagePeople: ReachAdmin, ReadTrail: ReachAdmin, ReadDistrict: ReachMinistry} {
		if got := a.ReachFor(act); got != want {
			t.Errorf("ReachFor %s = %q, want %q", act, got, want)
		}
	}
	if got := System(uuid.New(), "job").ReachFor(ManagePeople); got != ReachSystem {
		t.Errorf("the system reaches %q, want %q", got, ReachSystem)
	}
}

func TestWhoeverIsSignedInKeepsTheOwnAccountWithoutARole(t *testing.T) {
	t.Parallel()
	a := Actor{Person: uuid.New()}
	for act, want := range map[Action]bool{ReadBoard: true, SignIn: true, KeepAccount: true, UseDesk: false, ReadDistrict: false} {
		if got := a.May(act); got != want {
			t.Errorf("a person without a role may %s = %v, want %v", act, got, want)
		}
	}
	if (Actor{}).May(KeepAccount) {
		t.Error("nobody may keep an account")
	}
}

func TestRightsInABodyFollowTheSeat(t *testing.T) {
	t.Parallel()
	here, there, left, never := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	seat, other, old := uuid.New(), uuid.New(), uuid.New()
	a := Actor{Grants: []Grant{
		{Role: Member, Body: here, Seat: seat},
		{Role: Chair, Body: there, Seat: other},
		{Role: FormerMember, Body: left, Seat: old},
		{Role: CaseOfficer},
	}}
	for name, tt := range map[string]struct {
		body          uuid.UUID
		level         int
		acts, objects bool
		seats         []uuid.UUID
	}{
		"member":  {here, 2, true, true, []uuid.UUID{seat}},
		"chair":   {there, 3, true, true, []uuid.UUID{other}},
		"former":  {left, 2, false, false, nil},
		"never":   {never, 0, false, false, nil},
		"no body": {uuid.Nil, 0, false, false, nil},
	} {
		if got := a.LevelIn(tt.body); got != tt.level {
			t.Errorf("%s: LevelIn = %d, want %d", name, got, tt.level)
		}
		if got := a.ActsIn(tt.body); got != tt.acts {
			t.Errorf("%s: ActsIn = %v, want %v", name, got, tt.acts)
		}
		if got := a.MayAt(Object, tt.body); got != tt.objects {
			t.Errorf("%s: MayAt = %v, want %v", name, got, tt.objects)
		}
		if got := a.SeatsFor(Object, tt.body); !slices.Equal(got, tt.seats) {
			t.Errorf("%s: SeatsFor = %v, want %v", name, got, tt.seats)
		}
	}
	if got := a.AllSeatsFor(Object); !slices.Equal(got, []uuid.UUID{seat, other}) {
		t.Errorf("AllSeatsFor = %v, want those of today", got)
	}
}
