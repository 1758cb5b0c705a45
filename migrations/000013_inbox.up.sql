SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Messages to a person about what happened in a body or a programme. They say
-- that something is there and never what stands in it.
CREATE TABLE notification (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	person_id    uuid NOT NULL,
	kind         text NOT NULL CHECK (kind ~ '^[a-z_]{2,40}$'),
	place        text NOT NULL DEFAULT '' CHECK (char_length(place) <= 160), -- the body's name
	about        date, -- the day of the sitting
	due_on       date,
	address      text NOT NULL CHECK (address ~ '^/' AND char_length(address) <= 300),
	created_at   timestamptz NOT NULL DEFAULT now(),
	read_at      timestamptz,
	mail_by      text NOT NULL DEFAULT 'none' CHECK (mail_by IN ('none', 'now', 'daily', 'weekly')),
	mailed_at    timestamptz,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('notification');
CREATE INDEX notification_person ON notification (programme_id, person_id, created_at DESC, id DESC);
CREATE INDEX notification_digest ON notification (programme_id, mail_by, person_id) WHERE mailed_at IS NULL AND mail_by IN ('daily', 'weekly');
CREATE INDEX notification_unread ON notification (programme_id, person_id) WHERE read_at IS NULL;
CREATE POLICY read ON notification FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person()));
CREATE POLICY add ON notification FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) <> 'public');
CREATE POLICY keep ON notification FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person()));
CREATE POLICY old ON notification FOR DELETE TO rt_app USING ((SELECT current_reach()) = 'system');
GRANT SELECT, DELETE, INSERT (programme_id, id, person_id, kind, place, about, due_on, address, mail_by, created_at), UPDATE (read_at, mailed_at) ON notification TO rt_app;

-- How a person wants to hear of a kind by e-mail; no row: as the kind says.
CREATE TABLE notification_wish (
	programme_id uuid NOT NULL REFERENCES programme,
	person_id    uuid NOT NULL,
	kind         text NOT NULL CHECK (kind ~ '^[a-z_]{2,40}$'),
	mail_by      text NOT NULL CHECK (mail_by IN ('none', 'now', 'daily', 'weekly')),
	PRIMARY KEY (programme_id, person_id, kind),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('notification_wish');
CREATE POLICY own ON notification_wish FOR ALL TO rt_app
	USING ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person()))
	WITH CHECK (person_id = (SELECT current_person()));
GRANT SELECT, INSERT, UPDATE (mail_by), DELETE ON notification_wish TO rt_app;
-- Whoever notifies asks how; the wishes themselves stay the person's own.
CREATE FUNCTION notification_channel(p_people uuid[], p_kind text)
	RETURNS TABLE (person_id uuid, email text, mail_by text) LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
	SELECT p.id, coalesce(p.email, ''), w.mail_by
	FROM person p
	LEFT JOIN notification_wish w ON w.programme_id = p.programme_id AND w.person_id = p.id AND w.kind = p_kind
	WHERE p.programme_id = current_programme() AND p.id = ANY (p_people) AND p.disabled_at IS NULL
		AND current_reach() <> 'public' $$;
REVOKE ALL ON FUNCTION notification_channel(uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notification_channel(uuid[], text) TO rt_app;

-- How many notices a person has not read, up to 100, for the frame of each page:
-- asked together with the session, when no scope is set yet. In PL/pgSQL, which
-- keeps its plan: each request asks.
CREATE FUNCTION notification_unread(p_programme uuid, p_person uuid) RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN (SELECT count(*)::integer FROM (SELECT FROM notification n
		WHERE n.programme_id = p_programme AND n.person_id = p_person AND n.read_at IS NULL LIMIT 100) AS few);
END $$;
REVOKE ALL ON FUNCTION notification_unread(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notification_unread(uuid, uuid) TO rt_app;

-- Where mail that is no duty can be switched off.
ALTER TABLE mail ADD COLUMN unsubscribe text CHECK (char_length(unsubscribe) <= 300 AND unsubscribe !~ '[\r\n<>]');
