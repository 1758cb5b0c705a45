SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TRIGGER officer_follows ON grant_case;
DROP FUNCTION case_officer_follows();
DROP FUNCTION case_officers();
