begin;
insert into orders (order_id, status) values ('o-1001', 'paid');
insert into outbox (event_name, detail) values ('order.paid', json_build_object(
    'accountId', 1010,
    'eventId', gen_random_uuid(),
    'timestamp', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
    'data', '{"orderId": "o-1001", "customerId": "c-7", "status": "paid", "total": {"amount": 59.90, "currency": "EUR"},
              "lines": [{"sku": "TEE-M", "quantity": 2, "price": 29.95}]}'::json
));
commit;
