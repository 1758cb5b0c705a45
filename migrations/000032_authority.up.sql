SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- The commitment authority of a title's year (Verpflichtungsermächtigung): what
-- may be granted in it for the years after.
ALTER TABLE budget_year
	ADD COLUMN authority       cents NOT NULL DEFAULT 0 CHECK (authority >= 0),
	ADD COLUMN committed_later cents NOT NULL DEFAULT 0 CHECK (committed_later >= 0),
	ADD CONSTRAINT authority_enough CHECK (committed_later <= authority);
GRANT INSERT (authority), UPDATE (authority) ON budget_year TO rt_app;
DROP TRIGGER by_role ON budget_year;
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE OF name, appropriation, authority ON budget_year FOR EACH ROW EXECUTE FUNCTION written_by_role('budget_officer');

-- What the budget gave, from when on that was known.
CREATE TABLE budget_figure (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL DEFAULT gen_random_uuid(),
	budget_id     uuid NOT NULL,
	appropriation cents NOT NULL,
	authority     cents NOT NULL,
	at            timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, budget_id) REFERENCES budget_year (programme_id, id)
);
CALL make_tenant_table('budget_figure');
CREATE INDEX budget_figure_of ON budget_figure (programme_id, budget_id, at DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON budget_figure FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON budget_figure FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT ON budget_figure TO rt_app;
INSERT INTO budget_figure (programme_id, budget_id, appropriation, authority, at)
	SELECT programme_id, id, appropriation, authority, '-infinity' FROM budget_year;

CREATE FUNCTION budget_year_figures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (NEW.appropriation, NEW.authority) = (OLD.appropriation, OLD.authority) THEN RETURN NULL; END IF;
	INSERT INTO budget_figure (programme_id, budget_id, appropriation, authority) VALUES (NEW.programme_id, NEW.id, NEW.appropriation, NEW.authority);
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION budget_year_figures() FROM PUBLIC;
CREATE TRIGGER figures AFTER INSERT OR UPDATE ON budget_year FOR EACH ROW EXECUTE FUNCTION budget_year_figures();

-- What of a commitment is for later years than the title's. An approval takes it
-- from the reckoning of the amount, year by year; what is given back frees the
-- later years first.
ALTER TABLE commitment ADD COLUMN later cents NOT NULL DEFAULT 0;

CREATE FUNCTION commitment_splits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	bound bigint;
BEGIN
	SELECT sum(m.later) INTO bound FROM commitment m WHERE m.programme_id = NEW.programme_id AND m.case_id = NEW.case_id;
	IF bound IS NULL THEN
		NEW.later := coalesce((SELECT sum((l ->> 'amount')::bigint)
			FROM grant_case c
			JOIN LATERAL (SELECT k.lines FROM calculation k WHERE k.programme_id = c.programme_id AND k.case_id = c.id AND k.rule = 'award' AND k.amount = NEW.amount
				ORDER BY k.at DESC LIMIT 1) AS k ON true, jsonb_array_elements(k.lines) AS l
			WHERE c.programme_id = NEW.programme_id AND c.id = NEW.case_id AND extract(year FROM (l ->> 'day')::date) > c.file_year), 0);
	ELSE
		NEW.later := -least(greatest(-NEW.amount, 0), bound);
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION commitment_splits() FROM PUBLIC;
CREATE TRIGGER splits BEFORE INSERT ON commitment FOR EACH ROW EXECUTE FUNCTION commitment_splits();

CREATE OR REPLACE FUNCTION commitment_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE budget_year b SET committed = b.committed + NEW.amount - NEW.later, committed_later = b.committed_later + NEW.later
	WHERE b.programme_id = NEW.programme_id AND b.id = NEW.budget_id;
	RETURN NULL;
END $$;
