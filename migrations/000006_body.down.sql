SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE committee_fact;
DROP TABLE conference_state;
DROP FUNCTION conference_state_follows();
