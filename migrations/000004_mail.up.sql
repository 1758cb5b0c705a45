SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Mail that leaves the house: written in the transaction that causes it,
-- delivered by a job that knows only the id.
CREATE TABLE mail (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	recipient    text NOT NULL CHECK (char_length(recipient) BETWEEN 3 AND 254 AND recipient !~ '[\r\n]'),
	subject      text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 200 AND subject !~ '[\r\n]'),
	body         text NOT NULL CHECK (char_length(body) <= 20000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	sent_at      timestamptz,
	PRIMARY KEY (programme_id, id)
);
CREATE INDEX mail_newest ON mail (programme_id, created_at DESC, id DESC);
CALL make_tenant_table('mail', 'recipient', 'subject', 'body');
CREATE POLICY write ON mail FOR INSERT TO rt_app WITH CHECK (true);
CREATE POLICY deliver ON mail FOR SELECT TO rt_app USING ((SELECT current_reach()) = 'system');
CREATE POLICY mark ON mail FOR UPDATE TO rt_app USING ((SELECT current_reach()) = 'system');
GRANT SELECT, INSERT, UPDATE (sent_at, body) ON mail TO rt_app;
