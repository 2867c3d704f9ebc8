import { type ReactNode, useEffect, useId, useRef } from "react";
import { CloseIcon } from "~/look/icons";
import { IconButton } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { kitchenWords } from "./words";

/** The browser's own dialog: it keeps the focus, closes with Escape, and gives the focus back. */
export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const words = useWords(kitchenWords);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser would begin at the button that closes it.
    element?.querySelector("input")?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="m-auto flex max-h-[90dvh] w-full max-w-2xl flex-col overflow-hidden rounded-card border border-line bg-surface p-0 text-ink shadow-float backdrop:bg-black/50"
    >
      <div className="flex items-center justify-between gap-2 border-line border-b py-2 pr-2 pl-5">
        <h2 id={id} className="font-semibold text-title">
          {title}
        </h2>
        <IconButton label={words.close} onClick={() => dialog.current?.close()}>
          <CloseIcon />
        </IconButton>
      </div>
      <div className="overflow-y-auto p-5">{children}</div>
    </dialog>
  );
}
