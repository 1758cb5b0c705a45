SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TRIGGER planned ON payment;
CREATE TRIGGER planned BEFORE INSERT ON payment FOR EACH ROW EXECUTE FUNCTION payment_planned();
ALTER TABLE payment DROP COLUMN drawdown_id;
DROP TABLE drawdown;
DROP FUNCTION drawdown_plans(), drawdown_follows();
DROP TABLE payment_answer_row, payment_answer;
DROP FUNCTION payment_answer_row_joins(), payment_answer_booked();
