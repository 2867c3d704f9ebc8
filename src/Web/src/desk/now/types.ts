import type { paths } from "~/api/schema";

export type NowSnapshot = paths["/api/v1/admin/now/events"]["get"]["responses"][200]["content"]["text/event-stream"];
export type NowFrame = NowSnapshot["now"];
export type NowMinute = NowSnapshot["minutes"][number];
export type LatencyPoint = NowSnapshot["latency"][number];
export type PartHealth = NowFrame["parts"][number];
export type Part = PartHealth["part"];
export type StationLoad = NowFrame["stations"][number];
export type Faults = paths["/api/v1/admin/chaos"]["get"]["responses"][200]["content"]["application/json"];
export type Fault = Faults["faults"][number];
export type FaultRequest = paths["/api/v1/admin/chaos"]["post"]["requestBody"]["content"]["application/json"];
