import { useEffect, useState } from "react";
import { Signal, useSignal } from "~/app/signal";
import { announce } from "~/look/announce";
import { useWords } from "~/words/useWords";
import { saying } from "../books/acting";
import { booksWords } from "../words/books";

interface Offer {
  readonly text: string;
  readonly undo: () => Promise<unknown>;
}

const offered = new Signal<Offer | null>(null);

/** Says what was done, and offers to take it back for a while. */
export function offerUndo(text: string, undo: () => Promise<unknown>): void {
  announce(text, false);
  offered.set({ text, undo });
}

export function UndoBar() {
  const words = useWords(booksWords);
  const offer = useSignal(offered);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!offer || held) return;
    const timer = setTimeout(() => offered.set(null), 12_000);
    return () => clearTimeout(timer);
  }, [offer, held]);
  if (!offer) return null;
  const take = () => {
    offered.set(null);
    void offer.undo().then(
      () => announce(words.undone),
      (error) => announce(saying(error, words, { changed_meanwhile: words.notUndone })),
    );
  };
  return (
    <section
      aria-label={words.undo}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="no-print fixed inset-x-4 bottom-6 z-40 mx-auto flex w-fit max-w-lg items-center gap-4 rounded-card bg-ink py-1 pr-1 pl-4 text-bg text-small shadow-float"
    >
      <span>{offer.text}</span>
      <button type="button" onClick={take} className="min-h-12 min-w-12 rounded-control px-4 font-semibold underline">
        {words.undo}
      </button>
    </section>
  );
}
