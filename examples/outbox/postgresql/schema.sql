-- The outbox: written to in the transaction whose event it is, emptied by relay.py.
create table outbox (
    position   bigint generated always as identity primary key,
    event_name text not null,
    detail     json not null, -- as it is published: json keeps the text of every number, jsonb does not
    tries      integer not null default 0,
    next_try   timestamptz not null default now(),
    error      text
);
create index outbox_next_try on outbox (next_try, position);
