import { PageTitle } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { KitchenBar } from "./KitchenBar";
import { kitchenWords } from "./words";

export function HandOverPage() {
  return (
    <>
      <KitchenBar />
      <main className="px-4">
        <PageTitle>{useWords(kitchenWords).handOver.title}</PageTitle>
      </main>
    </>
  );
}
