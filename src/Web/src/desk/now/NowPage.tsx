import { PageTitle } from "~/look/parts";
import { useWords } from "~/words/useWords";
import { deskWords } from "../words";

export function NowPage() {
  return <PageTitle>{useWords(deskWords).rail.now}</PageTitle>;
}
