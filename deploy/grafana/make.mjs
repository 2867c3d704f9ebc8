// Makes the four dashboards (dashboards/*.json) and Kubernetes' copy of the alerts from the tables below: a panel is its
// title, its unit and its queries, and nothing else. Run it after a change: node deploy/grafana/make.mjs
// With a folder as argument it writes there instead, which is how a test sees that nobody forgot.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const deploy = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = process.argv[2] ?? deploy;

const rate = (metric, by = "", where = "") => `sum${by ? ` by (${by})` : ""} (rate(${metric}{tenant=~"$tenant"${where ? `, ${where}` : ""}}[$__rate_interval]))`;
const quantile = (q, metric, by = "", where = "") =>
  `histogram_quantile(${q}, sum by (le${by ? `, ${by}` : ""}) (rate(${metric}_bucket{${where}}[$__rate_interval])))`;
const requests = 'http_route!~".*events|/ws/.*|/dashboard.*"';

/** [title, unit, queries {legend: expr}, options] */
const dashboards = {
  rush: {
    title: "The rush",
    description: "What matters at half past five: is every order taken, how fast, and does it reach the kitchen.",
    panels: [
      ["Orders accepted", "ops", { accepted: rate("cafeteria_orders_accepted_total") }, { color: "green" }],
      ["Orders refused or rejected", "ops", {
        "refused: {{reason}}": rate("cafeteria_orders_refused_total", "reason"),
        "rejected later": rate("cafeteria_orders_transitions_total", "", 'status="rejected"'),
      }],
      ["Orders processed", "ops", {
        "ready": rate("cafeteria_orders_transitions_total", "", 'status="ready"'),
        "handed over": rate("cafeteria_orders_transitions_total", "", 'status="completed"'),
      }],
      ["Orders retried", "ops", { tries: "sum(rate(cafeteria_orders_retried_total[$__rate_interval])) or vector(0)" }],
      ["Orders failed", "ops", { failed: `${rate("cafeteria_orders_transitions_total", "", 'status="failed"')} or vector(0)` }, { color: "red" }],
      ["Notifications pushed", "ops", { events: "sum(rate(cafeteria_notifications_pushed_total[$__rate_interval]))" }],
      ["Requests", "reqps", { "{{http_response_status_code}}": `sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{${requests}}[$__rate_interval]))` }],
      ["Latency of placing an order", "s", {
        p50: quantile(0.5, "cafeteria_orders_place_duration_seconds"),
        p95: quantile(0.95, "cafeteria_orders_place_duration_seconds"),
        p99: quantile(0.99, "cafeteria_orders_place_duration_seconds"),
      }, { line: 1 }],
      ["Latency of every request", "s", {
        p50: quantile(0.5, "http_server_request_duration_seconds", "", requests),
        p95: quantile(0.95, "http_server_request_duration_seconds", "", requests),
        p99: quantile(0.99, "http_server_request_duration_seconds", "", requests),
      }, { line: 1 }],
      ["Sign-ins, good and bad", "ops", {
        good: rate("cafeteria_sign_ins_total", "", 'outcome=~"signed_in|refreshed"'),
        bad: rate("cafeteria_sign_ins_total", "", 'outcome!~"signed_in|refreshed"'),
      }],
      ["Portions deducted from stock", "ops", { portions: rate("cafeteria_stock_deducted_total") }],
      ["Deductions that failed", "ops", {
        "too little on hand": `${rate("cafeteria_stock_short_total")} or vector(0)`,
        "item changed hands": "sum(rate(cafeteria_orders_stale_epoch_total[$__rate_interval])) or vector(0)",
      }, { color: "red" }],
    ],
  },
  orders: {
    title: "Orders and money",
    description: "What was sold, what it came to, and whether the books agree.",
    panels: [
      ["Orders in the range", "short", { "{{tenant}}": 'sum by (tenant) (increase(cafeteria_orders_accepted_total{tenant=~"$tenant"}[$__range]))' }, { type: "stat" }],
      ["Revenue in the range", "short", { "{{tenant}} {{currency}}": 'sum by (tenant, currency) (increase(cafeteria_orders_value_total{tenant=~"$tenant"}[$__range])) / 100' }, { type: "stat" }],
      ["Average order", "short", { "{{tenant}}": 'sum by (tenant) (increase(cafeteria_orders_value_total{tenant=~"$tenant"}[$__range])) / 100 / sum by (tenant) (increase(cafeteria_orders_accepted_total{tenant=~"$tenant"}[$__range]))' }, { type: "stat" }],
      ["Books: portions unaccounted for", "short", { "{{tenant}}": 'sum by (tenant) (max by (tenant, item) (abs(cafeteria_books_difference{tenant=~"$tenant"})))' }, { type: "stat", color: "thresholds" }],
      ["Revenue a minute", "short", { "{{tenant}} {{currency}}": `60 * ${rate("cafeteria_orders_value_total", "tenant, currency")} / 100` }],
      ["Orders by the state they are in", "short", { "{{status}}": 'sum by (status) (max by (tenant, status) (cafeteria_orders{tenant=~"$tenant"}))' }, { stack: true }],
      ["Steps in orders' lives", "ops", { "{{status}}": rate("cafeteria_orders_transitions_total", "status") }],
      ["Why orders are refused", "ops", { "{{reason}}": rate("cafeteria_orders_refused_total", "reason") }, { stack: true }],
      ["Portions, by where they are", "short", { "{{state}}": 'sum by (state) (max by (tenant, item, state) (cafeteria_stock_portions{tenant=~"$tenant", state!="received"}))' }, { stack: true }],
      ["Fewest on hand", "short", { "{{item}}": 'bottomk(10, max by (item) (cafeteria_stock_on_hand{tenant=~"$tenant"}))' }, { type: "bargauge" }],
    ],
  },
  kitchen: {
    title: "Kitchen",
    description: "Whether the cooks keep up.",
    panels: [
      ["Tickets waiting and cooking", "short", { "{{station}}: {{status}}": 'max by (tenant, station, status) (cafeteria_kitchen_tickets{tenant=~"$tenant"})' }, { stack: true }],
      ["Tickets for each cook", "short", { "{{station}}": 'sum by (station) (max by (tenant, station, status) (cafeteria_kitchen_tickets{tenant=~"$tenant"})) / sum by (station) (max by (tenant, station) (cafeteria_kitchen_cooks{tenant=~"$tenant"}))' }],
      ["Cooks", "short", { "{{tenant}} {{station}}": 'max by (tenant, station) (cafeteria_kitchen_cooks{tenant=~"$tenant"})' }],
      ["Into the kitchen and out of it", "ops", {
        "begun": rate("cafeteria_orders_transitions_total", "", 'status="in_kitchen"'),
        "ready": rate("cafeteria_orders_transitions_total", "", 'status="ready"'),
        "handed over": rate("cafeteria_orders_transitions_total", "", 'status="completed"'),
      }],
      ["Ready and not collected", "short", { "{{tenant}}": 'max by (tenant) (cafeteria_orders{tenant=~"$tenant", status="ready"})' }],
      ["Orders whose next step is due", "short", { orders: "max(cafeteria_orders_due)" }],
      ["How long the oldest has waited", "s", { oldest: "max(cafeteria_orders_due_oldest_seconds)" }, { line: 60 }],
      ["Trackers and wall screens open", "short", { "{{instance}}": "sum by (instance) (cafeteria_trackers_open)" }],
    ],
  },
  silos: {
    title: "Silos and storage",
    description: "The processes, their grains, and the one thing they all wait for.",
    panels: [
      ["Serving", "short", { "{{instance}}": "cafeteria_serving" }, { type: "stat" }],
      ["Reaches its database", "short", { "{{instance}}": "cafeteria_database_reachable" }, { type: "stat" }],
      ["Grains in memory", "short", { "{{instance}}": "sum by (instance) (orleans_catalog_activations)" }],
      ["Grain calls, by method", "ops", { "{{grain}}.{{method}}": "topk(12, sum by (grain, method) (rate(orleans_app_requests_latency_seconds_count[$__rate_interval])))" }],
      ["Grain calls that failed, by method", "ops", { "{{grain}}.{{method}}": "sum by (grain, method) (rate(orleans_app_requests_failed_total[$__rate_interval])) or vector(0)" }, { color: "red" }],
      ["Mean duration of a grain call, by method", "s", { "{{grain}}.{{method}}": "topk(12, sum by (grain, method) (rate(orleans_app_requests_latency_seconds_sum[$__rate_interval])) / (sum by (grain, method) (rate(orleans_app_requests_latency_seconds_count[$__rate_interval])) > 0))" }],
      ["Wait in a grain's mailbox", "s", { p99: quantile(0.99, "orleans_mailbox_wait_seconds") }],
      ["Requests, by route", "reqps", { "{{http_request_method}} {{http_route}}": "topk(12, sum by (http_request_method, http_route) (rate(http_server_request_duration_seconds_count[$__rate_interval])))" }],
      ["Errors of ours, by route", "reqps", { "{{http_route}}": 'sum by (http_route) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$__rate_interval])) or vector(0)' }, { color: "red" }],
      ["p99 of a request, by route", "s", { "{{http_route}}": `topk(12, ${quantile(0.99, "http_server_request_duration_seconds", "http_route", requests)})` }, { line: 1 }],
      ["Commit", "s", {
        "p50 {{table}}": quantile(0.5, "cafeteria_persistence_commit_duration_seconds", "table"),
        "p99 {{table}}": quantile(0.99, "cafeteria_persistence_commit_duration_seconds", "table"),
      }, { line: 0.25 }],
      ["Rows in a commit", "short", { "{{table}}": "sum by (table) (rate(cafeteria_persistence_batch_size_sum[$__rate_interval])) / (sum by (table) (rate(cafeteria_persistence_batch_size_count[$__rate_interval])) > 0)" }],
      ["Rows refused, batches sent again", "ops", {
        "refused {{table}}": "sum by (table) (rate(cafeteria_persistence_conflicts_total[$__rate_interval])) or vector(0)",
        "again": "sum(rate(cafeteria_persistence_retries_total[$__rate_interval])) or vector(0)",
      }],
      ["Connections to the database", "short", { "{{db_client_connection_state}}": 'sum by (db_client_connection_state) (db_client_connection{db_client_connection_pool_name="cafeteria"})' }],
      ["Sweeper", "ops", { "{{outcome}}": "sum by (outcome) (rate(cafeteria_orders_swept_total[$__rate_interval])) or vector(0)" }],
      ["CPU", "percentunit", { "{{instance}}": "sum by (instance) (rate(dotnet_process_cpu_time_seconds_total[$__rate_interval]))" }],
      ["Memory", "bytes", { "{{instance}}": "sum by (instance) (dotnet_process_memory_working_set_bytes)" }],
      ["Time lost to garbage collection", "percentunit", { "{{instance}}": "sum by (instance) (rate(dotnet_gc_pause_time_seconds_total[$__rate_interval]))" }],
    ],
  },
};

