import type { Problem } from "~/api/problem";
import type { Words } from "~/words/en";
import type { Formats } from "~/words/formats";

export function signInMessage(problem: Problem, words: Words, formats: Formats): string {
  const { errors } = words.accounts;
  switch (problem.code) {
    case "invalid_credentials":
    case "account_exists":
    case "network":
      return errors[problem.code];
    case "too_many_attempts":
      return errors.too_many_attempts(formats.number(problem.retryAfterSeconds ?? 60));
    default:
      return errors.other;
  }
}
