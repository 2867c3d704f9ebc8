import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order } from "~/api/types";
import { Banner, Button } from "~/look/parts";
import { orderQuery, ordersQuery } from "~/orders/queries";
import { useSpeech } from "~/words/language";
import { canCancel } from "./steps";

/** Asked twice, in place: cancelling cannot be undone, and a pocket presses anything once. */
export function CancelOrder({ order }: { order: Order }) {
  const { words } = useSpeech();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () =>
      unwrap(client.POST("/api/v1/orders/{id}/cancel", { params: { path: { id: order.id } }, body: {} })),
    onSettled: () => {
      setAsking(false);
      void queries.invalidateQueries({ queryKey: orderQuery(order.id).queryKey });
      void queries.invalidateQueries({ queryKey: ordersQuery.queryKey });
    },
  });
  const tooLate = cancel.error instanceof Problem && cancel.error.status === 409;
  const possible = canCancel(order.status);
  return (
    <>
      {cancel.error && order.status !== "cancelled" && (
        <div className="w-full">
          <Banner tone="warn" alert>
            {tooLate ? words.tracker.tooLate : words.tracker.cancelFailed}
          </Banner>
        </div>
      )}
      {possible && !asking && <Button onClick={() => setAsking(true)}>{words.tracker.cancel}</Button>}
      {possible && asking && (
        <>
          <Button kind="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            {words.tracker.cancelSure}
          </Button>
          <Button onClick={() => setAsking(false)}>{words.tracker.cancelKeep}</Button>
        </>
      )}
    </>
  );
}
