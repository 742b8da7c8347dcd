-- What any answer has to read: the used columns of the deals and of the additional bookings, once.
SELECT sum(amount), max(booked_on), max(activated_on), max(plan_submitted_on), max(outcome_proven_on), max(partner), max(id), count(*) FROM deal;
SELECT sum(amount), max(booked_on), max(deal), max(id), count(*) FROM expansion;
SELECT max(partner), max(person), max(role), max(held_start), max(held_end), count(*) FROM role;
