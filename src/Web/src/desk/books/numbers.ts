/** Digits as they are typed in either language. */
function latin(text: string): string {
  return text.replace(/[০-৯]/g, (digit) => String(digit.charCodeAt(0) - 0x09e6)).trim();
}

/** A whole number within its bounds, as text; null when it is none. */
export function whole(text: string, least: number, most: number): string | null {
  const digits = latin(text);
  return /^\d{1,7}$/.test(digits) && Number(digits) >= least && Number(digits) <= most ? String(Number(digits)) : null;
}

/** 450.5 → 450.50; null when it is no amount. */
export function amount(text: string): string | null {
  const match = /^(\d{1,6})(?:\.(\d{1,2}))?$/.exec(latin(text));
  return match ? `${Number(match[1])}.${(match[2] ?? "").padEnd(2, "0")}` : null;
}

/** 450.50 → 45050, without a floating point in between. */
export function toMinor(text: string): number {
  return Number(text.replace(".", ""));
}

export function fromMinor(minor: number): string {
  const digits = String(minor).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
