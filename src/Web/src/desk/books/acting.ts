import { useMutation } from "@tanstack/react-query";
import { Problem } from "~/api/problem";
import { announce } from "~/look/announce";
import { useWords } from "~/words/useWords";
import { booksWords } from "../words/books";

/** A change, with what went wrong said in words; the page asks anew either way. */
export function useAct<Input = void>(
  act: (input: Input) => Promise<unknown>,
  after: () => unknown,
  refusals: Readonly<Record<string, string>> = {},
) {
  const words = useWords(booksWords);
  return useMutation({
    mutationFn: act,
    onSettled: () => after(),
    onError: (error) => announce(saying(error, words, refusals)),
  });
}

export function saying(
  error: unknown,
  words: { readonly network: string; readonly failed: string; readonly changedMeanwhile: string },
  refusals: Readonly<Record<string, string>>,
): string {
  if (!(error instanceof Problem)) return words.failed;
  const known = refusals[error.code] ?? (error.code === "changed_meanwhile" ? words.changedMeanwhile : undefined);
  return known ?? (error.isRefusal ? words.failed : words.network);
}
