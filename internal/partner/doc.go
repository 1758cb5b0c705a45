// Package partner knows the organisations with which districts work. They are
// shared across the programme: what one district enters, all offer. There is
// one row for a name, however it is spelt.
//
// People of districts keep partners and the ministry reads them. A contact
// person and a note are a district's own (Note): neither another district nor
// the ministry sees them. A partner is an organisation, never a private person.
package partner
