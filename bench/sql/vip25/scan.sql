-- What any answer has to read: the used columns of the lines, once.
SELECT sum(amount), max(booked_on), max(partner), max(product), count(*) FROM purchase;
