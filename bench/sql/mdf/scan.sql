-- What any answer has to read: the used columns of the orders, once.
SELECT sum(amount), max(booked_on), max(partner), max(intended_use), count(*) FROM ordered;
