export type Command =
  | { readonly kind: "ticket"; readonly index: number }
  | { readonly kind: "recall" | "undo" | "stock" | "sound" | "keys" };

type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "metaKey" | "repeat">;

const letters = { KeyR: "recall", KeyU: "undo", KeyS: "stock", KeyM: "sound" } as const;

/**
 * What a press means on the wall. By the key's place as well as by its letter, because a keyboard may be set to Bangla;
 * a key that is held down is one press, for the ticket behind the first would get the next.
 */
export function commandOf({ key, code, ctrlKey, altKey, metaKey, repeat }: Press): Command | null {
  if (ctrlKey || altKey || metaKey || repeat) return null;
  if (key === "?") return { kind: "keys" };
  const digit = /^[1-9]$/.test(key) ? key : /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  if (digit) return { kind: "ticket", index: Number(digit) - 1 };
  const kind = letters[code as keyof typeof letters] ?? letters[`Key${key.toUpperCase()}` as keyof typeof letters];
  return kind ? { kind } : null;
}

/** Whether the press belongs to a field or a dialog, not to the wall. */
export function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
