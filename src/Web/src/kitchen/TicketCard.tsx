import { memo } from "react";
import type { Ticket } from "~/api/types";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { clock, nextStep, urgency } from "./wall";
import { kitchenWords } from "./words";

// The same in both themes: seen from three metres, under kitchen light, and 6.3, 9.9 and 5.5 to 1 with their text.
const heads = {
  onTime: "bg-[#1b6e40] text-white",
  soon: "bg-[#e9b64f] text-[#1f1b16]",
  late: "bg-[#c62f25] text-white",
  unknown: "bg-raised text-muted",
};

interface Props {
  readonly ticket: Ticket;
  /** 1 to 9: the key that acts on it. */
  readonly place: number | null;
  readonly now: number;
  /** What is known of it is true now. */
  readonly live: boolean;
  readonly busy: boolean;
  /** Its station cooks by itself. */
  readonly auto: boolean;
  readonly station: string | null;
  readonly onPress: (ticket: Ticket) => void;
}

export const TicketCard = memo(function TicketCard(props: Props) {
  const { ticket, place, now, live, busy, auto, station, onPress } = props;
  const { formats, name } = useSpeech();
  const words = useWords(kitchenWords).wall;
  const { kind, ms } = urgency(ticket, now);
  const step = nextStep(ticket);
  const digits = (text: string) => text.replace(/\d/g, (digit) => formats.number(Number(digit)));
  return (
    <li
      data-ticket={ticket.orderId}
      data-state={ticket.status}
      data-urgency={live ? kind : "unknown"}
      className="card flex animate-roll flex-col overflow-hidden border-2"
    >
      <div className={`px-4 pt-2 pb-3 ${live ? heads[kind] : heads.unknown}`}>
        <div className="flex items-center justify-between gap-2">
          <h2 className="font-bold text-number leading-tight">{ticket.number}</h2>
          {place !== null && (
            <kbd className="inline-flex size-12 items-center justify-center rounded-control border-2 border-current font-bold font-sans text-title">
              <span className="sr-only">{words.key(formats.number(place))}</span>
              <span aria-hidden="true">{place}</span>
            </kbd>
          )}
        </div>
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          {live && <p className="whitespace-nowrap font-bold text-title">{digits(words[kind](clock(ms)))}</p>}
          <p className="text-large">{digits(words.age(clock(now - Date.parse(ticket.queuedAt))))}</p>
        </div>
      </div>
      <ul className={`grow space-y-2 px-4 py-3 ${live ? "" : "text-muted"}`}>
        {ticket.lines.map((line) => (
          <li key={line.itemId}>
            <p className="font-semibold text-title uppercase leading-tight wrap-break-word">
              <span>{formats.number(Number(line.quantity))} ×</span> {name(line.name)}
            </p>
            {line.note && (
              <p className="mt-1 rounded-control bg-warn-soft px-3 py-1 text-large text-warn wrap-break-word">
                {line.note}
              </p>
            )}
          </li>
        ))}
      </ul>
      <div className="flex items-center gap-3 px-4 pb-4">
        <p className={`grow text-large leading-tight ${ticket.status === "cooking" ? "font-bold" : "text-muted"}`}>
          {ticket.status === "cooking" ? words.cooking : words.waiting}
          {station !== null && <span className="block font-normal text-small">{station}</span>}
          {auto && <span className="block text-small">{words.itselfShort}</span>}
        </p>
        {!auto && step && (
          <button
            type="button"
            disabled={busy || !live}
            aria-label={step === "start" ? words.startOf(ticket.number) : words.doneOf(ticket.number)}
            onClick={() => onPress(ticket)}
            className={`min-h-16 min-w-36 rounded-control px-4 font-bold text-title disabled:border-line disabled:bg-raised disabled:text-muted ${step === "done" ? "bg-accent text-on-accent" : "border-2 border-edge bg-surface"}`}
          >
            {step === "start" ? words.start : words.done}
          </button>
        )}
      </div>
    </li>
  );
});
