package body

import "strconv"

// Votes are the votes on one motion.
type Votes struct {
	Voting  int  // all voting seats of the body
	Present int  // voting seats present for this item, without biased ones
	Second  bool // second meeting after a failed quorum, announced as such

	Yes, No, Abstain, Invalid int

	// Groups are the same votes by group. They count where each group has one
	// vote; the totals above are their sums.
	Groups []GroupVotes
}

// GroupVotes are the votes of one group's seats.
type GroupVotes struct {
	Group   Group
	Voting  int // all voting seats of the group
	Yes, No int
	Abstain int
	Invalid int
}

// Cast returns the votes that were cast, abstentions and invalid ones included.
func (v Votes) Cast() int { return v.Yes + v.No + v.Abstain + v.Invalid }

// Result is the outcome of a vote as the rule counts it: Yes, No and Abstain are
// seats, or groups where each group has one vote.
type Result struct {
	Adopted                   bool
	Needed                    int // yes votes that adopt it, at these no votes
	Yes, No, Abstain, Invalid int
	Steps                     []Step
}

// QuorumOf returns how many voting seats must be present and whether they are.
// A second meeting after a failed quorum needs fewer if the rules say so
// (SächsLKrO: three). Nobody alone is never a quorum.
func QuorumOf(b Bylaws, voting, present int, second bool) (met bool, needed int) {
	switch b.Quorum {
	case QuorumHalf:
		needed = (voting + 1) / 2
	case QuorumMajority:
		needed = voting/2 + 1
	case QuorumTwoThirds:
		needed = twoThirds(voting)
	case QuorumNone:
		needed = 1
	default:
		needed = voting // an unknown rule is the strictest
	}
	if second && b.QuorumSecond > 0 {
		needed = min(needed, b.QuorumSecond)
	}
	needed = max(needed, 1)
	return present >= needed, needed
}

// Decide counts the votes by the rules of the body. Without a quorum, and with
// more votes than seats present, nothing is adopted.
func Decide(b Bylaws, v Votes) Result {
	r := tally(b, v)
	met, needed := QuorumOf(b, v.Voting, v.Present, v.Second)
	quorum := step("body.step.quorum", "Present", v.Present, "Voting", v.Voting, "Needed", needed)
	if !met {
		quorum = step("body.step.no_quorum", "Present", v.Present, "Voting", v.Voting, "Needed", needed)
	}
	r.Steps = append([]Step{quorum}, r.Steps...)
	if !v.consistent(b) {
		r.Steps = append(r.Steps, step("body.step.too_many_votes", "Cast", v.Cast(), "Present", v.Present))
	}
	r.Adopted = met && v.consistent(b) && r.Yes >= r.Needed
	if r.Adopted {
		r.Steps = append(r.Steps, step("body.step.adopted"))
	} else {
		r.Steps = append(r.Steps, step("body.step.rejected"))
	}
	return r
}

// DecideCircular counts a circular vote after its deadline. Seats that did not
// answer vote as the rules understand silence; where silence is consent, a
// single objection (no) stops it (SächsLKrO). All voting seats take part, so
// there is no quorum to reach.
func DecideCircular(b Bylaws, v Votes) Result {
	objections := v.No
	silent := max(v.Voting-v.Cast(), 0)
	v.Present = v.Voting
	v.fill(&v.Yes, &v.No, silent, b.CircularSilence)
	groups := make([]GroupVotes, len(v.Groups))
	for i, g := range v.Groups {
		v.fill(&g.Yes, &g.No, max(g.Voting-g.Yes-g.No-g.Abstain-g.Invalid, 0), b.CircularSilence)
		groups[i] = g
	}
	v.Groups = groups
	r := Decide(b, v)
	if b.CircularSilence != SilenceConsents {
		r.Steps = append([]Step{step("body.step.silence_rejects", "Silent", silent)}, r.Steps...)
		return r
	}
	r.Steps = append([]Step{step("body.step.silence_consents", "Silent", silent)}, r.Steps...)
	if r.Adopted && objections > 0 {
		r.Adopted = false
		r.Steps[len(r.Steps)-1] = step("body.step.objected", "Objections", objections)
		r.Steps = append(r.Steps, step("body.step.rejected"))
	}
	return r
}

func (Votes) fill(yes, no *int, silent int, s Silence) {
	if s == SilenceConsents {
		*yes += silent
		return
	}
	*no += silent
}

// consistent says whether the votes can have been cast by the seats present.
func (v Votes) consistent(b Bylaws) bool {
	if min(v.Yes, v.No, v.Abstain, v.Invalid) < 0 || v.Cast() > v.Present || v.Present > v.Voting {
		return false
	}
	if b.Majority != MajorityPerGroup {
		return true
	}
	sum := Votes{}
	for _, g := range v.Groups {
		if min(g.Yes, g.No, g.Abstain, g.Invalid) < 0 || g.Yes+g.No+g.Abstain+g.Invalid > g.Voting {
			return false
		}
		sum.Yes, sum.No, sum.Abstain, sum.Invalid = sum.Yes+g.Yes, sum.No+g.No, sum.Abstain+g.Abstain, sum.Invalid+g.Invalid
	}
	return sum.Yes == v.Yes && sum.No == v.No && sum.Abstain == v.Abstain && sum.Invalid == v.Invalid
}

// tally counts yes, no and abstentions, without looking at the quorum.
func tally(b Bylaws, v Votes) Result {
	r := Result{Yes: v.Yes, No: v.No, Abstain: v.Abstain, Invalid: v.Invalid}
	switch b.Majority {
	case MajorityTwoThirdsAll:
		r.Needed = max(twoThirds(v.Voting), 1)
		r.Steps = []Step{step("body.step.two_thirds_all", "Voting", v.Voting, "Needed", r.Needed, "Yes", r.Yes)}
	case MajorityPerGroup:
		r.Yes, r.No, r.Abstain = 0, 0, 0
		for _, g := range v.Groups {
			r.addGroup(g)
		}
		r.Needed = r.No + 1
		r.Steps = append(r.Steps, step("body.step.groups", "Yes", r.Yes, "No", r.No, "Abstain", r.Abstain))
	case MajoritySimple:
		r.Needed = r.No + 1
		r.Steps = []Step{step("body.step.simple", "Yes", r.Yes, "No", r.No, "Abstain", r.Abstain)}
	default:
		r.Needed = v.Voting + 1 // an unknown rule adopts nothing
	}
	return r
}

// addGroup gives a group its one vote: yes or no, whichever more of its seats
// want; a tie or no vote at all is an abstention.
func (r *Result) addGroup(g GroupVotes) {
	key := "body.step.group_abstains"
	switch {
	case g.Yes > g.No:
		r.Yes++
		key = "body.step.group_yes"
	case g.No > g.Yes:
		r.No++
		key = "body.step.group_no"
	default:
		r.Abstain++
	}
	r.Steps = append(r.Steps, Step{Key: key, Args: []any{
		"Group", string(g.Group), "Yes", strconv.Itoa(g.Yes), "No", strconv.Itoa(g.No),
	}})
}

// twoThirds returns the smallest whole number that is at least two thirds of n.
func twoThirds(n int) int { return (2*n + 2) / 3 }

// step makes a step whose arguments are numbers.
func step(key string, args ...any) Step {
	for i, a := range args {
		if n, ok := a.(int); ok {
			args[i] = strconv.Itoa(n)
		}
	}
	return Step{Key: key, Args: args}
}
