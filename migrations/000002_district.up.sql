SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Districts (Landkreise and Kreisfreie Städte), keyed for people by AGS-5.
CREATE TABLE district (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	ags          text NOT NULL CHECK (ags ~ '^[0-9]{5}$'),
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
	short_name   text NOT NULL CHECK (char_length(short_name) BETWEEN 1 AND 60),
	kind         text NOT NULL CHECK (kind IN ('rural_district', 'district_free_city')),
	nuts3        text NOT NULL DEFAULT '',
	seat         text NOT NULL DEFAULT '',
	valid        daterange NOT NULL CHECK (NOT isempty(valid)),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, ags)
);
CALL make_tenant_table('district');
CREATE POLICY read ON district FOR SELECT TO rt_app USING (true);
CREATE POLICY keep ON district FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) = 'system');
GRANT SELECT, INSERT ON district TO rt_app;

-- Population by day and census basis, a point fact.
CREATE TABLE population (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	district_id  uuid NOT NULL,
	valid_from   date NOT NULL,
	census_basis smallint NOT NULL CHECK (census_basis BETWEEN 1950 AND 2100),
	people       integer NOT NULL CHECK (people >= 0),
	source       text NOT NULL DEFAULT '',
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CALL make_fact_table('population');
CALL make_tenant_table('population');
CREATE INDEX population_as_of ON population (programme_id, district_id, valid_from DESC, recorded_at DESC);
CREATE POLICY read ON population FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON population FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) = 'system');
CREATE POLICY withdraw ON population FOR UPDATE TO rt_app USING ((SELECT current_reach()) = 'system');
