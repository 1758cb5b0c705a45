SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- What an invitation said, and each change of it: date, place and agenda as they
-- went out, however the sitting changes later. day is the sitting's, for the
-- policies; planned_for is what the letter said.
CREATE TABLE call_letter (
	programme_id     uuid NOT NULL REFERENCES programme,
	meeting_id       uuid NOT NULL,
	sequence         integer NOT NULL CHECK (sequence > 0),
	body_id          uuid NOT NULL,
	day              date NOT NULL,
	sent_at          timestamptz NOT NULL,
	planned_for      date NOT NULL,
	starts_at        time NOT NULL,
	ends_at          time,
	title            text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 160),
	place            text NOT NULL CHECK (char_length(place) <= 300),
	online_url       text NOT NULL CHECK (char_length(online_url) <= 500),
	note             text NOT NULL CHECK (char_length(note) <= 4000),
	second           boolean NOT NULL,
	quorum_needed    integer NOT NULL CHECK (quorum_needed >= 0),
	short_notice_why text NOT NULL CHECK (char_length(short_notice_why) <= 500),
	items            integer NOT NULL CHECK (items >= 0), -- of the agenda; who does not read one of them knows its number
	PRIMARY KEY (programme_id, meeting_id, sequence),
	UNIQUE (programme_id, meeting_id, sequence, body_id, day),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE
);
CALL make_tenant_table('call_letter', 'note');
CREATE POLICY read ON call_letter FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 1);
CREATE POLICY add ON call_letter FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT ON call_letter TO rt_app;

CREATE TABLE call_letter_item (
	programme_id   uuid NOT NULL REFERENCES programme,
	meeting_id     uuid NOT NULL,
	sequence       integer NOT NULL,
	number         integer NOT NULL CHECK (number > 0),
	body_id        uuid NOT NULL,
	day            date NOT NULL,
	agenda_item_id uuid, -- NULL: struck since
	title          text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	minutes        integer,
	presenter      text NOT NULL CHECK (char_length(presenter) <= 160),
	non_public     boolean NOT NULL,
	PRIMARY KEY (programme_id, meeting_id, sequence, number),
	FOREIGN KEY (programme_id, meeting_id, sequence, body_id, day)
		REFERENCES call_letter (programme_id, meeting_id, sequence, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, agenda_item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id) ON DELETE SET NULL (agenda_item_id)
);
CALL make_tenant_table('call_letter_item', 'presenter');
CREATE INDEX call_letter_item_item ON call_letter_item (programme_id, agenda_item_id);
CREATE POLICY read ON call_letter_item FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system'
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON call_letter_item FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT ON call_letter_item TO rt_app;
-- An item that is closed later is closed in what was sent before.
CREATE FUNCTION call_letter_item_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE call_letter_item i SET non_public = true
	WHERE i.programme_id = NEW.programme_id AND i.agenda_item_id = NEW.id AND NOT i.non_public;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION call_letter_item_closes() FROM PUBLIC;
CREATE TRIGGER closes_letters AFTER UPDATE OF non_public ON agenda_item FOR EACH ROW WHEN (NEW.non_public AND NOT OLD.non_public)
	EXECUTE FUNCTION call_letter_item_closes();

-- Scans of the signed print of approved minutes. They show every part, so
-- guests and the public read none; whether members do is the rules' matter
-- (minutes.Scans). One that was withdrawn is the office's alone, and soon gone.
CREATE TABLE minutes_scan (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL,
	minutes_id    uuid NOT NULL,
	no            integer NOT NULL, -- the version that was printed
	body_id       uuid NOT NULL,
	day           date NOT NULL,
	file_name     text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	content_type  text NOT NULL CHECK (content_type = 'application/pdf'),
	size          bigint NOT NULL CHECK (size BETWEEN 1 AND 20971520),
	sha256        bytea NOT NULL CHECK (octet_length(sha256) = 32),
	withdrawn_at  timestamptz,
	withdrawn_why text CHECK (char_length(withdrawn_why) BETWEEN 1 AND 500),
	created_at    timestamptz NOT NULL,
	created_by    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, minutes_id, no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, created_by) REFERENCES person (programme_id, id),
	CONSTRAINT minutes_scan_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_why IS NULL))
);
CALL make_tenant_table('minutes_scan', 'file_name', 'withdrawn_why');
CALL make_file_table('minutes_scan');
CREATE INDEX minutes_scan_newest ON minutes_scan (programme_id, minutes_id, created_at DESC);
CREATE FUNCTION scan_of_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM minutes m
			WHERE m.programme_id = NEW.programme_id AND m.id = NEW.minutes_id AND m.no = NEW.no AND m.approved_at IS NOT NULL) THEN
		RAISE EXCEPTION 'these minutes are not approved' USING ERRCODE = '23514', CONSTRAINT = 'scan_of_approved';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER approved BEFORE INSERT ON minutes_scan FOR EACH ROW WHEN (row_security_active('minutes_scan')) EXECUTE FUNCTION scan_of_approved();
CREATE POLICY read ON minutes_scan FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4
		OR withdrawn_at IS NULL AND reads_level((SELECT current_seats()), body_id, day) >= 2);
CREATE POLICY add ON minutes_scan FOR INSERT TO rt_app
	WITH CHECK (acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY withdraw ON minutes_scan FOR UPDATE TO rt_app
	USING (acts_level((SELECT current_seats()), body_id) >= 4 AND withdrawn_at IS NULL)
	WITH CHECK (acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY empty_bin ON minutes_scan FOR DELETE TO rt_app
	USING ((SELECT current_reach()) = 'system' AND withdrawn_at IS NOT NULL);
GRANT SELECT, DELETE, INSERT (programme_id, id, minutes_id, no, body_id, day, file_id, file_name, content_type, size, sha256, created_at),
	UPDATE (withdrawn_at, withdrawn_why) ON minutes_scan TO rt_app;

-- A scan is an event beside the sealed bytes. Members know that there is one;
-- why one was withdrawn is for office and chair.
ALTER TABLE minutes_event
	DROP CONSTRAINT minutes_event_kind_check,
	ADD CONSTRAINT minutes_event_kind_check CHECK (kind IN ('begun', 'to_check', 'sent_back', 'circulated', 'reopened', 'ready', 'approved',
		'signed_chair', 'signed_taker', 'published', 'release_taken_back', 'corrected', 'scan_added', 'scan_withdrawn'));
ALTER POLICY read ON minutes_event
	USING ((SELECT current_reach()) = 'system'
		OR reads_level((SELECT current_seats()), body_id, day)
			>= CASE WHEN kind IN ('begun', 'to_check', 'sent_back', 'scan_withdrawn') THEN 3 WHEN kind = 'scan_added' THEN 2 ELSE 1 END);

-- Papers that were removed go for good, by a job.
CREATE POLICY empty_bin ON paper FOR DELETE TO rt_app USING ((SELECT current_reach()) = 'system' AND deleted_at IS NOT NULL);
GRANT DELETE ON paper TO rt_app;
