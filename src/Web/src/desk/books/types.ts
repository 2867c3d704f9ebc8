import type { paths } from "~/api/schema";

type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

export type StockRow = Answer<"/api/v1/stock", "get">["items"][number];
export type Movement = Answer<"/api/v1/stock/{id}/ledger", "get">["items"][number];
export type MovementKind = Movement["kind"];
export type AuditEntry = Answer<"/api/v1/audit", "get">["items"][number];
export type AuditAction = AuditEntry["action"];
export type Person = Answer<"/api/v1/staff", "get">["items"][number];
export type Station = Answer<"/api/v1/kitchen/stations", "get">["items"][number];
export type Sales = Answer<"/api/v1/reports/sales", "get">;
export type SalesRow = Sales["rows"][number];
export type DishRequest = paths["/api/v1/menu/items/{id}"]["put"]["requestBody"]["content"]["application/json"];
