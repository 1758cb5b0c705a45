package ui

// Tones of alerts, badges, flashes and statistics.
const (
	Info    = "info"
	Success = "success"
	Warning = "warning"
	Error   = "danger"
	Neutral = "" // badges only: no judgement
)

// Notice describes an Alert.
type Notice struct {
	Tone  string // Info (default), Success, Warning, Error
	Title string
	Text  string
	Links []Link
	Live  bool // appears later through htmx: announced at once
}

func (n Notice) tone() string { return toneOr(n.Tone, Info) }

func toneOr(tone, fallback string) string {
	if tone == "" {
		return fallback
	}
	return tone
}

// Link is a text with an address.
type Link struct {
	Label   string
	URL     string
	Context string // for screen readers, after the label
	Current bool
	Icon    string
	Data    bool // the label is what people wrote (see the component Data)
}

// Mark describes a Badge. The state always stands there in words.
type Mark struct {
	Tone  string // Neutral (default), Info, Success, Warning, Error
	Label string
	Small bool
	Plain bool // without an icon
}

func (m Mark) class() string {
	class := "kern-badge app-badge"
	if m.Tone != "" {
		class += " kern-badge--" + m.Tone
	} else {
		class += " app-badge--neutral"
	}
	if m.Small {
		class += " kern-badge--small"
	}
	return class
}

// FlashMessage says what the last action did, at the top of the next page.
type FlashMessage struct {
	Tone  string // Success (default), Info, Warning, Error
	Text  string
	Link  Link // to what was made
	Undo  Undo
	Title string
}

// Undo takes the last action back by a POST.
type Undo struct {
	Action string
	Label  string
	Hidden []Hidden
}

func (f FlashMessage) tone() string { return toneOr(f.Tone, Success) }

// Nothing describes an EmptyState: why there is nothing and what to do next.
type Nothing struct {
	Level  int    // of its heading, default 2
	Kind   string // NoneYet (default), NoHits, NoRights
	Title  string
	Text   string
	Action Button // ButtonLink when it has a URL
}

// Kinds of empty states.
const (
	NoneYet  = ""
	NoHits   = "hits"
	NoRights = "rights"
)

func (n Nothing) icon() string {
	switch n.Kind {
	case NoHits:
		return "search"
	case NoRights:
		return "visibility-off"
	default:
		return "draft"
	}
}