const source = { type: "prometheus", uid: "prometheus" };

function panel([title, unit, queries, options = {}], at) {
  const type = options.type ?? "timeseries";
  const steps = [{ color: options.color && options.color !== "thresholds" ? options.color : "green", value: null }];
  if (options.line) steps.push({ color: "red", value: options.line });
  if (options.color === "thresholds") steps.push({ color: "red", value: 1 });
  const custom = { drawStyle: "line", lineWidth: 1, fillOpacity: 10, showPoints: "never", spanNulls: true, stacking: { mode: options.stack ? "normal" : "none" } };
  if (options.line) custom.thresholdsStyle = { mode: "line" };
  return {
    id: at + 1,
    title,
    type,
    datasource: source,
    gridPos: { x: (at % 3) * 8, y: Math.floor(at / 3) * 8, w: 8, h: 8 },
    targets: Object.entries(queries).map(([legendFormat, expr], i) => ({ refId: String.fromCharCode(65 + i), datasource: source, expr, legendFormat, ...(expr.includes("_bucket") && { exemplar: true }) })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: "absolute", steps },
        ...(type === "timeseries" ? { custom, color: options.color ? { mode: "fixed", fixedColor: options.color } : { mode: "palette-classic" } } : { color: { mode: "thresholds" } }),
      },
      overrides: [],
    },
    options: type === "timeseries" ? { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } } : { reduceOptions: { calcs: ["lastNotNull"] } },
  };
}

