import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { serverNow } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Order, OrderEvent } from "~/api/types";
import { announce } from "~/look/announce";
import { AgainIcon, BellIcon } from "~/look/icons";
import { Banner, Button, buttonClass, Empty, PageTitle, Rolling } from "~/look/parts";
import { orderQuery } from "~/orders/queries";
import { Receipt } from "~/orders/Receipt";
import { useOrderAgain } from "~/orders/useOrderAgain";
import { currentSpeech, useSpeech } from "~/words/language";
import { CancelOrder } from "./CancelOrder";
import { isFinal } from "./follow";
import { HandOverCode } from "./HandOverCode";
import { ring } from "./ready";
import { minutesUntil } from "./remaining";
import { reasonOf, type Step, stepsOf } from "./steps";
import { useTrackedOrder } from "./useTracking";

export function TrackerPage() {
  const { id } = useParams({ from: "/student/orders/$id" });
  const { words } = useSpeech();
  const { data: order, error, failureCount } = useQuery(orderQuery(id));
  const number = order?.number ?? "";
  const onStatus = useCallback(
    (event: OrderEvent) => {
      const { words: spoken } = currentSpeech.get();
      announce(spoken.tracker.said(number, spoken.status[event.status]), false);
      if (event.status === "ready") ring(id, number);
    },
    [id, number],
  );
  const { connection, ahead } = useTrackedOrder(id, onStatus);

  if (!order) {
    const refused = error instanceof Problem ? error.status : null;
    return (
      <div className="mx-auto max-w-2xl pb-24">
        <PageTitle back>{words.orders.title}</PageTitle>
        {refused === 404 ? (
          <p className="py-6">{words.tracker.notFound}</p>
        ) : refused === 401 ? (
          <Empty
            action={
              <Link to="/sign-in" search={{ next: "/orders" }} className={buttonClass("primary")}>
                {words.signIn}
              </Link>
            }
          >
            {words.orders.signInFirst}
          </Empty>
        ) : failureCount > 0 ? (
          <Banner tone="warn" alert>
            {words.tracker.failedLoad}
          </Banner>
        ) : (
          <div aria-hidden="true" className="h-80 animate-breathe rounded-card bg-raised" />
        )}
      </div>
    );
  }
  return (
    <div className="mx-auto max-w-2xl space-y-5 pb-24" data-status={order.status}>
      <PageTitle back>{words.tracker.title(order.number)}</PageTitle>
      {connection === "lost" && !isFinal(order.status) && <Banner tone="warn">{words.tracker.reconnecting}</Banner>}
      <Headline order={order} ahead={ahead} />
      <Steps steps={stepsOf(order)} />
      <Receipt order={order} />
      <Actions order={order} />
    </div>
  );
}

function Headline({ order, ahead }: { order: Order; ahead: number | null }) {
  const { words } = useSpeech();
  switch (order.status) {
    case "ready":
      return (
        <section className="flex min-h-[70dvh] animate-arrive flex-col items-center justify-center gap-4 rounded-card border border-line bg-white p-6 text-center text-black">
          <p className="font-semibold text-large">{words.tracker.readyNow}</p>
          <p className="font-bold text-call leading-none">{order.number}</p>
          <HandOverCode orderId={order.id} label={words.tracker.qr(order.number)} />
          <p>{words.tracker.readyWhere}</p>
        </section>
      );
    case "completed":
      return <Banner tone="good">{words.tracker.handedOver}</Banner>;
    case "rejected":
    case "cancelled":
    case "failed":
      return <Ended order={order} text={words.tracker[order.status]} />;
    default:
      return <Promised order={order} ahead={ahead} />;
  }
}

function Ended({ order, text }: { order: Order; text: string }) {
  const { words } = useSpeech();
  const reason = reasonOf(order);
  return (
    <Banner tone={order.status === "cancelled" ? "info" : "bad"}>
      <p className="font-medium">{text}</p>
      {reason && <p>{words.tracker.why(words.tracker.reasons[reason] ?? reason)}</p>}
    </Banner>
  );
}

function Promised({ order, ahead }: { order: Order; ahead: number | null }) {
  const { words, formats } = useSpeech();
  const now = useNow(1000);
  if (!order.readyAt) return <p className="font-semibold text-title">{words.status[order.status]}</p>;
  const minutes = minutesUntil(order.readyAt, now);
  return (
    <section className="rounded-card bg-accent-soft px-5 py-5">
      <p className="text-small">{words.tracker.readyAbout}</p>
      <p className="font-bold text-number leading-tight">
        <Rolling>{formats.time(order.readyAt)}</Rolling>
      </p>
      <p className="text-small">
        <Rolling>{minutes < 0 ? words.minutes.now : words.minutes.in(minutes, formats.number(minutes))}</Rolling>
        {ahead !== null && (
          <span data-ahead={ahead}>
            {" · "}
            <Rolling>{words.tracker.ahead(ahead, formats.number(ahead))}</Rolling>
          </span>
        )}
      </p>
    </section>
  );
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

const dots: Record<Step["state"], string> = {
  done: "border-good bg-good",
  now: "border-accent bg-accent ring-4 ring-accent-soft",
  ahead: "border-edge bg-bg",
};

function Steps({ steps }: { steps: readonly Step[] }) {
  const { words, formats } = useSpeech();
  return (
    <section aria-label={words.tracker.steps}>
      <ol>
        {steps.map((step, index) => (
          <li
            key={step.status}
            aria-current={step.state === "now" ? "step" : undefined}
            data-step={step.status}
            data-state={step.state}
            className="relative flex items-center gap-4 py-2"
          >
            {index > 0 && <span aria-hidden="true" className="absolute bottom-1/2 left-[7px] h-full w-0.5 bg-line" />}
            <span aria-hidden="true" className={`z-10 size-4 rounded-full border-2 ${dots[step.state]}`} />
            <span
              className={`grow ${step.state === "now" ? "font-semibold" : step.state === "ahead" ? "text-muted" : ""}`}
            >
              {words.status[step.status]}
            </span>
            {step.at && (
              <time className="text-muted text-small" dateTime={step.at}>
                {formats.exactTime(step.at)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Actions({ order }: { order: Order }) {
  const { words } = useSpeech();
  const orderAgain = useOrderAgain();
  return (
    <div className="no-print flex flex-wrap gap-3">
      <CancelOrder order={order} />
      {!isFinal(order.status) && order.status !== "ready" && <TellMe />}
      {isFinal(order.status) && (
        <Button kind="primary" onClick={() => orderAgain(order.lines)}>
          <AgainIcon /> {words.tracker.again}
        </Button>
      )}
      <Button kind="quiet" onClick={() => window.print()}>
        {words.tracker.print}
      </Button>
    </div>
  );
}

function TellMe() {
  const { words } = useSpeech();
  const [permission, setPermission] = useState(() => ("Notification" in window ? Notification.permission : "denied"));
  if (permission !== "default") return null;
  return (
    <Button onClick={() => void Notification.requestPermission().then(setPermission)}>
      <BellIcon /> {words.tracker.tellMe}
    </Button>
  );
}
