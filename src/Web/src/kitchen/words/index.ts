import type { Catalogue } from "~/words/useWords";
import { bn } from "./bn";
import { en, type KitchenWords } from "./en";

export const kitchenWords: Catalogue<KitchenWords> = { en, bn };
