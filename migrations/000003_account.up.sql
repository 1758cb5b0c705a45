SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- An account is global: an e-mail address and a password. The app reaches it
-- only through the functions below.
CREATE TABLE account (
	id                  uuid PRIMARY KEY,
	email               text NOT NULL CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 254),
	password_hash       text CHECK (password_hash LIKE '$argon2id$%'),
	password_changed_at timestamptz,
	disabled_at         timestamptz,
	created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_email ON account (email);
COMMENT ON TABLE account IS 'Global, without a tenant: the app has no privilege on it, only definer functions.';

-- A person in a programme, with or without a sign-in.
CREATE TABLE person (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	account_id   uuid REFERENCES account,
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
	email        text CHECK (char_length(email) BETWEEN 3 AND 254),
	phone        text CHECK (char_length(phone) BETWEEN 1 AND 60),
	disabled_at  timestamptz,
	created_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, account_id)
);
CREATE UNIQUE INDEX person_email ON person (programme_id, lower(email));
CALL make_tenant_table('person', 'name', 'email', 'phone');
CREATE TRIGGER version BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON person FOR SELECT TO rt_app USING ((SELECT current_reach()) <> 'public');
CREATE POLICY add ON person FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'admin', 'ministry') OR (SELECT cardinality(current_districts())) > 0);
CREATE POLICY keep ON person FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'admin') OR id = (SELECT current_person()));
-- Only account_register links a person to an account: who could do so himself
-- could give his seat to another account.
GRANT SELECT, INSERT (programme_id, id, name, email, phone), UPDATE (name, email, phone, disabled_at, version) ON person TO rt_app;

-- A role that a person holds from-to, in a district if the role is a district's.
CREATE TABLE role_assignment (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	person_id    uuid NOT NULL,
	role         text NOT NULL CHECK (role IN ('case_officer', 'approver', 'budget_officer', 'cashier',
		'press_officer', 'lead', 'admin', 'coordinator', 'signatory', 'body_office', 'chair', 'member', 'guest')),
	district_id  uuid,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	created_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	CONSTRAINT role_needs_district CHECK ((role IN ('coordinator', 'signatory')) = (district_id IS NOT NULL)),
	CONSTRAINT role_held_once EXCLUDE USING gist (programme_id WITH =, person_id WITH =, role WITH =,
		(coalesce(district_id, '00000000-0000-0000-0000-000000000000'::uuid)) WITH =, valid WITH &&)
);
CALL make_tenant_table('role_assignment');
CREATE POLICY read ON role_assignment FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'admin') OR person_id = (SELECT current_person()));
CREATE POLICY give ON role_assignment FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'admin'));
CREATE POLICY finish ON role_assignment FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'admin'));
GRANT SELECT, INSERT, UPDATE (valid) ON role_assignment TO rt_app;

-- Sessions. No row-level security: a session is looked up by the hash of a
-- secret token before anybody is known. A signed-out session stays as a
-- tombstone, so that a slow request cannot revive it.
CREATE TABLE session (
	token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	programme_id uuid NOT NULL REFERENCES programme,
	account_id   uuid NOT NULL REFERENCES account,
	data         bytea NOT NULL,
	device       text NOT NULL DEFAULT '',
	started_at   timestamptz NOT NULL,
	last_seen    timestamptz NOT NULL,
	expires_at   timestamptz NOT NULL,
	revoked_at   timestamptz
) WITH (fillfactor = 70);
CREATE INDEX session_account ON session (account_id) WHERE revoked_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO rt_app;

-- Failed sign-ins by bucket (hash of account or network). No tenant, no
-- personal data: the bucket is a keyed hash.
CREATE TABLE throttle (
	bucket   bytea PRIMARY KEY,
	failures integer NOT NULL,
	last_at  timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON throttle TO rt_app;

-- Links that work once: invitations and password resets. Only the hash of the
-- token is stored.
CREATE TABLE one_time_link (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
	kind         text NOT NULL CHECK (kind IN ('invitation', 'password_reset')),
	person_id    uuid NOT NULL,
	created_at   timestamptz NOT NULL,
	expires_at   timestamptz NOT NULL CHECK (expires_at > created_at),
	used_at      timestamptz,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, token_hash),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('one_time_link', 'token_hash');
CREATE POLICY use_link ON one_time_link FOR ALL TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'admin'))
	WITH CHECK ((SELECT current_reach()) IN ('system', 'admin'));
