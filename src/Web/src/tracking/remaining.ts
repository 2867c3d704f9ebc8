/** Whole minutes until then, as a person says it: 0 is "under a minute", below is "any moment now". */
export function minutesUntil(at: string | Date, now: number): number {
  const left = new Date(at).getTime() - now;
  return left <= 0 ? -1 : left < 60_000 ? 0 : Math.round(left / 60_000);
}
