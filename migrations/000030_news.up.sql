SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- When a district is reminded of a deadline: days after it, negative before.
ALTER TABLE scheme_terms ADD COLUMN reminder_days integer[] NOT NULL DEFAULT '{-60,-14,0,14,30}'
	CHECK (cardinality(reminder_days) BETWEEN 1 AND 12 AND -365 <= ALL (reminder_days) AND 365 >= ALL (reminder_days));

-- Of what people were told in a case: a step, or a rung of the ladder to a
-- deadline. Each once; only jobs write and read it.
CREATE TABLE grant_news (
	programme_id uuid NOT NULL REFERENCES programme,
	case_id      uuid NOT NULL,
	what         text NOT NULL CHECK (char_length(what) <= 80),
	at           timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, case_id, what),
	FOREIGN KEY (programme_id, case_id) REFERENCES grant_case (programme_id, id)
);
CALL make_tenant_table('grant_news');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON grant_news FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON grant_news FOR SELECT TO rt_app USING ((SELECT current_reach()) = 'system');
CREATE POLICY add ON grant_news FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) = 'system');
GRANT SELECT, INSERT (programme_id, case_id, what) ON grant_news TO rt_app;

-- The steps of the last days, for the job that tells of them.
CREATE INDEX case_event_at ON case_event (programme_id, at);

-- Follow-up dates that have come, and the list of cases in its order.
CREATE INDEX grant_case_follow_up ON grant_case (programme_id, follow_up_on) WHERE follow_up_on IS NOT NULL;
CREATE INDEX grant_case_ordered ON grant_case (programme_id, (lpad(file_year::text, 4, '0') || ' ' || file_ref), id);
