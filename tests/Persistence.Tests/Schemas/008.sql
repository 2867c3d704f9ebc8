
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'Rows of % are only ever added.', tg_table_name using errcode = 'restrict_violation';
end $$;

SET default_table_access_method = heap;

CREATE TABLE public.audit (
    tenant text NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    by_name text NOT NULL,
    action text NOT NULL,
    about text NOT NULL COLLATE pg_catalog."C",
    changes jsonb NOT NULL,
    CONSTRAINT audit_about_check CHECK ((length(about) <= 300)),
    CONSTRAINT audit_by_check CHECK ((length(by) <= 254)),
    CONSTRAINT audit_by_name_check CHECK ((length(by_name) <= 200)),
    CONSTRAINT audit_changes_check CHECK ((octet_length((changes)::text) <= 16384))
);

CREATE TABLE public.cluster_member (
    deployment_id text NOT NULL,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer,
    suspect_times text,
    start_time timestamp with time zone NOT NULL,
    alive_time timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.cluster_version (
    deployment_id text NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.grain_state (
    grain_id text NOT NULL,
    name text NOT NULL,
    etag bigint NOT NULL,
    payload jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE public.leader (
    id boolean DEFAULT true NOT NULL,
    epoch bigint NOT NULL,
    holder text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT leader_id_check CHECK (id)
)
WITH (fillfactor='10', autovacuum_vacuum_threshold='20', autovacuum_vacuum_cost_delay='0');

CREATE TABLE public.menu_pictures (
    tenant text NOT NULL,
    item text NOT NULL,
    hash text NOT NULL,
    media_type text NOT NULL,
    body bytea NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT menu_pictures_body_check CHECK (((octet_length(body) >= 1) AND (octet_length(body) <= 262144))),
    CONSTRAINT menu_pictures_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text])))
);
ALTER TABLE ONLY public.menu_pictures ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE public.migrations (
    name text NOT NULL,
    hash text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.order_numbers (
    tenant text NOT NULL,
    day date NOT NULL,
    next integer NOT NULL
);

CREATE TABLE public.orders (
    key text NOT NULL,
    tenant text NOT NULL,
    id text NOT NULL,
    student text NOT NULL,
    number text NOT NULL,
    status text NOT NULL,
    stations text[] NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    claimed_until timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    total bigint NOT NULL,
    currency text NOT NULL,
    version integer NOT NULL,
    etag bigint NOT NULL,
    changed_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    payload text NOT NULL
)
WITH (fillfactor='70', toast_tuple_target='8160', autovacuum_vacuum_scale_factor='0.05', autovacuum_analyze_scale_factor='0.05', autovacuum_vacuum_cost_delay='0');

CREATE TABLE public.orleansquery (
    querykey text NOT NULL,
    querytext text NOT NULL
);

CREATE TABLE public.revoked_sessions (
    session_id text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);

CREATE TABLE public.secrets (
    name text NOT NULL,
    secret bytea NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT secrets_secret_check CHECK ((octet_length(secret) = 32))
);

CREATE TABLE public.stock_head (
    tenant text NOT NULL,
    item text NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    received integer DEFAULT 0 NOT NULL,
    written_off integer DEFAULT 0 NOT NULL,
    sold integer DEFAULT 0 NOT NULL,
    folded_through bigint DEFAULT 0 NOT NULL,
    reorder_level integer DEFAULT 10 NOT NULL,
    CONSTRAINT stock_head_received_check CHECK ((received >= 0)),
    CONSTRAINT stock_head_written_off_check CHECK ((written_off >= 0))
)
WITH (fillfactor='20', autovacuum_vacuum_threshold='20', autovacuum_vacuum_cost_delay='0');

CREATE TABLE public.stock_ledger (
    tenant text NOT NULL,
    item text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    quantity integer NOT NULL,
    epoch bigint NOT NULL,
    order_id text,
    attempt text,
    key text,
    by text,
    reason text,
    reference text,
    expires_on date,
    unit_cost bigint,
    at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.1');

ALTER TABLE public.stock_ledger ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stock_ledger_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

INSERT INTO public.audit VALUES
	('iut', '019aa6a0-0000-7000-8000-000000000001', '2026-11-21 12:02:00+00', 'manager1', 'Manager One', 'dish_changed', 'menu/soup', '[{"after": "75.00", "field": "price", "before": "70.00"}]');

INSERT INTO public.grain_state VALUES
	('menu/spice-route/menu', 'menu', -7973436390366974278, '{"edit": 1, "items": [{"id": "paneer-tikka", "name": "Paneer Tikka", "price": {"amount": 28000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "appetizers", "description": "Cottage cheese from the tandoor, with mint chutney.", "prepSeconds": 5}, {"id": "veg-pakora", "name": "Vegetable Pakora", "price": {"amount": 16000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "appetizers", "description": "Crisp fritters with tamarind.", "prepSeconds": 4}, {"id": "biryani", "name": "Biryani", "price": {"amount": 36000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "mains", "description": "Hyderabadi chicken biryani with raita.", "prepSeconds": 7}, {"id": "butter-chicken", "name": "Butter Chicken", "price": {"amount": 38000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "mains", "description": "In a mild tomato and butter sauce.", "prepSeconds": 6}, {"id": "dal", "name": "Dal", "price": {"amount": 22000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "mains", "description": "Black lentils, cooked overnight.", "prepSeconds": 4}, {"id": "naan", "name": "Naan", "price": {"amount": 5000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "sides", "description": "From the tandoor, with butter.", "prepSeconds": 3}, {"id": "raita", "name": "Raita", "price": {"amount": 7000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "sides", "description": "Yoghurt with cucumber and cumin.", "prepSeconds": 3}, {"id": "gulab-jamun", "name": "Gulab Jamun", "price": {"amount": 12000, "currency": "INR"}, "available": true, "stationId": "main", "categoryId": "desserts", "description": "Two warm milk dumplings in rose syrup.", "prepSeconds": 3}], "prices": [{"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 28000, "currency": "INR"}, "itemId": "paneer-tikka"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 16000, "currency": "INR"}, "itemId": "veg-pakora"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 36000, "currency": "INR"}, "itemId": "biryani"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 38000, "currency": "INR"}, "itemId": "butter-chicken"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 22000, "currency": "INR"}, "itemId": "dal"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 5000, "currency": "INR"}, "itemId": "naan"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 7000, "currency": "INR"}, "itemId": "raita"}, {"at": "2026-11-21T11:43:18.659961+00:00", "by": "system", "price": {"amount": 12000, "currency": "INR"}, "itemId": "gulab-jamun"}], "deleted": [], "stations": [{"id": "main", "name": "Main kitchen"}], "categories": [{"id": "appetizers", "name": "Appetizers", "order": 1}, {"id": "mains", "name": "Mains", "order": 2}, {"id": "sides", "name": "Sides", "order": 3}, {"id": "desserts", "name": "Desserts", "order": 4}]}', '2026-11-21 11:43:18.798194+00'),
	('menu/iut/menu', 'menu', -8926393041824621828, '{"edit": 1, "items": [{"id": "chicken-biriyani", "name": "Chicken Biriyani", "price": {"amount": 45000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Kacchi-style rice with tender chicken, potato and a boiled egg.", "prepSeconds": 6}, {"id": "beef-kebab", "name": "Beef Kebab", "price": {"amount": 35000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Charcoal-grilled beef skewers with onion salad and naan.", "prepSeconds": 5}, {"id": "chicken-haleem", "name": "Chicken Haleem", "price": {"amount": 30000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Slow-cooked lentils, wheat and chicken, with ginger and lemon.", "prepSeconds": 4}, {"id": "mixed-fruit-juice", "name": "Mixed Fruit Juice", "price": {"amount": 8000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "beverage", "description": "Mango, pineapple and orange, pressed today.", "prepSeconds": 3}, {"id": "medjool-dates", "name": "Medjool Dates", "price": {"amount": 15000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "snack", "description": "Six soft Medjool dates, to break the fast.", "prepSeconds": 3}, {"id": "vegetable-samosa", "name": "Vegetable Samosa", "price": {"amount": 5000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "snack", "description": "Two crisp samosas with tamarind chutney.", "prepSeconds": 3}, {"id": "special", "name": "Chef''s Special", "price": {"amount": 60000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Whatever the chef is proud of today; a handful of portions.", "prepSeconds": 7}, {"id": "spaghetti", "name": "Spaghetti", "price": {"amount": 28000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "With slow tomato sauce and basil.", "prepSeconds": 5}, {"id": "ramen", "name": "Ramen", "price": {"amount": 32000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Chicken broth, noodles, egg and spring onion.", "prepSeconds": 6}, {"id": "pizza", "name": "Pizza", "price": {"amount": 38000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Thin crust, tomato, mozzarella and chicken.", "prepSeconds": 7}, {"id": "burger", "name": "Burger", "price": {"amount": 25000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Beef patty, cheese and pickles in a toasted bun.", "prepSeconds": 5}, {"id": "sushi", "name": "Sushi", "price": {"amount": 48000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Eight pieces with salmon, cucumber and avocado.", "prepSeconds": 6}, {"id": "wrap", "name": "Wrap", "price": {"amount": 20000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Grilled chicken, salad and garlic yoghurt in flatbread.", "prepSeconds": 4}, {"id": "salad", "name": "Salad", "price": {"amount": 18000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "main", "description": "Leaves, cucumber, tomato and chickpeas with lemon.", "prepSeconds": 3}, {"id": "fries", "name": "Fries", "price": {"amount": 9000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "side", "description": "Crisp and salted, with ketchup.", "prepSeconds": 3}, {"id": "garlic-bread", "name": "Garlic Bread", "price": {"amount": 8000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "side", "description": "Warm, with butter and parsley.", "prepSeconds": 3}, {"id": "soup", "name": "Soup", "price": {"amount": 12000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "side", "description": "Thai-style chicken and vegetable soup.", "prepSeconds": 4}, {"id": "cola", "name": "Cola", "price": {"amount": 4000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "beverage", "description": "A cold 250 ml bottle.", "prepSeconds": 3}, {"id": "juice", "name": "Juice", "price": {"amount": 6000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "beverage", "description": "Orange juice, 250 ml.", "prepSeconds": 3}, {"id": "water", "name": "Water", "price": {"amount": 2000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "beverage", "description": "Still water, 500 ml.", "prepSeconds": 3}, {"id": "coffee", "name": "Coffee", "price": {"amount": 7000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "beverage", "description": "Freshly brewed, with or without milk.", "prepSeconds": 3}, {"id": "cheesecake", "name": "Cheesecake", "price": {"amount": 22000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "dessert", "description": "A baked slice with berry sauce.", "prepSeconds": 3}, {"id": "brownie", "name": "Brownie", "price": {"amount": 14000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "dessert", "description": "Dark chocolate, served warm.", "prepSeconds": 3}, {"id": "icecream", "name": "Ice Cream", "price": {"amount": 10000, "currency": "BDT"}, "available": true, "stationId": "main", "categoryId": "dessert", "description": "Two scoops: vanilla and mango.", "prepSeconds": 3}], "prices": [{"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 45000, "currency": "BDT"}, "itemId": "chicken-biriyani"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 35000, "currency": "BDT"}, "itemId": "beef-kebab"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 30000, "currency": "BDT"}, "itemId": "chicken-haleem"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 8000, "currency": "BDT"}, "itemId": "mixed-fruit-juice"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 15000, "currency": "BDT"}, "itemId": "medjool-dates"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 5000, "currency": "BDT"}, "itemId": "vegetable-samosa"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 60000, "currency": "BDT"}, "itemId": "special"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 28000, "currency": "BDT"}, "itemId": "spaghetti"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 32000, "currency": "BDT"}, "itemId": "ramen"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 38000, "currency": "BDT"}, "itemId": "pizza"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 25000, "currency": "BDT"}, "itemId": "burger"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 48000, "currency": "BDT"}, "itemId": "sushi"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 20000, "currency": "BDT"}, "itemId": "wrap"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 18000, "currency": "BDT"}, "itemId": "salad"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 9000, "currency": "BDT"}, "itemId": "fries"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 8000, "currency": "BDT"}, "itemId": "garlic-bread"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 12000, "currency": "BDT"}, "itemId": "soup"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 4000, "currency": "BDT"}, "itemId": "cola"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 6000, "currency": "BDT"}, "itemId": "juice"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 2000, "currency": "BDT"}, "itemId": "water"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 7000, "currency": "BDT"}, "itemId": "coffee"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 22000, "currency": "BDT"}, "itemId": "cheesecake"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 14000, "currency": "BDT"}, "itemId": "brownie"}, {"at": "2026-11-21T11:43:18.6505802+00:00", "by": "system", "price": {"amount": 10000, "currency": "BDT"}, "itemId": "icecream"}], "deleted": [], "stations": [{"id": "main", "name": "Main kitchen"}], "categories": [{"id": "main", "name": "Mains", "order": 1}, {"id": "snack", "name": "Snacks", "order": 2}, {"id": "side", "name": "Sides", "order": 3}, {"id": "beverage", "name": "Drinks", "order": 4}, {"id": "dessert", "name": "Desserts", "order": 5}]}', '2026-11-21 11:43:18.818185+00'),
	('account/spice-route/manager1', 'account', 6424882070590162352, '{"profile": {"role": "manager", "login": "manager1", "tenant": "spice-route", "fullName": "Manager One", "studentId": "manager1"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEPrIyUp2UyJExX2YFj1IZ2grV7Bo7l072bHmH6sq3lS2Uum+MQcTqL4ChVfZxxbq2w=="}', '2026-11-21 11:43:19.57139+00'),
	('account/iut/admin@iut.edu.bd', 'account', -6837466876240745461, '{"aliasOf": "admin-001", "sessions": [], "claimedAt": "2026-11-21T11:43:19.650758+00:00", "passwordHash": ""}', '2026-11-21 11:43:19.659402+00'),
	('account/iut/admin-001', 'account', -3460408889033324027, '{"profile": {"role": "admin", "email": "admin@iut.edu.bd", "login": "admin-001", "tenant": "iut", "fullName": "Administrator", "studentId": "ADMIN-001"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEOhFO15j0ddWAwP/dkio4r0FI4tSAp/XAAC0XwFFJ2hxaa59n31kwymt1lM0JOZl6A=="}', '2026-11-21 11:43:19.683386+00'),
	('account/spice-route/kitchen_staff1', 'account', 3814413623139083300, '{"profile": {"role": "kitchen", "login": "kitchen_staff1", "tenant": "spice-route", "fullName": "Kitchen One", "studentId": "kitchen_staff1"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAELVgj1mtJVgR848IUaT/dnDaZvwXiZhJOYjpA3UApVgTMW+3L5RJYKzecnuiJzRn/A=="}', '2026-11-21 11:43:19.963306+00'),
	('account/iut/student1@iut.edu.bd', 'account', -5979987273036285719, '{"aliasOf": "stu-2021-001", "sessions": [], "claimedAt": "2026-11-21T11:43:20.1383185+00:00", "passwordHash": ""}', '2026-11-21 11:43:20.138644+00'),
	('account/iut/stu-2021-001', 'account', 5282526052706602735, '{"profile": {"role": "student", "email": "student1@iut.edu.bd", "login": "stu-2021-001", "tenant": "iut", "fullName": "Ayesha Rahman", "studentId": "STU-2021-001"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEDZCfrjth2kP497S6t/F1PlTYD0boxHqYM0cNUcO5luGA3JTdjw8eSUOiVo+StdsCw=="}', '2026-11-21 11:43:20.175401+00'),
	('account/spice-route/waiter1', 'account', 5967745998128989869, '{"profile": {"role": "waiter", "login": "waiter1", "tenant": "spice-route", "fullName": "Waiter One", "studentId": "waiter1"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEF8jnoEQz8UlYh1/v05GhssMmyyGx8ZgD+oQuRNu8GqOcWj9Sgs8glFcxM9eD50axQ=="}', '2026-11-21 11:43:20.378007+00'),
	('account/iut/student2@iut.edu.bd', 'account', -6754600907182122006, '{"aliasOf": "stu-2021-002", "sessions": [], "claimedAt": "2026-11-21T11:43:20.5037905+00:00", "passwordHash": ""}', '2026-11-21 11:43:20.50419+00'),
	('account/iut/stu-2021-002', 'account', 4777206039795900583, '{"profile": {"role": "student", "email": "student2@iut.edu.bd", "login": "stu-2021-002", "tenant": "iut", "fullName": "Imran Hossain", "studentId": "STU-2021-002"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAECC1UVIZQETJYm35vMZcq0cwr2mVDt6ZhDJMjZFqa2CdcJ5v9zKLA4WtdW03gZXklQ=="}', '2026-11-21 11:43:20.506512+00'),
	('account/iut/student3@iut.edu.bd', 'account', -4467880924170249878, '{"aliasOf": "stu-2021-003", "sessions": [], "claimedAt": "2026-11-21T11:43:20.8878603+00:00", "passwordHash": ""}', '2026-11-21 11:43:20.888619+00'),
	('account/iut/stu-2021-003', 'account', -5753133494547243651, '{"profile": {"role": "student", "email": "student3@iut.edu.bd", "login": "stu-2021-003", "tenant": "iut", "fullName": "Fatima Noor", "studentId": "STU-2021-003"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAELOuHENXvzZWiuGZuDqMEFdkPv2sT5XFmc7+xGnD1tBzxyBX8L2kMVpyUjIsx2FKfA=="}', '2026-11-21 11:43:20.892487+00'),
	('account/iut/student4@iut.edu.bd', 'account', -1274952079290844423, '{"aliasOf": "stu-2021-004", "sessions": [], "claimedAt": "2026-11-21T11:43:21.1006158+00:00", "passwordHash": ""}', '2026-11-21 11:43:21.101262+00'),
	('account/iut/stu-2021-004', 'account', -2660140632261253191, '{"profile": {"role": "student", "email": "student4@iut.edu.bd", "login": "stu-2021-004", "tenant": "iut", "fullName": "Yusuf Karim", "studentId": "STU-2021-004"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAENTgDaDzenZRFIL4XaEKv7BW6eZIBAFC++fs6yZh6YjMPEp735T4/82M0nT1nAXfQg=="}', '2026-11-21 11:43:21.103519+00'),
	('account/iut/student5@iut.edu.bd', 'account', -430781816389540752, '{"aliasOf": "stu-2021-005", "sessions": [], "claimedAt": "2026-11-21T11:43:21.2795475+00:00", "passwordHash": ""}', '2026-11-21 11:43:21.282204+00'),
	('account/iut/stu-2021-005', 'account', 5056223517883362542, '{"profile": {"role": "student", "email": "student5@iut.edu.bd", "login": "stu-2021-005", "tenant": "iut", "fullName": "Mariam Sultana", "studentId": "STU-2021-005"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEEVNwdPD5uElkhczXwbwwuw+OQw3FrNt1HlT1eWo6ZIQ/FgwOjmGbyl0YR0wgQ6VOg=="}', '2026-11-21 11:43:21.293058+00'),
	('account/iut/student1', 'account', -7601639317259464935, '{"profile": {"role": "student", "login": "student1", "tenant": "iut", "fullName": "Student One", "studentId": "student1"}, "sessions": [{"id": "2960080c5fbb02ad9cfe4b42811da3e6", "expiresAt": "2026-11-28T11:43:25.6608904+00:00", "tokenHash": "l09nIGbXqkFIUfuw7kAB7jvkRgfH_X7tjF_bu89_50Q"}], "passwordHash": "AQAAAAIAAYagAAAAEM2j5CNWFA4tJm6UIf+My58XLt43YDoqCFOLI+5tVXLpq6Vh/gsSajc58CduYDiUxg=="}', '2026-11-21 11:43:25.668857+00'),
	('account/iut/admin', 'account', 7689524746043185532, '{"profile": {"role": "admin", "login": "admin", "tenant": "iut", "fullName": "Admin", "studentId": "admin"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEDimGMnLl5SfFuKXLxF+2BO0dRbiN0ls2cu6U2h9ozrxjvFkfZprNXlVAuHEd05yQg=="}', '2026-11-21 11:43:22.208483+00'),
	('account/iut/manager1', 'account', 7797514455146384017, '{"profile": {"role": "manager", "login": "manager1", "tenant": "iut", "fullName": "Manager One", "studentId": "manager1"}, "sessions": [{"id": "f3af3d301d3faefda7ec3bd37d7e21a3", "expiresAt": "2026-11-28T11:43:26.563701+00:00", "tokenHash": "HrZoZCDDoZD4pqssGbp64GaK-OGNTNJpE9bhcfMa-s0"}], "passwordHash": "AQAAAAIAAYagAAAAECzsU2BdNXvUVW71vgkm+o+Dj/7m0u5Jhfo9sqG0XBG6BISFReGfgr34jD17FdUDag=="}', '2026-11-21 11:43:26.564856+00'),
	('account/iut/kitchen1', 'account', -7580182965219623504, '{"profile": {"role": "kitchen", "login": "kitchen1", "tenant": "iut", "fullName": "Kitchen One", "studentId": "kitchen1"}, "sessions": [], "passwordHash": "AQAAAAIAAYagAAAAEKYJOu4nOEAdd5yZ4f9cM6o42kLFWmuOAq50WO+5kZSnxQRBIqK9OhTZDrB30ILPFQ=="}', '2026-11-21 11:43:22.540936+00');

INSERT INTO public.leader VALUES
	(true, 1, 'host/1', '2026-11-21 11:43:17.493053+00');

INSERT INTO public.menu_pictures VALUES
	('iut', 'soup', '9a0364b9e99bb480dd25e1f0284c8555', 'image/png', '\x89504e470d0a1a0a', '2026-11-21 12:01:00+00');

INSERT INTO public.migrations VALUES
	('001_grain_state.sql', 'd3b63ed6aede2dd525c36bf3f70c2908b5a9e711b74780af2fedd2726e350f88', '2026-11-21 11:43:16.589663+00'),
	('002_orders.sql', '12c8d41ad937706817820177a0d395a8664ca3e5d58cf2ed969bdf3dbbef9c48', '2026-11-21 11:43:16.589663+00'),
	('003_stock.sql', 'c0253984d8a3314794898965298e075e2fb8f255862d87eae49baf9acd1fbfd4', '2026-11-21 11:43:16.589663+00'),
	('004_installation.sql', '0e5ce058fcfe7715a85d256ebd2963324bd46a3c2930125f3316a6ee6340170c', '2026-11-21 11:43:16.589663+00'),
	('005_orleans_membership.sql', 'fca67d6ddd2ad732ad562fe40e65c6c695a8461396238ef82b3f55fe4a6fcc8b', '2026-11-21 11:43:16.589663+00'),
	('006_orders_cheaper.sql', 'e97de12b8cbf7920e6b4a05057cadc7ddde2cbb8d4453592044b7655991a5b46', '2026-11-21 11:43:16.589663+00'),
	('007_audit.sql', 'b9ee8781ec8386a467a858c00d764d6df2b6123a8e621135cd6700837597daba', '2026-11-21 11:43:16.589663+00'),
	('008_counts_and_pictures.sql', '43ab4633f9fd44b70d9da614449636e6dccdc6bac9fbd58d3f7e134d602eb7b2', '2026-11-21 11:43:16.589663+00');

INSERT INTO public.order_numbers VALUES
	('iut', '2026-11-21', 101);

INSERT INTO public.orders VALUES
	('iut/hympx2bm33qy2gn22dclxpghli', 'iut', 'hympx2bm33qy2gn22dclxpghli', 'student1', 'A-002', 'ready', '{main}', '2026-11-21 11:43:27.904994+00', '2026-11-21 13:43:33.981466+00', NULL, 0, 137000, 'BDT', 4, -4679506252423369787, '854', '2026-11-21 11:43:33.982293+00', '{"sold": [{"kind": "sold", "epoch": 1, "itemId": "chicken-biriyani", "attempt": "a9fe95f11f779c13", "quantity": 3}, {"kind": "sold", "epoch": 1, "itemId": "water", "attempt": "a9fe95f11f779c13", "quantity": 1}], "dueAt": "2026-11-21T13:43:33.9814662+00:00", "lines": [{"name": "Chicken Biriyani", "itemId": "chicken-biriyani", "quantity": 3, "stationId": "main", "unitPrice": {"amount": 45000, "currency": "BDT"}, "prepSeconds": 6}, {"name": "Water", "itemId": "water", "quantity": 1, "stationId": "main", "unitPrice": {"amount": 2000, "currency": "BDT"}, "prepSeconds": 3}], "total": {"amount": 137000, "currency": "BDT"}, "tries": 0, "number": "A-002", "status": "ready", "tenant": "iut", "attempt": "a9fe95f11f779c13", "history": [{"at": "2026-11-21T11:43:27.9049941+00:00", "by": "student1", "status": "pending"}, {"at": "2026-11-21T11:43:27.9137059+00:00", "by": "system", "status": "stock_verified"}, {"at": "2026-11-21T11:43:27.9407004+00:00", "by": "system", "status": "in_kitchen"}, {"at": "2026-11-21T11:43:33.9814662+00:00", "by": "system", "status": "ready"}], "orderId": "hympx2bm33qy2gn22dclxpghli", "payment": "cash", "readyAt": "2026-11-21T11:43:33.9814662+00:00", "student": "student1", "tickets": [{"dueAt": "2026-11-21T11:43:33.9119131+00:00", "status": "done", "queuedAt": "2026-11-21T11:43:27.9137059+00:00", "startsAt": "2026-11-21T11:43:27.9119131+00:00", "stationId": "main", "prepSeconds": 6}], "placedAt": "2026-11-21T11:43:27.9049941+00:00", "fulfilment": "pickup", "fingerprint": "e92b287160af3eed7e96076cc8bb41a9af6333765d044a78863be1bd1ca420df", "studentName": "Student One", "paymentStatus": "unpaid"}'),
	('iut/zn3dcse6w3hmfwdydzteqpcsje', 'iut', 'zn3dcse6w3hmfwdydzteqpcsje', 'student1', 'A-001', 'completed', '{main}', '2026-11-21 11:43:27.199182+00', NULL, NULL, 0, 4000, 'BDT', 5, -2020969236843880506, '871', '2026-11-21 11:43:42.226513+00', '{"sold": [{"kind": "sold", "epoch": 1, "itemId": "water", "attempt": "d5a0bf033a14efdc", "quantity": 2}], "lines": [{"name": "Water", "itemId": "water", "quantity": 2, "stationId": "main", "unitPrice": {"amount": 2000, "currency": "BDT"}, "prepSeconds": 3}], "total": {"amount": 4000, "currency": "BDT"}, "tries": 0, "number": "A-001", "status": "completed", "tenant": "iut", "attempt": "d5a0bf033a14efdc", "history": [{"at": "2026-11-21T11:43:27.1991821+00:00", "by": "student1", "status": "pending"}, {"at": "2026-11-21T11:43:27.4207679+00:00", "by": "system", "status": "stock_verified"}, {"at": "2026-11-21T11:43:27.7864546+00:00", "by": "system", "status": "in_kitchen"}, {"at": "2026-11-21T11:43:30.3649326+00:00", "by": "system", "status": "ready"}, {"at": "2026-11-21T11:43:42.2247535+00:00", "by": "manager1", "status": "completed"}], "orderId": "zn3dcse6w3hmfwdydzteqpcsje", "payment": "cash", "readyAt": "2026-11-21T11:43:30.3649326+00:00", "student": "student1", "tickets": [{"dueAt": "2026-11-21T11:43:30.354775+00:00", "status": "done", "queuedAt": "2026-11-21T11:43:27.4207679+00:00", "startsAt": "2026-11-21T11:43:27.354775+00:00", "stationId": "main", "prepSeconds": 3}], "placedAt": "2026-11-21T11:43:27.1991821+00:00", "fulfilment": "pickup", "fingerprint": "6f55abec95ef4ca6c3ccb374490eec07bd6c66f1d3671cf9fe42d78535ce277f", "studentName": "Student One", "paymentStatus": "paid"}'),
	('iut/yanobhezsbrpoqzkspsfnq7gui', 'iut', 'yanobhezsbrpoqzkspsfnq7gui', 'student1', 'A-003', 'cancelled', '{main}', '2026-11-21 11:43:42.329315+00', NULL, NULL, 0, 45000, 'BDT', 4, 239869390435159434, '875', '2026-11-21 11:43:42.618266+00', '{"sold": [{"kind": "sold", "epoch": 1, "itemId": "chicken-biriyani", "attempt": "62259f28b15a6d00", "quantity": 1}], "lines": [{"name": "Chicken Biriyani", "itemId": "chicken-biriyani", "quantity": 1, "stationId": "main", "unitPrice": {"amount": 45000, "currency": "BDT"}, "prepSeconds": 6}], "total": {"amount": 45000, "currency": "BDT"}, "tries": 0, "number": "A-003", "status": "cancelled", "tenant": "iut", "attempt": "62259f28b15a6d00", "history": [{"at": "2026-11-21T11:43:42.3293155+00:00", "by": "student1", "status": "pending"}, {"at": "2026-11-21T11:43:42.3295506+00:00", "by": "system", "status": "stock_verified"}, {"at": "2026-11-21T11:43:42.3704476+00:00", "by": "system", "status": "in_kitchen"}, {"at": "2026-11-21T11:43:42.6167596+00:00", "by": "manager1", "status": "cancelled"}], "orderId": "yanobhezsbrpoqzkspsfnq7gui", "payment": "cash", "student": "student1", "tickets": [{"dueAt": "2026-11-21T11:43:48.329457+00:00", "status": "cooking", "queuedAt": "2026-11-21T11:43:42.3295506+00:00", "startsAt": "2026-11-21T11:43:42.329457+00:00", "stationId": "main", "prepSeconds": 6}], "placedAt": "2026-11-21T11:43:42.3293155+00:00", "fulfilment": "pickup", "fingerprint": "4d2cf284e6567729cac8f57b39da7340d36211dcb88dce44e762ed30dbe6b68a", "studentName": "Student One", "paymentStatus": "unpaid"}'),
	('iut/ldmnplieojim4i7usaqlreas44', 'iut', 'ldmnplieojim4i7usaqlreas44', 'student1', 'A-004', 'in_kitchen', '{main}', '2026-11-21 11:43:42.680555+00', '2026-11-21 11:43:50.680672+00', NULL, 0, 32000, 'BDT', 3, 5222963633706666268, '878', '2026-11-21 11:43:42.685663+00', '{"sold": [{"kind": "sold", "epoch": 1, "itemId": "ramen", "attempt": "b3c4ada27df3a60f", "quantity": 1}], "dueAt": "2026-11-21T11:43:50.6806724+00:00", "lines": [{"name": "Ramen", "itemId": "ramen", "quantity": 1, "stationId": "main", "unitPrice": {"amount": 32000, "currency": "BDT"}, "prepSeconds": 6}], "total": {"amount": 32000, "currency": "BDT"}, "tries": 0, "number": "A-004", "status": "in_kitchen", "tenant": "iut", "attempt": "b3c4ada27df3a60f", "history": [{"at": "2026-11-21T11:43:42.6805551+00:00", "by": "student1", "status": "pending"}, {"at": "2026-11-21T11:43:42.6807566+00:00", "by": "system", "status": "stock_verified"}, {"at": "2026-11-21T11:43:42.6833081+00:00", "by": "system", "status": "in_kitchen"}], "orderId": "ldmnplieojim4i7usaqlreas44", "payment": "cash", "readyAt": "2026-11-21T11:43:48.6806724+00:00", "student": "student1", "tickets": [{"dueAt": "2026-11-21T11:43:48.6806724+00:00", "status": "cooking", "queuedAt": "2026-11-21T11:43:42.6807566+00:00", "startsAt": "2026-11-21T11:43:42.6806724+00:00", "stationId": "main", "prepSeconds": 6}], "placedAt": "2026-11-21T11:43:42.6805551+00:00", "fulfilment": "pickup", "fingerprint": "0aeb2ea9ade204e1a1e15083970e15007fc79d954a68834144ca230776f39962", "studentName": "Student One", "paymentStatus": "unpaid"}');

INSERT INTO public.orleansquery VALUES
	('InsertMembershipVersionKey', '
with made as (
    insert into cluster_version (deployment_id, version) values (@DeploymentId, 0)
    on conflict (deployment_id) do nothing
    returning 1)
select count(*)::integer as done from made
'),
	('InsertMembershipKey', '
with counted as (
    update cluster_version v set version = v.version + 1, changed_at = now()
    where v.deployment_id = @DeploymentId and v.version = @Version
      and not exists (
        select from cluster_member m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id),
made as (
    insert into cluster_member (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
    select c.deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    from counted c
    returning 1)
select count(*)::integer as done from made
'),
	('UpdateMembershipKey', '
with counted as (
    update cluster_version v set version = v.version + 1, changed_at = now()
    where v.deployment_id = @DeploymentId and v.version = @Version
      and exists (
        select from cluster_member m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id),
changed as (
    update cluster_member m set status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
    from counted c
    where m.deployment_id = c.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
    returning 1)
select count(*)::integer as done from changed
'),
	('UpdateIAmAlivetimeKey', '
update cluster_member set alive_time = @IAmAliveTime
where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
'),
	('MembershipReadRowKey', '
select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
       m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
       m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_time as "IAmAliveTime", v.version as "Version"
from cluster_version v
left join cluster_member m
    on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
where v.deployment_id = @DeploymentId
'),
	('MembershipReadAllKey', '
select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
       m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
       m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_time as "IAmAliveTime", v.version as "Version"
from cluster_version v
left join cluster_member m on m.deployment_id = v.deployment_id
where v.deployment_id = @DeploymentId
'),
	('GatewaysQueryKey', '
select address as "Address", proxy_port as "ProxyPort", generation as "Generation"
from cluster_member
where deployment_id = @DeploymentId and status = @Status and proxy_port > 0
'),
	('DeleteMembershipTableEntriesKey', '
delete from cluster_version where deployment_id = @DeploymentId
'),
	('CleanupDefunctSiloEntriesKey', '
delete from cluster_member where deployment_id = @DeploymentId and alive_time < @IAmAliveTime and status = 6
');

INSERT INTO public.secrets VALUES
	('jwt-signing', '\x28120a8e37a9d362a1b64a58fb652d833b1d972e1b14edf60b19c9d70ec4f9a6', '2026-11-21 11:43:17.566836+00'),
	('order-ids', '\x29701358261ec902b73bf98a6e813792a443d666aa6b2fbf29707d389715d0fa', '2026-11-21 11:43:27.118425+00');

INSERT INTO public.stock_head VALUES
	('spice-route', 'dal', 1, 90, 0, 0, 0, 10),
	('spice-route', 'paneer-tikka', 1, 60, 0, 0, 0, 10),
	('spice-route', 'butter-chicken', 1, 60, 0, 0, 0, 10),
	('iut', 'chicken-biriyani', 1, 100, 0, 0, 0, 10),
	('spice-route', 'veg-pakora', 1, 80, 0, 0, 0, 10),
	('spice-route', 'naan', 1, 200, 0, 0, 0, 10),
	('spice-route', 'gulab-jamun', 1, 70, 0, 0, 0, 10),
	('spice-route', 'raita', 1, 80, 0, 0, 0, 10),
	('spice-route', 'biryani', 1, 80, 0, 0, 0, 10),
	('iut', 'chicken-haleem', 1, 60, 0, 0, 0, 10),
	('iut', 'spaghetti', 1, 50, 0, 0, 0, 10),
	('iut', 'sushi', 1, 20, 0, 0, 0, 10),
	('iut', 'garlic-bread', 1, 40, 0, 0, 0, 10),
	('iut', 'icecream', 1, 35, 0, 0, 0, 10),
	('iut', 'juice', 1, 50, 0, 0, 0, 10),
	('iut', 'beef-kebab', 1, 80, 0, 0, 0, 10),
	('iut', 'pizza', 1, 30, 0, 0, 0, 10),
	('iut', 'fries', 1, 60, 0, 0, 0, 10),
	('iut', 'coffee', 1, 60, 0, 0, 0, 10),
	('iut', 'mixed-fruit-juice', 1, 200, 0, 0, 0, 10),
	('iut', 'ramen', 1, 40, 0, 0, 0, 10),
	('iut', 'wrap', 1, 25, 0, 0, 0, 10),
	('iut', 'water', 1, 100, 3, 0, 0, 10),
	('iut', 'special', 1, 3, 0, 0, 0, 10),
	('iut', 'medjool-dates', 1, 150, 0, 0, 0, 10),
	('iut', 'burger', 1, 35, 0, 0, 0, 10),
	('iut', 'vegetable-samosa', 1, 300, 0, 0, 0, 10),
	('iut', 'salad', 1, 30, 0, 0, 0, 10),
	('iut', 'cola', 1, 80, 0, 0, 0, 10),
	('iut', 'brownie', 1, 25, 0, 0, 0, 10),
	('iut', 'cheesecake', 1, 15, 0, 0, 0, 10),
	('iut', 'soup', 1, 30, 1, 0, 0, 10);

INSERT INTO public.stock_ledger OVERRIDING SYSTEM VALUE VALUES
	('spice-route', 'paneer-tikka', 1, 'received', 60, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.971442+00'),
	('spice-route', 'butter-chicken', 2, 'received', 60, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.976295+00'),
	('iut', 'chicken-biriyani', 3, 'received', 100, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.976588+00'),
	('spice-route', 'veg-pakora', 4, 'received', 80, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.979469+00'),
	('spice-route', 'naan', 5, 'received', 200, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.983397+00'),
	('spice-route', 'gulab-jamun', 6, 'received', 70, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.98722+00'),
	('spice-route', 'raita', 7, 'received', 80, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.988774+00'),
	('spice-route', 'biryani', 8, 'received', 80, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.989548+00'),
	('spice-route', 'dal', 9, 'received', 90, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:18.992174+00'),
	('iut', 'chicken-haleem', 10, 'received', 60, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.010433+00'),
	('iut', 'medjool-dates', 11, 'received', 150, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.012134+00'),
	('iut', 'beef-kebab', 12, 'received', 80, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.013538+00'),
	('iut', 'mixed-fruit-juice', 13, 'received', 200, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.015006+00'),
	('iut', 'spaghetti', 14, 'received', 50, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.021391+00'),
	('iut', 'pizza', 15, 'received', 30, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.021797+00'),
	('iut', 'special', 16, 'received', 3, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.022089+00'),
	('iut', 'burger', 17, 'received', 35, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.023805+00'),
	('iut', 'ramen', 18, 'received', 40, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.028447+00'),
	('iut', 'vegetable-samosa', 19, 'received', 300, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.035479+00'),
	('iut', 'wrap', 20, 'received', 25, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.035892+00'),
	('iut', 'sushi', 21, 'received', 20, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.036165+00'),
	('iut', 'garlic-bread', 22, 'received', 40, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.03983+00'),
	('iut', 'salad', 23, 'received', 30, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.043373+00'),
	('iut', 'soup', 24, 'received', 30, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.056355+00'),
	('iut', 'fries', 25, 'received', 60, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.059441+00'),
	('iut', 'water', 26, 'received', 100, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.063408+00'),
	('iut', 'cola', 27, 'received', 80, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.063799+00'),
	('iut', 'coffee', 28, 'received', 60, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.076064+00'),
	('iut', 'icecream', 29, 'received', 35, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.077585+00'),
	('iut', 'brownie', 30, 'received', 25, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.079444+00'),
	('iut', 'juice', 31, 'received', 50, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.079849+00'),
	('iut', 'cheesecake', 32, 'received', 15, 1, NULL, NULL, 'first-data', 'system', 'first data', NULL, NULL, NULL, '2026-11-21 11:43:19.090352+00'),
	('iut', 'water', 33, 'sold', 2, 1, 'zn3dcse6w3hmfwdydzteqpcsje', 'd5a0bf033a14efdc', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 11:43:27.736342+00'),
	('iut', 'chicken-biriyani', 34, 'sold', 3, 1, 'hympx2bm33qy2gn22dclxpghli', 'a9fe95f11f779c13', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 11:43:27.920447+00'),
	('iut', 'water', 35, 'sold', 1, 1, 'hympx2bm33qy2gn22dclxpghli', 'a9fe95f11f779c13', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 11:43:27.920447+00'),
	('iut', 'chicken-biriyani', 36, 'sold', 1, 1, 'yanobhezsbrpoqzkspsfnq7gui', '62259f28b15a6d00', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 11:43:42.331422+00'),
	('iut', 'water', 37, 'written_off', 3, 1, NULL, NULL, '7296b90c378c4ed180ccb5e5c82ef728', 'manager1', 'broken', NULL, NULL, NULL, '2026-11-21 11:43:42.648634+00'),
	('iut', 'ramen', 38, 'sold', 1, 1, 'ldmnplieojim4i7usaqlreas44', 'b3c4ada27df3a60f', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 11:43:42.681392+00'),
	('iut', 'soup', 39, 'counted', 29, 1, NULL, NULL, 'count-1', 'manager1', 'stock-take', NULL, NULL, NULL, '2026-11-21 12:00:00+00'),
	('iut', 'soup', 40, 'written_off', 1, 1, NULL, NULL, 'count-1', 'manager1', 'stock-take', NULL, NULL, NULL, '2026-11-21 12:00:00+00');

SELECT pg_catalog.setval('public.stock_ledger_seq_seq', 40, true);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (tenant, id);

ALTER TABLE ONLY public.cluster_member
    ADD CONSTRAINT cluster_member_pkey PRIMARY KEY (deployment_id, address, port, generation);

ALTER TABLE ONLY public.cluster_version
    ADD CONSTRAINT cluster_version_pkey PRIMARY KEY (deployment_id);

ALTER TABLE ONLY public.grain_state
    ADD CONSTRAINT grain_state_pkey PRIMARY KEY (grain_id, name);

ALTER TABLE ONLY public.leader
    ADD CONSTRAINT leader_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.menu_pictures
    ADD CONSTRAINT menu_pictures_pkey PRIMARY KEY (tenant, item);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.order_numbers
    ADD CONSTRAINT order_numbers_pkey PRIMARY KEY (tenant, day);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.orleansquery
    ADD CONSTRAINT orleansquery_pkey PRIMARY KEY (querykey);

ALTER TABLE ONLY public.revoked_sessions
    ADD CONSTRAINT revoked_sessions_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.stock_head
    ADD CONSTRAINT stock_head_pkey PRIMARY KEY (tenant, item);

ALTER TABLE public.stock_ledger
    ADD CONSTRAINT stock_ledger_kind_check CHECK ((kind = ANY (ARRAY['sold'::text, 'returned'::text, 'received'::text, 'written_off'::text, 'counted'::text]))) NOT VALID;

ALTER TABLE public.stock_ledger
    ADD CONSTRAINT stock_ledger_order_check CHECK (((order_id IS NULL) = (kind = ANY (ARRAY['received'::text, 'written_off'::text, 'counted'::text])))) NOT VALID;

ALTER TABLE ONLY public.stock_ledger
    ADD CONSTRAINT stock_ledger_pkey PRIMARY KEY (tenant, item, seq);

ALTER TABLE public.stock_ledger
    ADD CONSTRAINT stock_ledger_quantity_check CHECK (((quantity > 0) OR ((quantity = 0) AND (kind = 'counted'::text)))) NOT VALID;

CREATE INDEX audit_by_subject ON public.audit USING btree (tenant, about, id);

CREATE INDEX orders_by_student ON public.orders USING btree (tenant, student, placed_at DESC, id DESC);

CREATE INDEX orders_by_tenant ON public.orders USING btree (tenant, placed_at DESC, id DESC) INCLUDE (status);

CREATE INDEX orders_due ON public.orders USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX orders_open ON public.orders USING btree (tenant, student, placed_at) WHERE (status = ANY (ARRAY['pending'::text, 'stock_verified'::text, 'awaiting_payment'::text, 'in_kitchen'::text, 'ready'::text, 'out_for_delivery'::text]));

CREATE INDEX revoked_sessions_news ON public.revoked_sessions USING btree (revoked_xid);

CREATE UNIQUE INDEX stock_ledger_key ON public.stock_ledger USING btree (tenant, item, kind, key) WHERE (key IS NOT NULL);

CREATE UNIQUE INDEX stock_ledger_once ON public.stock_ledger USING btree (tenant, order_id, attempt, item, kind) WHERE (order_id IS NOT NULL);

CREATE TRIGGER audit_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.cluster_member
    ADD CONSTRAINT cluster_member_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.cluster_version(deployment_id) ON DELETE CASCADE;
