import type { paths } from "./schema";

// Named by path, not by schema: a schema may be renamed in the contract, a path may not.
type Json<Operation, Status extends number> = Operation extends { responses: infer Responses }
  ? Status extends keyof Responses
    ? Responses[Status] extends { content: { "application/json": infer Body } }
      ? Body
      : never
    : never
  : never;

export type TokenAnswer = Json<paths["/api/v1/auth/login"]["post"], 200>;
export type User = TokenAnswer["user"];
export type Menu = Json<paths["/api/v1/menu"]["get"], 200>;
export type MenuItem = Menu["items"][number];
export type MenuCategory = Menu["categories"][number];
export type Money = MenuItem["price"];
export type PlacedOrder = Json<paths["/api/v1/orders"]["post"], 202>;
export type Order = Json<paths["/api/v1/orders/{id}"]["get"], 200>;
export type OrderSummary = Json<paths["/api/v1/orders"]["get"], 200>["items"][number];
export type OrderStatus = OrderSummary["status"];
export type PlaceOrder = paths["/api/v1/orders"]["post"]["requestBody"]["content"]["application/json"];

export interface Shortage {
  readonly itemId: string;
  readonly requested: number;
  readonly available: number;
}

/** One frame of an order's event stream; the contract's document does not describe streams. */
export interface OrderEvent {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly at: string;
  readonly readyAt?: string | null;
  readonly reason?: string | null;
}
export type Ticket = Json<paths["/api/v1/kitchen/stations/{id}/tickets"]["get"], 200>["items"][number];
export type Station = Json<paths["/api/v1/kitchen/stations"]["get"], 200>["items"][number];
export type KitchenItem = Json<paths["/api/v1/kitchen/items"]["get"], 200>["items"][number];
export type HallBoard = { readonly preparing: readonly string[]; readonly ready: readonly string[] };
