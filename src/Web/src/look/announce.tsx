import { useEffect, useState } from "react";
import { Signal, useSignal } from "~/app/signal";

const said = new Signal<{ readonly text: string; readonly turn: number }>({ text: "", turn: 0 });

/** Says it to a screen reader, and shows it for a moment to everybody else. */
export function announce(text: string): void {
  said.set({ text, turn: said.get().turn + 1 });
}

export function Announcer() {
  const { text, turn } = useSignal(said);
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (turn === 0) return;
    setShown(turn);
    const timer = setTimeout(() => setShown(0), 5000);
    return () => clearTimeout(timer);
  }, [turn]);
  const visible = shown !== 0 && text !== "";
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {/* The same words twice are news twice: a changed node is read again. */}
        <span key={turn}>{text}</span>
      </div>
      {visible && (
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
