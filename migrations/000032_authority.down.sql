SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
CREATE OR REPLACE FUNCTION commitment_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE budget_year b SET committed = b.committed + NEW.amount
	WHERE b.programme_id = NEW.programme_id AND b.id = NEW.budget_id;
	RETURN NULL;
END $$;
DROP TRIGGER splits ON commitment;
DROP FUNCTION commitment_splits();
ALTER TABLE commitment DROP COLUMN later;
DROP TRIGGER figures ON budget_year;
DROP FUNCTION budget_year_figures();
DROP TABLE budget_figure;
DROP TRIGGER by_role ON budget_year;
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE OF name, appropriation ON budget_year FOR EACH ROW EXECUTE FUNCTION written_by_role('budget_officer');
ALTER TABLE budget_year DROP CONSTRAINT authority_enough, DROP COLUMN authority, DROP COLUMN committed_later;
