// Package district knows the programme's districts (Landkreise and Kreisfreie
// Städte) with validity, their population by day and census basis, and the
// ministry's talks with them.
//
// Districts are public. Talks are noted by case officers and read by the
// ministry alone; the district does not see them.
package district
