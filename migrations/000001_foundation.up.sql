SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- The scope of a transaction, set once by the gate (internal/db) and read by
-- every policy. STABLE, so that a policy written (SELECT current_x()) asks once.
CREATE FUNCTION current_programme() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT nullif(current_setting('app.programme', true), '')::uuid $$;
CREATE FUNCTION current_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT nullif(current_setting('app.account', true), '')::uuid $$;
CREATE FUNCTION current_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;
CREATE FUNCTION current_districts() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT coalesce(nullif(current_setting('app.districts', true), ''), '{}')::uuid[] $$;
CREATE FUNCTION current_reach() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT coalesce(nullif(current_setting('app.reach', true), ''), 'none') $$;

-- Which visibilities of released rows the actor reads wherever they come from.
CREATE FUNCTION current_released() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT CASE current_reach()
		WHEN 'system' THEN '{own,district,ministry,public}'
		WHEN 'ministry' THEN '{ministry,public}'
		WHEN 'none' THEN '{}'
		ELSE '{public}' END::text[] $$;

CREATE FUNCTION berlin_date(t timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT (t AT TIME ZONE 'Europe/Berlin')::date $$;

-- A programme is the tenant: one state's programme.
CREATE TABLE programme (
	id         uuid PRIMARY KEY,
	slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,40}$'),
	name       text NOT NULL CHECK (name <> ''),
	hosts      text[] NOT NULL DEFAULT '{}',
	is_default boolean NOT NULL DEFAULT false,
	words      jsonb NOT NULL DEFAULT '{}', -- {"de": {"key": "text"}, "en": {...}}: the programme's own words
	demo_today date,                        -- the day on which demo data were first made; NULL: a real programme
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX programme_default ON programme (is_default) WHERE is_default;
COMMENT ON TABLE programme IS 'The tenants. Readable by the app: a request is matched to one by its host name.';
GRANT SELECT ON programme TO rt_app;

-- The audit trail. Written by the trigger alone; the app reads who did what
-- when, but never the contents.
CREATE TABLE audit (
	programme_id uuid NOT NULL REFERENCES programme,
	id           bigint GENERATED ALWAYS AS IDENTITY,
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	person_id    uuid,
	actor        text NOT NULL DEFAULT '',
	action       text NOT NULL,
	request      text NOT NULL DEFAULT '',
	relation     text NOT NULL,
	row_id       text,
	op           text NOT NULL CHECK (op IN ('INSERT', 'UPDATE', 'DELETE')),
	old          jsonb,
	new          jsonb,
	PRIMARY KEY (programme_id, id)
);
CREATE INDEX audit_row ON audit (programme_id, relation, row_id);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit AS RESTRICTIVE FOR ALL TO rt_app
	USING (programme_id = (SELECT current_programme())) WITH CHECK (false);
CREATE POLICY read ON audit FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('admin', 'system'));
GRANT SELECT (programme_id, id, at, person_id, actor, action, request, relation, row_id, op) ON audit TO rt_app;

-- The arguments are columns: those that hold personal data are stored as
-- "[personal]", those with a leading minus are derived and left out.
CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
DECLARE
	o jsonb;
	n jsonb;
	col text;
BEGIN
	IF TG_OP <> 'INSERT' THEN o := to_jsonb(OLD); END IF;
	IF TG_OP <> 'DELETE' THEN n := to_jsonb(NEW); END IF;
	FOREACH col IN ARRAY coalesce(TG_ARGV, '{}') LOOP
		IF left(col, 1) = '-' THEN
			o := o - substr(col, 2);
			n := n - substr(col, 2);
			CONTINUE;
		END IF;
		IF o ->> col IS NOT NULL THEN o := o || jsonb_build_object(col, '[personal]'); END IF;
		IF n ->> col IS NOT NULL THEN n := n || jsonb_build_object(col, '[personal]'); END IF;
	END LOOP;
	INSERT INTO audit (programme_id, person_id, actor, action, request, relation, row_id, op, old, new)
	VALUES ((coalesce(n, o) ->> 'programme_id')::uuid,
		nullif(current_setting('app.person', true), '')::uuid,
		coalesce(current_setting('app.actor', true), session_user),
		coalesce(nullif(current_setting('app.action', true), ''), 'sql'),
		coalesce(current_setting('app.request', true), ''),
		TG_TABLE_NAME, coalesce(n, o) ->> 'id', TG_OP, o, n);
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_row() FROM PUBLIC;

