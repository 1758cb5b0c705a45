package locale

// dynamicPrefixes names the beginnings of keys that the code completes at run
// time, each with the reason. A text below such a prefix counts as used; the
// test fails for a prefix that no code holds, and for a key that is built from
// a prefix which is not listed here.
var dynamicPrefixes = map[string]string{
	"activity.column.":        "what a column of an uploaded log holds (activity.Column)",
	"activity.field.":         "name of a field of action by its identifier (activity.Field)",
	"activity.flash.":         "who reads an entry from now on (activity.Visibility)",
	"activity.readers.":       "who reads an entry (activity.Visibility)",
	"activity.readers_hint.":  "what that means (activity.Visibility)",
	"activity.readers_short.": "who reads an entry, in a word (activity.Visibility)",
	"activity.release.":       "button that sets who reads an entry (activity.Visibility)",
	"activity.type.":          "name of a type by its identifier (activity.Type)",
	"partner.category.":       "name of a category by its identifier (partner.Category)",
	"body.event.":             "what starts a period (body.Step)",
	"body.group.":             "name of a group of seats by its identifier (body.Group)",
	"body.holiday.":           "name of a holiday by its identifier (calendar.Holiday)",
	"inbox.kind.":             "name of a kind of notice by its identifier (inbox.Kind)",
	"body.kind.":              "name of a kind of body by its identifier (body.Kind)",
	"body.weekday.":           "Saturday and Sunday by name (body.Step)",
	"board.":                  "groups of the map's legend by post.Group (publicpage)",
	"conference.state.":       "state of a conference by its identifier (body.ConferenceState)",
	"post.state.":             "state of a post by its identifier (post.State)",
	"text.":                   "sections of a text page, numbered (publicpage)",
	"district.kind.":          "kind of a district by its identifier (district.Kind)",
	"talk.channel.":           "how a talk was held (district.Channels)",
	"account.mail.":           "subject and body of a mail by its name (account.Service)",
	"admin.action.":           "name of an action by its identifier (access.Action)",
	"admin.op.":               "what happened to a row (INSERT, UPDATE, DELETE)",
	"admin.relation.":         "name of a table in the trail (adminpage)",
	"admin.state.":            "state of a person by its identifier (account.State)",
	"error.":                  "title and text of an error page by HTTP status (handler)",
	"role.":                   "name of a role by its identifier (access.Role)",
	"ui.language.":            "name of each language in itself (LanguageSwitch)",
	"ui.theme.":               "light, dark or system (ThemeSwitch)",
}
