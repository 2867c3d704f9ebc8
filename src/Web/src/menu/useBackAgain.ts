import { useEffect, useRef } from "react";
import type { Menu } from "~/api/types";
import { announce } from "~/look/announce";
import { currentSpeech } from "~/words/language";
import { useMenu } from "./menuQuery";
import { backAgain } from "./stock";
import { watch, watched } from "./watched";

/** Tells who asked that a sold-out dish can be had again. */
export function useBackAgain(): void {
  const { menu } = useMenu();
  const before = useRef<Menu | null>(null);
  useEffect(() => {
    if (before.current && menu) {
      const { words, name } = currentSpeech.get();
      for (const item of backAgain(before.current, menu, watched.get())) {
        watch(item.id, false);
        announce(words.menu.isBack(name(item.name)));
      }
    }
    before.current = menu;
  }, [menu]);
}
