import type { OrderStatus } from "~/api/types";
import { useSpeech } from "~/words/language";

const tones: Record<OrderStatus, string> = {
  pending: "bg-info-soft text-info",
  stock_verified: "bg-info-soft text-info",
  awaiting_payment: "bg-warn-soft text-warn",
  in_kitchen: "bg-accent-soft text-accent",
  ready: "bg-good text-bg",
  out_for_delivery: "bg-info-soft text-info",
  completed: "bg-raised text-muted",
  rejected: "bg-bad-soft text-bad",
  cancelled: "bg-raised text-muted",
  failed: "bg-bad-soft text-bad",
};

export function StatusBadge({ status }: { status: OrderStatus }) {
  const { words } = useSpeech();
  return (
    <span className={`rounded-full px-3 py-0.5 font-medium text-small ${tones[status]}`}>{words.status[status]}</span>
  );
}
