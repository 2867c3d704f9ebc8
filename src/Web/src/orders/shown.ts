/** Which of one's orders are shown, by their states as the contract calls them. */
export const shown = {
  open: "pending,stock_verified,awaiting_payment,in_kitchen,ready,out_for_delivery",
  served: "completed",
  ended: "rejected,cancelled,failed",
} as const;

export type Show = keyof typeof shown;

export function readShow({ show }: Record<string, unknown>): { show?: Show } {
  return typeof show === "string" && Object.hasOwn(shown, show) ? { show: show as Show } : {};
}
