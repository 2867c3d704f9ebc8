-- Portions of "sold" whose ledger rows went with orders too old to be kept (the verb "prune"): the books are still added up.
alter table stock_head add column pruned integer not null default 0;
