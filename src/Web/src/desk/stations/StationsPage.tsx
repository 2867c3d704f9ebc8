import { useQuery, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "~/api/client";
import { PageTitle } from "~/look/parts";
import { useSpeech } from "~/words/language";
import { useWords } from "~/words/useWords";
import { AuditList } from "../books/AuditList";
import { useAct } from "../books/acting";
import { whole } from "../books/numbers";
import { before, changed } from "../books/seen";
import type { Station } from "../books/types";
import { type Column, DeskTable } from "../table/DeskTable";
import { EditCell } from "../table/EditCell";
import { useFilters } from "../table/filters";
import { Choice, Details, ListState, WithDetails } from "../table/parts";
import { offerUndo, UndoBar } from "../table/undo";
import { booksWords } from "../words/books";

type Setting = Pick<Station, "cooks" | "mode">;

/** Sets a station as it stands now, unless another has set the same of it since it was seen. */
async function configure(seen: Station, change: Partial<Setting>): Promise<Station> {
  const { items } = await unwrap(client.GET("/api/v1/kitchen/stations"));
  const now = items.find(({ id }) => id === seen.id) ?? seen;
  const { cooks, mode } = changed<Setting>(now, seen, change);
  return unwrap(
    client.PUT("/api/v1/kitchen/stations/{id}", { params: { path: { id: seen.id } }, body: { cooks, mode } }),
  );
}

/** How many cook where, and whether tickets cook themselves. */
export function StationsPage() {
  const words = useWords(booksWords);
  const [filters, setFilters] = useFilters();
  const { data, failureCount, isLoading } = useQuery({
    queryKey: ["stations"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/kitchen/stations", { signal })),
    refetchInterval: 3000,
    retry: 1_000_000,
  });
  const open = data?.items.find((station) => station.id === filters.open);
  const columns = useColumns((id) => setFilters({ open: id }));
  return (
    <>
      <PageTitle>{words.stations}</PageTitle>
      <WithDetails
        details={
          open && (
            <Details key={open.id} title={open.name} close={() => setFilters({ open: null })}>
              <AuditList about={`stations/${open.id}`} />
            </Details>
          )
        }
      >
        <ListState
          loading={isLoading && failureCount === 0}
          failed={failureCount > 0}
          empty={data?.items.length === 0 ? words.post.empty : null}
        />
        {data && data.items.length > 0 && (
          <DeskTable
            caption={words.stations}
            columns={columns}
            rows={data.items}
            rowKey={(station) => station.id}
            current={open?.id}
            file="stations"
          />
        )}
      </WithDetails>
      <UndoBar />
    </>
  );
}

function useColumns(open: (id: string) => void): Column<Station>[] {
  const words = useWords(booksWords);
  const { formats } = useSpeech();
  const queries = useQueryClient();
  const after = () => Promise.all([["stations"], ["audit"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  const save = useAct(async ({ station, change }: { station: Station; change: Partial<Setting> }) => {
    const saved = await configure(station, change);
    offerUndo(words.saved(station.name), () => configure(saved, before<Setting>(station, change)).finally(after));
  }, after);
  return [
    {
      key: "name",
      head: words.post.name,
      csv: (station) => station.name,
      cell: (station) => (
        <button
          type="button"
          className="min-h-9 min-w-12 text-left font-medium underline-offset-4 hover:underline"
          onClick={() => open(station.id)}
        >
          {station.name}
        </button>
      ),
    },
    {
      key: "cooks",
      head: words.post.cooks,
      number: true,
      csv: (station) => station.cooks,
      cell: (station) => (
        <EditCell
          number
          label={words.edit(words.post.cooks, station.name)}
          value={String(station.cooks)}
          text={formats.number(station.cooks)}
          parse={(text) => whole(text, 1, 100)}
          rule={words.post.cooksRule}
          save={(cooks) => save.mutate({ station, change: { cooks: Number(cooks) } })}
        />
      ),
    },
    {
      key: "mode",
      head: words.post.mode,
      csv: (station) => words.post.modes[station.mode],
      cell: (station) => (
        <Choice
          hidden
          label={words.edit(words.post.mode, station.name)}
          value={station.mode}
          choices={words.post.modes}
          onChange={(event) => save.mutate({ station, change: { mode: event.target.value as Station["mode"] } })}
        />
      ),
    },
    {
      key: "queued",
      head: words.post.queued,
      number: true,
      csv: (station) => station.queued,
      cell: (station) => formats.number(station.queued),
    },
    {
      key: "cooking",
      head: words.post.cooking,
      number: true,
      csv: (station) => station.cooking,
      cell: (station) => formats.number(station.cooking),
    },
  ];
}
