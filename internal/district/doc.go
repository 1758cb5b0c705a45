// Package district knows the programme's districts (Landkreise and Kreisfreie
// Städte) with validity, and the ministry's talks with them. Their population
// is a fact that package report reads for the board.
//
// Districts are public. Talks are noted by case officers and read by the
// ministry alone; the district does not see them.
package district
