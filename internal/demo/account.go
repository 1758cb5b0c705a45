package demo

import (
	"rundertisch/internal/access"
)

// Password opens every account of the demo. It is public.
const Password = "runder-tisch-demo"

// Account is an account of the demo.
type Account struct {
	Programme string // its slug
	Email     string
	Name      string
	Role      access.Role
	AGS       string // district of a district's role
	Place     string // the district's or the body's name, for the sign-in page
}

// Accounts returns every account of the demo, in the order of the sign-in page.
func Accounts() []Account {
	list := []Account{
		{saxony, "sachbearbeitung@sms.example", "Erika Muster", access.CaseOfficer, "", ""},
		{saxony, "mitzeichnung@sms.example", "Max Beispiel", access.Approver, "", ""},
		{saxony, "haushalt@sms.example", "Hanna Probe", access.BudgetOfficer, "", ""},
		{saxony, "kasse@sms.example", "Karl Vorlage", access.Cashier, "", ""},
		{saxony, "presse@sms.example", "Paula Musterfrau", access.PressOfficer, "", ""},
		{saxony, "leitung@sms.example", "Lena Mustermann", access.Lead, "", ""},
		{saxony, "admin@sms.example", "Anton Probe", access.Admin, "", ""},
	}
	for i, d := range saxonDistricts {
		list = append(list,
			Account{saxony, "koordination@" + d.slug + ".example", personName(2 * i), access.Coordinator, d.ags, d.short},
			Account{saxony, "zeichnung@" + d.slug + ".example", personName(2*i + 1), access.Signatory, d.ags, d.short})
	}
	return append(list,
		Account{saxony, "geschaeftsstelle@nordsachsen.example", "Gerda Vorlage", access.BodyOffice, "", "Regionalkonferenz Nordsachsen"},
		Account{saxony, "vorsitz@nordsachsen.example", "Viktor Beispiel", access.Chair, "", "Regionalkonferenz Nordsachsen"},
		Account{saxony, "geschaeftsstelle@saechsische-schweiz-osterzgebirge.example", "Silke Probe", access.BodyOffice, "", "Regionalkonferenz Sächsische Schweiz-Osterzgebirge"},
		Account{saxony, "mitglied@kvs.example", "Kerstin Muster", access.Member, "", "Kassenärztliche Vereinigung"},
		Account{saxony, "mitglied@aok.example", "Armin Beispiel", access.Member, "", "Krankenkasse"},
		Account{saxony, "mitglied@klinikum.example", "Klara Probe", access.Member, "", "Klinikum"},
		Account{saxony, "gast@sms.example", "Gustav Vorlage", access.Guest, "", "Regionalkonferenz Nordsachsen"},
		Account{saxony, "geschaeftsstelle@landesgremium.example", "Ludwig Muster", access.BodyOffice, "", "Landesgremium"},
		Account{musterland, "sachbearbeitung@musterland.example", "Mira Musterfrau", access.CaseOfficer, "", ""},
		Account{musterland, "admin@musterland.example", "Moritz Probe", access.Admin, "", ""},
		Account{musterland, "koordination@musterkreis.example", "Milena Beispiel", access.Coordinator, "99001", "Musterkreis"},
		Account{musterland, "zeichnung@musterkreis.example", "Marek Vorlage", access.Signatory, "99001", "Musterkreis"},
	)
}

// personName makes an invented name from a number, the same each time.
func personName(n int) string {
	first := []string{
		"Anja", "Bernd", "Carla", "Dirk", "Elke", "Falk", "Gesine", "Holger", "Ines", "Jonas", "Katja", "Lars", "Maren",
		"Nils", "Olga", "Peer", "Ronja", "Sven", "Tanja", "Uwe", "Vera", "Wenzel", "Yvonne", "Zeno", "Beate", "Clemens",
	}
	last := []string{"Muster", "Beispiel", "Probe", "Vorlage", "Mustermann", "Musterfrau", "Exempel"}
	return first[n%len(first)] + " " + last[(n*3+n/len(first))%len(last)]
}
