SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- What two spellings of one name share: "AOK PLUS" and "aok-plus".
CREATE FUNCTION partner_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT lower(regexp_replace(normalize(name, NFKC), '[^[:alnum:]]+', '', 'g')) $$;

-- Organisations with which districts work, shared across the programme. No
-- private persons, no contact persons: those are in a district's own note.
CREATE TABLE partner (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	name_key     text NOT NULL GENERATED ALWAYS AS (partner_key(name)) STORED,
	category     text NOT NULL DEFAULT 'other' CHECK (category IN ('physicians', 'kv', 'chamber', 'health_office', 'network',
		'insurer', 'science', 'hospital', 'kgs', 'care', 'emergency', 'municipality', 'umbrella', 'patient_org',
		'school_training', 'citizen', 'ministry', 'other')),
	place        text NOT NULL DEFAULT '' CHECK (char_length(place) <= 120),
	website      text NOT NULL DEFAULT '' CHECK (char_length(website) <= 300 AND (website = '' OR website ~ '^https?://')),
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	changed_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT partner_once UNIQUE (programme_id, name_key),
	CONSTRAINT partner_has_letters CHECK (name_key <> '')
);
CALL make_tenant_table('partner');
CREATE TRIGGER version BEFORE UPDATE ON partner FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON partner FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR (SELECT cardinality(current_districts())) > 0);
CREATE POLICY add ON partner FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR (SELECT cardinality(current_districts())) > 0);
CREATE POLICY keep ON partner FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR (SELECT cardinality(current_districts())) > 0);
GRANT SELECT, INSERT (programme_id, id, name, category, place, website, simulated),
	UPDATE (name, category, place, website, changed_at, version) ON partner TO rt_app;

-- What a district keeps to itself about a partner: contact person, note.
CREATE TABLE partner_note (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL DEFAULT gen_random_uuid(),
	district_id   uuid NOT NULL,
	partner_id    uuid NOT NULL,
	contact_name  text NOT NULL DEFAULT '' CHECK (char_length(contact_name) <= 120),
	contact_email text NOT NULL DEFAULT '' CHECK (char_length(contact_email) <= 254),
	contact_phone text NOT NULL DEFAULT '' CHECK (char_length(contact_phone) <= 60),
	note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 4000),
	changed_at    timestamptz NOT NULL DEFAULT now(),
	changed_by    uuid DEFAULT current_person(),
	version       integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT partner_note_once UNIQUE (programme_id, district_id, partner_id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, partner_id) REFERENCES partner (programme_id, id)
);
CALL make_tenant_table('partner_note', 'contact_name', 'contact_email', 'contact_phone', 'note');
CREATE TRIGGER version BEFORE UPDATE ON partner_note FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY district ON partner_note FOR ALL TO rt_app
	USING (district_id = ANY ((SELECT current_districts())::uuid[]))
	WITH CHECK (district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT, UPDATE (contact_name, contact_email, contact_phone, note, changed_at, changed_by, version)
	ON partner_note TO rt_app;
