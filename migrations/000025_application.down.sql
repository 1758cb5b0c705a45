SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP INDEX grant_case_application;
ALTER POLICY read ON case_event
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND event NOT IN ('recommended', 'funds_checked', 'sent_back')
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = case_event.programme_id AND c.id = case_event.case_id));
DROP TRIGGER reckoned ON grant_case;
DROP FUNCTION grant_amount_reckoned();
DROP TRIGGER has_paper ON case_event;
DROP TABLE application_return;
DROP TABLE application_receipt;
DROP TABLE application;
DROP FUNCTION paper_has_event();
DROP FUNCTION case_event_has_paper();
DROP FUNCTION application_received();
DROP FUNCTION application_written();
DROP TRIGGER budget ON grant_case;
DROP FUNCTION grant_case_budget();
DROP TRIGGER in_time ON grant_case;
DROP FUNCTION grant_case_in_time();
ALTER TABLE funding_scheme DROP COLUMN ended_on;
ALTER TABLE scheme_terms DROP COLUMN budget_title;
DROP TRIGGER by_role_entered ON grant_case;
DROP TRIGGER by_role ON grant_case;
DROP TRIGGER by_role ON grant_run;
DROP TRIGGER by_role ON budget_year;
DROP TRIGGER by_role ON base_rate;
DROP TRIGGER by_role ON scheme_terms;
DROP TRIGGER by_role ON funding_scheme;
DROP FUNCTION grant_case_by_role(), written_by_role(), acts_as(text[]);
