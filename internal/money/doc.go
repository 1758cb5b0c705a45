// Package money counts in whole cents. There is no floating point in it, no
// operation wraps around, and parts of a sum always add up to the sum.
//
// [Parse] reads amounts as people type them and refuses what can be read in two
// ways, with the reading it would guess. [Split] shares a total by the largest
// remainder. How an amount looks on a page ("1.234,50 €") is locale's business.
package money
