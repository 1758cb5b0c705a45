package access

import "slices"

// Action is a kind of thing that somebody does. Each route and each job
// declares one; the gate of package db asks for it.
type Action string

// The actions, by capability.
const (
	SignIn        Action = "session.sign_in"
	UseDesk       Action = "desk.use"
	KeepAccount   Action = "account.keep_own"
	ManagePeople  Action = "account.manage"
	ReadTrail     Action = "audit.read"
	AcceptInvite  Action = "account.accept_invitation"
	ResetPassword Action = "account.reset_password"

	ReadBoard Action = "board.read"

	ReadDistrict     Action = "district.read"
	NoteTalk         Action = "district.note_talk"
	ReadTalks        Action = "district.read_talks"
	ReadPosts        Action = "post.read"
	SetPostState     Action = "post.set_state"
	HoldPost         Action = "post.hold"
	CorrectFact      Action = "fact.correct"
	SetConference    Action = "body.set_conference_state"
	ReadConferences  Action = "body.read_conferences"
	ReadPartners     Action = "partner.read"
	KeepPartners     Action = "partner.keep"
	ReadActivities   Action = "activity.read"
	LogActivity      Action = "activity.log"
	ImportActivities Action = "activity.import"

	ReadBodies    Action = "body.read"
	AddBody       Action = "body.add"
	KeepBody      Action = "body.keep"
	AppointOffice Action = "body.appoint_office"
	KeepSeats     Action = "body.keep_seats"
	KeepBylaws    Action = "body.keep_bylaws"

	ReadSittings     Action = "meeting.read"
	KeepSittings     Action = "meeting.keep"
	RunSitting       Action = "meeting.run"
	ProposeItem      Action = "meeting.propose_item"
	ReplyToCall      Action = "meeting.reply"
	VoteBetween      Action = "meeting.vote_between_sittings"
	ReadDecisions    Action = "decision.read"
	ForwardDecisions Action = "decision.forward"
	ReadTasks        Action = "task.read"
	KeepTasks        Action = "task.keep"
	ReportTask       Action = "task.report" // what has become of a task: whoever keeps it, and its owner

	ReadMinutes      Action = "minutes.read"
	WriteMinutes     Action = "minutes.write"
	CirculateMinutes Action = "minutes.circulate"
	Object           Action = "minutes.object"
	ResolveObjection Action = "minutes.resolve_objection"
	SignMinutes      Action = "minutes.sign"
	ScanMinutes      Action = "minutes.scan" // upload the signed print
	ReleaseMinutes   Action = "minutes.release"
	ReadReleased     Action = "minutes.read_released"

	ReadInbox    Action = "inbox.read"
	NotifyPeople Action = "inbox.notify"

	ReadGrants     Action = "grant.read"
	KeepSchemes    Action = "grant.keep_schemes"
	KeepBudget     Action = "grant.keep_budget"
	PrepareGrants  Action = "grant.prepare"
	ApplyForGrant  Action = "grant.apply" // draft an application, keep the financing plan
	StepGrant      Action = "grant.step"  // which step in which role says the table case_step
	ReadRegister   Action = "grant.read_register"
	StepPayment    Action = "grant.step_payment" // which step in which role says the table payment_step
	ExportPayments Action = "grant.export_payments"
	BookAnswers    Action = "grant.book_answers"
	DrawFunds      Action = "grant.draw"
	ImportCases    Action = "grant.import_cases"
	AnswerHearing  Action = "grant.answer_hearing" // the district its own, an officer what came in another way
	DecideGrants   Action = "grant.decide"         // amendments, revocations, waivers
	BookRepayment  Action = "grant.book_repayment"

	DeliverMail  Action = "mail.deliver"
	ReadDemoMail Action = "mail.read_demo"
	Seed         Action = "seed"
	Housekeep    Action = "housekeep"
)

