package body_test

import (
	"testing"

	"pgregory.net/rapid"

	"rundertisch/internal/body"
	"rundertisch/internal/locale"
)

func TestQuorumOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name            string
		quorum          body.Quorum
		voting, present int
		second          bool
		met             bool
		needed          int
	}{
		{"SächsLKrO: half of 13 is 7", body.QuorumHalf, 13, 7, false, true, 7},
		{"SächsLKrO: 6 of 13 are too few", body.QuorumHalf, 13, 6, false, false, 7},
		{"SächsLKrO: exactly half of 8", body.QuorumHalf, 8, 4, false, true, 4},
		{"SächsLKrO: second meeting, 3 present", body.QuorumHalf, 13, 3, true, true, 3},
		{"SächsLKrO: second meeting, 2 present", body.QuorumHalf, 13, 2, true, false, 3},
		{"second meeting of a body of four", body.QuorumHalf, 4, 2, true, true, 2},
		{"more than half of 8", body.QuorumMajority, 8, 4, false, false, 5},
		{"two thirds of 13", body.QuorumTwoThirds, 13, 9, false, true, 9},
		{"two thirds of 12", body.QuorumTwoThirds, 12, 7, false, false, 8},
		{"none, one is there", body.QuorumNone, 13, 1, false, true, 1},
		{"none, nobody is there", body.QuorumNone, 13, 0, false, false, 1},
		{"a body without seats", body.QuorumHalf, 0, 0, false, false, 1},
	} {
		b := adopted(func(b *body.Bylaws) { b.Quorum = tc.quorum })
		if met, needed := body.QuorumOf(b, tc.voting, tc.present, tc.second); met != tc.met || needed != tc.needed {
			t.Errorf("%s: got %t, needed %d; want %t, %d", tc.name, met, needed, tc.met, tc.needed)
		}
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	votes := func(voting, present, yes, no, abstain int) body.Votes {
		return body.Votes{Voting: voting, Present: present, Yes: yes, No: no, Abstain: abstain}
	}
	for _, tc := range []struct {
		name     string
		majority body.Majority
		votes    body.Votes
		want     bool
		needed   int
	}{
		{"VwV GemLG: 9 of 13 adopt", body.MajorityTwoThirdsAll, votes(13, 13, 9, 4, 0), true, 9},
		{"VwV GemLG: 8 of 13 do not", body.MajorityTwoThirdsAll, votes(13, 13, 8, 5, 0), false, 9},
		{"VwV GemLG: 8 of 13 do not, though nobody is against", body.MajorityTwoThirdsAll, votes(13, 8, 8, 0, 0), false, 9},
		{"VwV GemLG: 9 of 13 adopt, four are absent", body.MajorityTwoThirdsAll, votes(13, 9, 9, 0, 0), true, 9},
		{"SächsLKrO: more yes than no", body.MajoritySimple, votes(13, 13, 6, 5, 2), true, 6},
		{"SächsLKrO: a tie rejects", body.MajoritySimple, votes(13, 12, 6, 6, 0), false, 7},
		{"SächsLKrO: abstentions do not count", body.MajoritySimple, votes(13, 13, 1, 0, 12), true, 1},
		{"SächsLKrO: nobody votes", body.MajoritySimple, votes(13, 13, 0, 0, 13), false, 1},
		{"SächsLKrO: no quorum, all in favour", body.MajoritySimple, votes(13, 6, 6, 0, 0), false, 1},
		{"more votes than seats present", body.MajoritySimple, votes(13, 7, 8, 0, 0), false, 1},
		{"more seats present than there are", body.MajoritySimple, votes(7, 8, 8, 0, 0), false, 1},
		{"an unknown rule", "loud", votes(13, 13, 13, 0, 0), false, 14},
	} {
		got := body.Decide(adopted(func(b *body.Bylaws) { b.Majority = tc.majority }), tc.votes)
		if got.Adopted != tc.want || got.Needed != tc.needed {
			t.Errorf("%s: adopted %t, needed %d; want %t, %d", tc.name, got.Adopted, got.Needed, tc.want, tc.needed)
		}
	}
}

// perGroup sums votes by group; every seat is present.
func perGroup(groups ...body.GroupVotes) body.Votes {
	v := body.Votes{Groups: groups}
	for _, g := range groups {
		v.Voting += g.Voting
		v.Yes, v.No, v.Abstain, v.Invalid = v.Yes+g.Yes, v.No+g.No, v.Abstain+g.Abstain, v.Invalid+g.Invalid
	}
	v.Present = v.Voting
	return v
}

func TestDecidePerGroup(t *testing.T) {
	t.Parallel()
	b := adopted(func(b *body.Bylaws) { b.Majority = body.MajorityPerGroup })
	district := body.GroupVotes{Group: body.GroupDistrict, Voting: 1, Yes: 1}
	kv := body.GroupVotes{Group: body.GroupKV, Voting: 1, No: 1}
	for _, tc := range []struct {
		name             string
		votes            body.Votes
		want             bool
		yes, no, abstain int
	}{
		{"five hospital owners have one vote", perGroup(district, kv, body.GroupVotes{Group: body.GroupHospitalOwner, Voting: 5, No: 5}), false, 1, 2, 0},
		{"a divided group abstains", perGroup(district, body.GroupVotes{Group: body.GroupHospitalOwner, Voting: 4, Yes: 2, No: 2}), true, 1, 0, 1},
		{"a tie of groups rejects", perGroup(district, kv), false, 1, 1, 0},
		{"a majority within the group", perGroup(district, kv, body.GroupVotes{Group: body.GroupInsurer, Voting: 3, Yes: 2, No: 1}), true, 2, 1, 0},
	} {
		got := body.Decide(b, tc.votes)
		if got.Adopted != tc.want || got.Yes != tc.yes || got.No != tc.no || got.Abstain != tc.abstain {
			t.Errorf("%s: got %+v", tc.name, got)
		}
	}
	wrong := perGroup(district)
	wrong.Yes = 0
	if body.Decide(b, wrong).Adopted {
		t.Error("sums that differ from the groups must not adopt")
	}
}

