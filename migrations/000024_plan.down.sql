SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE plan_line;
DROP TABLE financing_plan;
DROP FUNCTION financing_plan_balances();
DROP FUNCTION financing_plan_follows();
