-- The feeds, where they lie.
CREATE VIEW partner AS FROM read_parquet('{data}/partner.parquet');
CREATE VIEW product AS FROM read_parquet('{data}/product.parquet');
CREATE VIEW listing AS FROM read_parquet('{data}/listing.parquet');
CREATE VIEW certification AS FROM read_parquet('{data}/certification.parquet');
CREATE VIEW survey AS FROM read_parquet('{data}/survey.parquet');
CREATE VIEW enrollment AS FROM read_parquet('{data}/enrollment.parquet');
CREATE VIEW purchase AS FROM read_parquet('{data}/purchase.parquet');
