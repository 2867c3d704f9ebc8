import { useEffect, useState } from "react";
import { Signal, useSignal } from "~/app/signal";

const said = new Signal({ text: "", turn: 0, shown: false });

/** Says it to a screen reader, and shows it for a moment to everybody else, unless the page shows it anyway. */
export function announce(text: string, shown = true): void {
  said.set({ text, shown, turn: said.get().turn + 1 });
}

export function Announcer() {
  const { text, turn, shown } = useSignal(said);
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (turn === 0) return;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), 5000);
    return () => clearTimeout(timer);
  }, [turn]);
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {/* The same words twice are news twice: a changed node is read again. */}
        <span key={turn}>{text}</span>
      </div>
      {fresh && shown && (
        <div
          aria-hidden="true"
          className="no-print pointer-events-none fixed inset-x-4 bottom-28 z-40 mx-auto w-fit max-w-md animate-roll rounded-card bg-ink px-4 py-3 text-bg text-small shadow-float"
        >
          {text}
        </div>
      )}
    </>
  );
}
