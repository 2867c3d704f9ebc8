import { useEffect, useRef } from "react";
import type { Ticket } from "~/api/types";
import { announce } from "~/look/announce";
import { currentSpeech } from "~/words/language";
import { say } from "./sounds";
import { keyOf, news, type Tickets, urgency } from "./wall";
import { kitchenWords } from "./words";

/** Says what is new and what has become late: to the ear once, and to a screen reader in words. */
export function useNews(tickets: Tickets, shown: readonly Ticket[], live: boolean, now: number): void {
  const before = useRef<{ known: ReadonlySet<string>; late: ReadonlySet<string> } | null>(null);
  useEffect(() => {
    if (!live) return;
    const last = before.current;
    const late = shown.filter((ticket) => urgency(ticket, now).kind === "late").map(keyOf);
    before.current = { known: new Set(tickets.keys()), late: new Set(late) };
    // What was there when the wall was opened is no news.
    if (!last) return;
    const { arrived, overdue } = news(last, shown, now);
    const { wall } = kitchenWords[currentSpeech.get().language];
    if (arrived.length > 0) {
      say("new");
      announce(wall.arrived(arrived.map(({ number }) => number)), false);
    }
    if (overdue.length > 0) {
      say("late");
      announce(wall.overdue(overdue.map(({ number }) => number)), false);
    }
  }, [tickets, shown, live, now]);
}
