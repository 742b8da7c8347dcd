-- The feeds, where they lie.
CREATE VIEW partner AS FROM read_parquet('{data}/partner.parquet');
CREATE VIEW product AS FROM read_parquet('{data}/product.parquet');
CREATE VIEW ordered AS FROM read_parquet('{data}/order.parquet');
CREATE VIEW service AS FROM read_parquet('{data}/powered_service.parquet');