var (
	anybody  = []Role{public, CaseOfficer, Approver, BudgetOfficer, Cashier, PressOfficer, Lead, Admin, Coordinator, Signatory, BodyOffice, Chair, Member, Guest}
	people   = anybody[1:]
	ministry = []Role{CaseOfficer, Approver, BudgetOfficer, Cashier, PressOfficer, Lead}
	district = []Role{Coordinator, Signatory}
	office   = []Role{BodyOffice}
	runners  = []Role{BodyOffice, Chair}
	voters   = []Role{Chair, Member}
	seated   = []Role{BodyOffice, Chair, Member, Guest}
	former   = []Role{FormerMember, FormerGuest}
)

// table is the one place that says which roles may do what. The system may do
// everything: it acts in jobs and commands, never for a request.
var table = map[Action][]Role{
	SignIn:        anybody,
	AcceptInvite:  anybody,
	ResetPassword: anybody,
	UseDesk:       join(people, former),
	KeepAccount:   join(people, []Role{signedIn}),
	ManagePeople:  {Admin},
	ReadTrail:     {Admin},

	ReadBoard: anybody,

	ReadDistrict:     join(ministry, district),
	NoteTalk:         {CaseOfficer},
	ReadTalks:        ministry,
	ReadPosts:        join(ministry, district),
	SetPostState:     {CaseOfficer, Signatory},
	HoldPost:         {CaseOfficer, Signatory},
	CorrectFact:      {CaseOfficer},
	SetConference:    {CaseOfficer},
	ReadConferences:  join(ministry, district),
	ReadPartners:     join(ministry, district),
	KeepPartners:     district,
	ReadActivities:   join(ministry, district),
	LogActivity:      {Coordinator},
	ImportActivities: {Coordinator},

	ReadBodies:    join(people, former),
	AddBody:       {CaseOfficer},
	KeepBody:      {CaseOfficer, BodyOffice},
	AppointOffice: {CaseOfficer, BodyOffice},
	KeepSeats:     office,
	KeepBylaws:    office,

	ReadSittings:     join(seated, former, ministry),
	KeepSittings:     office,
	RunSitting:       runners,
	ProposeItem:      join(office, voters),
	ReplyToCall:      {Chair, Member, Guest},
	VoteBetween:      voters,
	ReadDecisions:    join(seated, former, ministry),
	ForwardDecisions: office,
	ReadTasks:        join(seated, former, ministry, district),
	KeepTasks:        join(runners, district),
	ReportTask:       join(seated, district),

	ReadMinutes:      join(seated, former, ministry),
	WriteMinutes:     office,
	CirculateMinutes: office,
	Object:           voters,
	ResolveObjection: runners,
	SignMinutes:      runners,
	ScanMinutes:      office,
	ReleaseMinutes:   office,
	ReadReleased:     anybody,

	ReadInbox:    join(people, former),
	NotifyPeople: {},

	ReadGrants:     join(ministry, district),
	KeepSchemes:    {CaseOfficer},
	KeepBudget:     {BudgetOfficer},
	PrepareGrants:  {CaseOfficer},
	ApplyForGrant:  district,
	StepGrant:      {CaseOfficer, Approver, BudgetOfficer, Cashier, Coordinator, Signatory},
	ReadRegister:   ministry,
	StepPayment:    {CaseOfficer, BudgetOfficer, Cashier},
	ExportPayments: {Cashier},
	BookAnswers:    {Cashier},
	DrawFunds:      {Signatory},
	ImportCases:    {CaseOfficer},
	AnswerHearing:  {CaseOfficer, Signatory},
	DecideGrants:   {Approver},
	BookRepayment:  {Cashier},

	DeliverMail:  {},
	ReadDemoMail: anybody, // the page exists in demo mode only
	Seed:         {},
	Housekeep:    {},
}

func allowed(act Action, r Role) bool {
	roles, known := table[act]
	return known && (r == system || slices.Contains(roles, r))
}

// Actions returns every action and the roles that may do it. The system's
// rights are not listed: it may do all of them.
func Actions() map[Action][]Role {
	out := make(map[Action][]Role, len(table))
	for act, roles := range table {
		out[act] = slices.Clone(roles)
	}
	return out
}

func join(lists ...[]Role) []Role { return slices.Concat(lists...) }