for (const [uid, { title, description, panels }] of Object.entries(dashboards)) {
  const dashboard = {
    uid: `cafeteria-${uid}`,
    title,
    description,
    tags: ["cafeteria"],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: "10s",
    time: { from: "now-30m", to: "now" },
    timezone: "browser",
    links: [{ type: "dashboards", tags: ["cafeteria"], title: "Cafeteria", asDropdown: false, includeVars: true, keepTime: true }],
    templating: {
      list: [
        {
          name: "tenant",
          label: "Cafeteria",
          type: "query",
          datasource: source,
          query: { query: "label_values(cafeteria_stock_on_hand, tenant)", refId: "tenant" },
          refresh: 2,
          includeAll: true,
          allValue: ".*",
          multi: true,
          current: { text: "All", value: "$__all" },
        },
      ],
    },
    panels: panels.map(panel),
  };
  write(`grafana/dashboards/${uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`);
}

// The same rules as a resource of the Prometheus operator's.
const rules = readFileSync(join(deploy, "prometheus/alerts.yml"), "utf8");
write(
  "kubernetes/base/prometheus-rule.yaml",
  `# Made from deploy/prometheus/alerts.yml by deploy/grafana/make.mjs.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: cafeteria
spec:
${rules.slice(rules.indexOf("groups:")).trimEnd().split("\n").map((line) => (line ? `  ${line}` : line)).join("\n")}
`,
);

function write(name, text) {
  const file = join(out, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
