import { Problem } from "~/api/problem";

/** Those fields as they were. */
export function before<Thing extends object>(thing: Thing, change: Partial<Thing>): Partial<Thing> {
  return Object.fromEntries(Object.keys(change).map((key) => [key, thing[key as keyof Thing]])) as Partial<Thing>;
}

/** Whether both have the same in each field of the change. */
export function agree<Thing extends object>(
  one: Partial<Thing>,
  other: Partial<Thing>,
  change: Partial<Thing>,
): boolean {
  return (Object.keys(change) as (keyof Thing)[]).every(
    (field) => JSON.stringify(one[field]) === JSON.stringify(other[field]),
  );
}

/**
 * The thing as it is now with the change made to it. What somebody else has changed since it was seen stays theirs: when
 * it is one of these fields, a Problem says <code>changed_meanwhile</code>.
 */
export function changed<Thing extends object>(now: Thing, seen: Thing, change: Partial<Thing>): Thing {
  if (!agree(now, seen, change) && !agree(now, change, change)) throw new Problem(412, "changed_meanwhile");
  return { ...now, ...change };
}
