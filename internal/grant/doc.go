// Package grant funds the coordinators: schemes and their rules by date, cases,
// notices, payments, proof of use.
//
// Three regimes in time are parameter sets of one engine ([Terms]): joint
// financing (2018–2020), application (2021), lump sum (since 2022). Every amount
// is made by a pure function of its inputs ([Inputs]) that returns the amount
// and its explanation; both are stored ([Calculation]), and page, paper and
// trail show the same. Amounts are cents, days are Berlin dates.
//
// A case goes through states (table case_step, enforced by a trigger). Nobody
// holds two of applicant, officer, approver, orderer and payer on one case, ever
// (table case_duty): persons, not accounts.
package grant
