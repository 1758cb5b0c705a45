package link

// SignIn is the sign-in form; after it the person continues at next.
func SignIn(next string) string {
	if next == Home() {
		next = ""
	}
	return With("/anmelden", "next", next)
}

// SignOut ends the session (POST).
func SignOut() string { return "/abmelden" }

// Start is the desk of a signed-in person.
func Start() string { return "/start" }

// ForgotPassword asks for a mail with a reset link.
func ForgotPassword() string { return "/passwort-vergessen" }

// ResetRequested says that a mail is under way if the account exists.
func ResetRequested() string { return With(ForgotPassword(), "gesendet", "1") }

// ResetPassword sets a new password; token comes from the mail.
func ResetPassword(token string) string { return With("/passwort-neu", "token", token) }

// AcceptInvitation sets the first password; token comes from the mail.
func AcceptInvitation(token string) string { return With("/einladung", "token", token) }
