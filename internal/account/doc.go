// Package account knows who signs in: global accounts (an e-mail address and a
// password), the persons of a programme with or without an account, the roles
// they hold from-to, sessions, and links that work once.
//
// An account is opened by an invitation (72 hours, one use) and closed by
// disabling the person; both, and the end of a role, act on the next request.
// An admin sees people and roles, never a secret. Nothing here tells whether an
// address has an account.
package account