func TestDecideCircular(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		silence  body.Silence
		majority body.Majority
		votes    body.Votes
		want     bool
	}{
		{"SächsLKrO: nobody objects", body.SilenceConsents, body.MajoritySimple, body.Votes{Voting: 13}, true},
		{"SächsLKrO: one objects", body.SilenceConsents, body.MajoritySimple, body.Votes{Voting: 13, Yes: 12, No: 1}, false},
		{"silence is no: 7 of 13 agree", body.SilenceRejects, body.MajoritySimple, body.Votes{Voting: 13, Yes: 7}, true},
		{"silence is no: 6 of 13 agree", body.SilenceRejects, body.MajoritySimple, body.Votes{Voting: 13, Yes: 6}, false},
		{"VwV GemLG: silence is no, 9 of 13", body.SilenceRejects, body.MajorityTwoThirdsAll, body.Votes{Voting: 13, Yes: 9}, true},
		{"VwV GemLG: five abstain", body.SilenceConsents, body.MajorityTwoThirdsAll, body.Votes{Voting: 13, Abstain: 5}, false},
		{
			"per group, all silent", body.SilenceConsents, body.MajorityPerGroup,
			perGroup(body.GroupVotes{Group: body.GroupKV, Voting: 1}, body.GroupVotes{Group: body.GroupInsurer, Voting: 3}), true,
		},
	} {
		b := adopted(func(b *body.Bylaws) { b.CircularSilence, b.Majority = tc.silence, tc.majority })
		if got := body.DecideCircular(b, tc.votes); got.Adopted != tc.want {
			t.Errorf("%s: got %+v", tc.name, got)
		}
	}
}

func drawRules(t *rapid.T) body.Bylaws {
	return adopted(func(b *body.Bylaws) {
		b.Quorum = rapid.SampledFrom(b.Quorum.Values()).Draw(t, "quorum")
		b.Majority = rapid.SampledFrom(b.Majority.Values()).Draw(t, "majority")
		b.QuorumSecond = rapid.IntRange(0, 5).Draw(t, "second")
		b.CircularSilence = rapid.SampledFrom(b.CircularSilence.Values()).Draw(t, "silence")
	})
}

func drawVotes(t *rapid.T) body.Votes {
	var groups []body.GroupVotes
	for _, g := range body.Groups(body.Conference)[:rapid.IntRange(1, 5).Draw(t, "groups")] {
		v := body.GroupVotes{Group: g, Voting: rapid.IntRange(1, 6).Draw(t, "seats")}
		rest := v.Voting
		for _, part := range []*int{&v.Yes, &v.No, &v.Abstain, &v.Invalid} {
			*part = rapid.IntRange(0, rest).Draw(t, "votes")
			rest -= *part
		}
		groups = append(groups, v)
	}
	v := perGroup(groups...)
	v.Present = rapid.IntRange(v.Cast(), v.Voting).Draw(t, "present")
	v.Second = rapid.Bool().Draw(t, "second meeting")
	return v
}

// change moves one vote of the first group that has one from no or abstention
// to yes.
func change(v body.Votes) (body.Votes, bool) {
	groups := append([]body.GroupVotes(nil), v.Groups...)
	for i := range groups {
		switch g := &groups[i]; {
		case g.No > 0:
			g.No, g.Yes, v.No, v.Yes = g.No-1, g.Yes+1, v.No-1, v.Yes+1
		case g.Abstain > 0:
			g.Abstain, g.Yes, v.Abstain, v.Yes = g.Abstain-1, g.Yes+1, v.Abstain-1, v.Yes+1
		default:
			continue
		}
		v.Groups = groups
		return v, true
	}
	return v, false
}

func TestMoreYesNeverRejects(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, v := drawRules(t), drawVotes(t)
		more, ok := change(v)
		if ok && body.Decide(b, v).Adopted && !body.Decide(b, more).Adopted {
			t.Errorf("%+v is adopted, %+v is not", v, more)
		}
		if ok && body.DecideCircular(b, v).Adopted && !body.DecideCircular(b, more).Adopted {
			t.Errorf("circular: %+v is adopted, %+v is not", v, more)
		}
	})
}

func TestAdoptionNeedsQuorumAndMajority(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b, v := drawRules(t), drawVotes(t)
		met, _ := body.QuorumOf(b, v.Voting, v.Present, v.Second)
		r := body.Decide(b, v)
		if want := met && r.Yes >= r.Needed; r.Adopted != want {
			t.Errorf("%+v: adopted %t, quorum %t, needed %d", v, r.Adopted, met, r.Needed)
		}
		if r.Adopted && v.Yes == 0 {
			t.Errorf("%+v is adopted though nobody wants it", v)
		}
		if b.Majority == body.MajorityTwoThirdsAll && r.Adopted && 3*v.Yes < 2*v.Voting {
			t.Errorf("%+v is adopted with less than two thirds of all", v)
		}
		for _, s := range r.Steps {
			if text := s.Text(locale.New(locale.English, nil)); text == "" || text[0] == '[' {
				t.Errorf("step %v is written %q", s, text)
			}
		}
	})
}
