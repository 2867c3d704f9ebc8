import type { DeskWords } from "./en";

export const bn: DeskWords = {
  title: "ডেস্ক",
  now: "এখন",
};
