/** Dish names are matched without case or accents, in either language. */
export function matches(search: string, ...texts: readonly string[]): boolean {
  const wanted = fold(search);
  return wanted === "" || texts.some((text) => fold(text).includes(wanted));
}

function fold(text: string): string {
  // Only Latin accents: Bengali vowel signs are marks as well, and taking them away changes the word.
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .trim();
}
