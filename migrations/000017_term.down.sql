SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

ALTER TABLE model_region RENAME TO committee_fact;
ALTER TABLE committee_fact DROP CONSTRAINT model_region_once, ALTER district_id DROP NOT NULL,
	ADD kind text NOT NULL DEFAULT 'model_region' CHECK (kind IN ('member_seat', 'patient_seat', 'working_group', 'model_region')),
	ADD amount smallint NOT NULL DEFAULT 1 CHECK (amount BETWEEN 1 AND 100);
ALTER TABLE committee_fact ALTER kind DROP DEFAULT,
	ADD CHECK ((kind = 'model_region') = (district_id IS NOT NULL)),
	ADD CONSTRAINT committee_fact_once
		EXCLUDE USING gist (programme_id WITH =, kind WITH =, name WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
DROP TABLE body_term;
REVOKE INSERT (created_at) ON seat FROM rt_app;
DROP TRIGGER entered_now ON seat;
DROP FUNCTION seat_entered_now();
DROP TRIGGER term_changes ON seat;
DROP TRIGGER term_begins ON seat;
DROP FUNCTION seat_keeps_term();
DROP TABLE seat_term;
