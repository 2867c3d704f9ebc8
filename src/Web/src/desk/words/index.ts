import type { Catalogue } from "~/words/useWords";
import { bn } from "./bn";
import { type DeskWords, en } from "./en";

export const deskWords: Catalogue<DeskWords> = { en, bn };