GRANT SELECT, INSERT, UPDATE (used_at) ON one_time_link TO rt_app;

-- Sign-in: the account behind an address and its person in this programme.
CREATE FUNCTION account_by_email(p_email text)
	RETURNS TABLE (account_id uuid, password_hash text, enabled boolean, person_id uuid)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
	SELECT a.id, a.password_hash,
		a.disabled_at IS NULL AND p.id IS NOT NULL AND p.disabled_at IS NULL, p.id
	FROM account a
	LEFT JOIN person p ON p.account_id = a.id AND p.programme_id = current_programme()
	WHERE a.email = lower(p_email) $$;

-- The signed-in person's own credentials.
CREATE FUNCTION account_own()
	RETURNS TABLE (email text, password_hash text, password_changed_at timestamptz)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
	SELECT a.email, a.password_hash, a.password_changed_at FROM account a WHERE a.id = current_account() $$;

-- The actor behind a session in one look: nothing if it ended, idled out, was
-- signed out, or if the account or the person was disabled.
CREATE FUNCTION session_actor(p_token_hash bytea, p_programme uuid, p_now timestamptz, p_idle interval, p_absolute interval)
	RETURNS TABLE (data bytea, touch boolean, account_id uuid, person_id uuid, name text, grants jsonb, expires_at timestamptz)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN QUERY
	SELECT s.data, s.last_seen < p_now - interval '1 minute', s.account_id, p.id, p.name,
		coalesce((SELECT jsonb_agg(jsonb_build_object('role', r.role, 'district',
				coalesce(r.district_id, '00000000-0000-0000-0000-000000000000'::uuid)))
			FROM role_assignment r
			WHERE r.programme_id = s.programme_id AND r.person_id = p.id
				AND r.valid @> (p_now AT TIME ZONE 'Europe/Berlin')::date), '[]'::jsonb),
		least(s.expires_at, s.last_seen + p_idle)
	FROM session s
	JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
	JOIN person p ON p.programme_id = s.programme_id AND p.account_id = s.account_id AND p.disabled_at IS NULL
	WHERE s.token_hash = p_token_hash AND s.programme_id = p_programme
		AND s.revoked_at IS NULL AND s.expires_at > p_now
		AND s.last_seen > p_now - p_idle AND s.started_at > p_now - p_absolute;
END $$;

-- Registers an account or, if the address has one, gives it back; links the
-- person to it. For invitations and seeds, which act as the system.
CREATE FUNCTION account_register(p_account uuid, p_email text, p_hash text, p_person uuid)
	RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
	found uuid;
BEGIN
	IF current_reach() <> 'system' THEN
		RAISE EXCEPTION 'only the system registers accounts' USING ERRCODE = '42501';
	END IF;
	INSERT INTO account (id, email, password_hash, password_changed_at)
	VALUES (p_account, lower(p_email), p_hash, now()) ON CONFLICT (email) DO NOTHING;
	SELECT a.id INTO found FROM account a WHERE a.email = lower(p_email);
	UPDATE person SET account_id = found
	WHERE programme_id = current_programme() AND id = p_person AND account_id IS DISTINCT FROM found;
	RETURN found;
END $$;

CREATE FUNCTION account_set_password(p_account uuid, p_hash text)
	RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	IF current_reach() <> 'system' AND p_account IS DISTINCT FROM current_account() THEN
		RAISE EXCEPTION 'not the own account' USING ERRCODE = '42501';
	END IF;
	UPDATE account SET password_hash = p_hash, password_changed_at = clock_timestamp() WHERE id = p_account;
	-- Links to set another one are of no use any more, whichever programme sent them.
	UPDATE one_time_link l SET used_at = clock_timestamp()
	FROM person p
	WHERE p.programme_id = l.programme_id AND p.id = l.person_id AND p.account_id = p_account
		AND l.kind = 'password_reset' AND l.used_at IS NULL;
END $$;

REVOKE ALL ON FUNCTION account_by_email(text), account_own(), account_register(uuid, text, text, uuid),
	account_set_password(uuid, text), session_actor(bytea, uuid, timestamptz, interval, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_by_email(text), account_own(), account_register(uuid, text, text, uuid),
	account_set_password(uuid, text), session_actor(bytea, uuid, timestamptz, interval, interval) TO rt_app;