-- A record is never rewritten: for tables that only grow.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'RT001';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What every tenant table needs, in one call from its migration: the tenant
-- wall, the default of programme_id and the audit trigger.
CREATE PROCEDURE make_tenant_table(t regclass, VARIADIC personal text[] DEFAULT '{}') LANGUAGE plpgsql AS $$
DECLARE
	args text := (SELECT string_agg(quote_literal(c), ', ') FROM unnest(personal) AS c);
BEGIN
	EXECUTE format('ALTER TABLE %s ALTER programme_id SET DEFAULT current_programme()', t);
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
	EXECUTE format('CREATE POLICY tenant ON %s AS RESTRICTIVE FOR ALL TO rt_app
		USING (programme_id = (SELECT current_programme()))
		WITH CHECK (programme_id = (SELECT current_programme()))', t);
	EXECUTE format('CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %s
		FOR EACH ROW EXECUTE FUNCTION audit_row(%s)', t, coalesce(args, ''));
END $$;
REVOKE ALL ON PROCEDURE make_tenant_table(regclass, text[]) FROM PUBLIC;

-- Rows that people edit carry a version: an UPDATE names the version it read.
CREATE FUNCTION bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.version := OLD.version + 1;
	RETURN NEW;
END $$;

-- The second clock: recorded_at is database time under a lock per programme,
-- so that what is committed later is never recorded earlier.
CREATE TABLE fact_clock (
	programme_id uuid PRIMARY KEY REFERENCES programme,
	last         timestamptz NOT NULL
);
COMMENT ON TABLE fact_clock IS 'One row a programme: the time of the newest record. Touched only by record_time().';

CREATE FUNCTION record_time() RETURNS timestamptz LANGUAGE sql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
	INSERT INTO fact_clock AS c VALUES (current_programme(), clock_timestamp())
	ON CONFLICT (programme_id) DO UPDATE
		SET last = greatest(clock_timestamp(), c.last + interval '1 microsecond')
	RETURNING last $$;
REVOKE ALL ON FUNCTION record_time() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_time() TO rt_app;

CREATE FUNCTION fact_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('app.backdate', true) = 'on' AND NEW.recorded_at IS NOT NULL THEN
		IF NEW.recorded_at > clock_timestamp() THEN
			RAISE EXCEPTION 'recorded in the future' USING ERRCODE = '23514', CONSTRAINT = 'recorded_in_the_past';
		END IF;
	ELSE
		NEW.recorded_at := record_time();
	END IF;
	NEW.recorded_by := current_person();
	NEW.withdrawn_at := NULL;
	NEW.withdrawn_by := NULL;
	RETURN NEW;
END $$;

-- The only change to a fact is its withdrawal, once.
CREATE FUNCTION fact_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	kept jsonb := to_jsonb(OLD) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[];
BEGIN
	IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
		OR to_jsonb(NEW) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[] <> kept THEN
		RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'RT001';
	END IF;
	NEW.withdrawn_at := record_time();
	NEW.withdrawn_by := current_person();
	RETURN NEW;
END $$;

-- What every table of facts needs beside make_tenant_table.
CREATE PROCEDURE make_fact_table(t regclass) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %s
		ADD recorded_at timestamptz NOT NULL,
		ADD recorded_by uuid,
		ADD withdrawn_at timestamptz,
		ADD withdrawn_by uuid,
		ADD withdrawn_why text CHECK (char_length(withdrawn_why) BETWEEN 1 AND 500),
		ADD simulated boolean NOT NULL DEFAULT false,
		ADD CHECK (withdrawn_at >= recorded_at)', t);
	EXECUTE format('CREATE TRIGGER fact_insert BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION fact_insert()', t);
	EXECUTE format('CREATE TRIGGER fact_update BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION fact_update()', t);
	EXECUTE format('CREATE TRIGGER fact_delete BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
	EXECUTE format('CREATE TRIGGER fact_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by, withdrawn_why) ON %s TO rt_app', t);
END $$;
REVOKE ALL ON PROCEDURE make_fact_table(regclass) FROM PUBLIC;
