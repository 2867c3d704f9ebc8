import { useNavigate, useSearch } from "@tanstack/react-router";
import { filters } from "./search";

export type Filters = Readonly<Record<string, string>>;

export function useFilters(): [Filters, (change: Readonly<Record<string, string | null>>) => void] {
  const search = filters(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const change = (next: Readonly<Record<string, string | null>>) => {
    const merged = Object.entries({ ...search, ...next }).filter((entry): entry is [string, string] => !!entry[1]);
    // Typing in a field is not a way that anyone wants to go back letter by letter.
    void navigate({ to: ".", search: Object.fromEntries(merged) as never, replace: !("open" in next) });
  };
  return [search, change];
}
