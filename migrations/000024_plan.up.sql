SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- A financing plan (Finanzierungsplan) of a case. A change is a new version: the
-- first is that of the application as received, the others the district's.
CREATE TABLE financing_plan (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	no           integer NOT NULL CHECK (no > 0),
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 1000),
	created_at   timestamptz NOT NULL DEFAULT now(), -- of its transaction, in which its lines join it
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	CONSTRAINT financing_plan_no UNIQUE (programme_id, case_id, no),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('financing_plan', 'reason');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON financing_plan FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON financing_plan FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[])
		AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = financing_plan.programme_id AND c.id = financing_plan.case_id));
CREATE POLICY add ON financing_plan FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, no, reason) ON financing_plan TO rt_app;

-- What a plan spends and where the money comes from, a line a kind.
CREATE TABLE plan_line (
	programme_id uuid NOT NULL REFERENCES programme,
	plan_id      uuid NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('staff', 'material', 'travel', 'events', 'services', 'publicity', 'other_cost',
		'own_share', 'third_party', 'other_grant', 'grant')),
	income       boolean NOT NULL GENERATED ALWAYS AS (kind IN ('own_share', 'third_party', 'other_grant', 'grant')) STORED,
	amount       cents NOT NULL CHECK (amount >= 0),
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 300),
	PRIMARY KEY (programme_id, plan_id, kind),
	FOREIGN KEY (programme_id, plan_id) REFERENCES financing_plan (programme_id, id)
);
CALL make_tenant_table('plan_line', 'note');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON plan_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON plan_line FOR SELECT TO rt_app
	USING (EXISTS (SELECT FROM financing_plan p WHERE p.programme_id = plan_line.programme_id AND p.id = plan_line.plan_id));
CREATE POLICY add ON plan_line FOR INSERT TO rt_app
	WITH CHECK (EXISTS (SELECT FROM financing_plan p WHERE p.programme_id = plan_line.programme_id AND p.id = plan_line.plan_id
		AND p.created_at = now())); -- of this transaction
GRANT SELECT, INSERT (programme_id, plan_id, kind, amount, note) ON plan_line TO rt_app;

-- Versions are numbered without a gap. The district changes its plan until its
-- use is proven: first with its application, later while the grant runs. Only
-- the district acts, and nobody who had another duty on the case.
CREATE FUNCTION financing_plan_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF EXISTS (SELECT FROM financing_plan p WHERE p.programme_id = NEW.programme_id AND p.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'financing_plan_pkey'; -- the same form again
	END IF;
	IF NEW.no <> (SELECT count(*) + 1 FROM financing_plan p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'not the next version' USING ERRCODE = '23505', CONSTRAINT = 'financing_plan_no';
	END IF;
	IF NOT (c.state IN ('granted', 'final', 'running', 'completed', 'proof_incomplete') OR c.regime = 'application' AND c.state IN ('draft', 'returned')) THEN
		RAISE EXCEPTION 'no plan changes in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role IN ('coordinator', 'signatory')
				AND r.district_id = NEW.district_id AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'applicant');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION financing_plan_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON financing_plan FOR EACH ROW EXECUTE FUNCTION financing_plan_follows();

-- Both sides of a plan balance (VVK), and its grant is that of the case.
CREATE FUNCTION financing_plan_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	spent bigint;
	taken bigint;
	asked bigint;
BEGIN
	SELECT coalesce(sum(l.amount) FILTER (WHERE NOT l.income), 0), coalesce(sum(l.amount) FILTER (WHERE l.income), 0),
		coalesce(sum(l.amount) FILTER (WHERE l.kind = 'grant'), 0) INTO spent, taken, asked
	FROM plan_line l WHERE l.programme_id = NEW.programme_id AND l.plan_id = NEW.id;
	IF spent = 0 OR spent <> taken THEN
		RAISE EXCEPTION '% are spent, % come in', spent, taken USING ERRCODE = '23514', CONSTRAINT = 'financing_plan_balances';
	END IF;
	IF asked <> (SELECT g.amount FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id) THEN
		RAISE EXCEPTION 'the grant is another' USING ERRCODE = '23514', CONSTRAINT = 'financing_plan_grant';
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION financing_plan_balances() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON financing_plan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION financing_plan_balances();
