SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE payment_answer_row, payment_answer;
DROP FUNCTION payment_answer_row_joins(), payment_answer_booked();
