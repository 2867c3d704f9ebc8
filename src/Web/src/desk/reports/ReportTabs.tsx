import { Link } from "@tanstack/react-router";
import { useWords } from "~/words/useWords";
import { booksWords } from "../words/books";

const tab =
  "inline-flex min-h-10 items-center rounded-control border border-edge px-3 text-small hover:bg-raised aria-[current=page]:border-accent aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold";

export function ReportTabs() {
  const words = useWords(booksWords);
  return (
    <nav aria-label={words.reports} className="flex gap-2 pb-3">
      <Link to="/desk/reports" activeOptions={{ exact: true, includeSearch: false }} className={tab}>
        {words.sales.title}
      </Link>
      <Link to="/desk/reports/changes" activeOptions={{ includeSearch: false }} className={tab}>
        {words.changes}
      </Link>
    </nav>
  );
}
