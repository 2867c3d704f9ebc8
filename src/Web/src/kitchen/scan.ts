export type Scanned =
  | { readonly kind: "number"; readonly number: string }
  | { readonly kind: "id"; readonly id: string };

const bangla = "০১২৩৪৫৬৭৮৯";

/** What was typed or scanned: the code on a phone (the order's id), an address that ends in it, or a number like A-047. */
export function readScan(text: string): Scanned | null {
  const plain = text.trim().replace(/[০-৯]/g, (digit) => String(bangla.indexOf(digit)));
  const id = /(?:^|\/orders\/)([a-z2-7]{26})$/.exec(plain.toLowerCase())?.[1];
  if (id) return { kind: "id", id };
  const parts = /^([A-Za-z]{0,3})[\s-]*(\d{1,3})$/.exec(plain);
  if (!parts || Number(parts[2]) === 0) return null;
  return { kind: "number", number: `${(parts[1] || "A").toUpperCase()}-${String(parts[2]).padStart(3, "0")}` };
}
