import { useEffect, useMemo, useRef, useState } from "react";
import type { Menu, MenuCategory, MenuItem } from "~/api/types";
import { CloseIcon, SearchIcon } from "~/look/icons";
import { Banner, Button, Empty, IconButton } from "~/look/parts";
import { CartAside } from "~/orders/CartAside";
import { useSpeech } from "~/words/language";
import { matches } from "~/words/names";
import { DishCard } from "./DishCard";
import { useMenu } from "./menuQuery";
import { OrderAgain } from "./OrderAgain";

interface Section {
  readonly category: MenuCategory;
  readonly items: readonly MenuItem[];
}

function sectionsOf(menu: Menu, search: string, name: (given: string) => string): Section[] {
  return [...menu.categories]
    .sort((one, other) => Number(one.order) - Number(other.order))
    .map((category) => ({
      category,
      items: menu.items.filter(
        (item) => item.categoryId === category.id && matches(search, item.name, name(item.name), item.description),
      ),
    }))
    .filter((section) => section.items.length > 0);
}

export function MenuPage() {
  const { words, formats, name } = useSpeech();
  const { menu, staleSince, failed } = useMenu();
  const [search, setSearch] = useState("");
  const sections = useMemo(() => (menu ? sectionsOf(menu, search, name) : []), [menu, search, name]);

  return (
    <div className="lg:grid lg:grid-cols-[1fr_380px] lg:items-start lg:gap-8">
      <div>
        <h1 tabIndex={-1} className="sr-only">
          {words.menu.title}
        </h1>
        <div className="sticky top-0 z-20 -mx-4 space-y-2 bg-bg px-4 pt-2 pb-2">
          <SearchField value={search} onChange={setSearch} />
          <Categories sections={sections} />
        </div>
        <div className="space-y-6 pt-2 pb-36">
          {staleSince !== null && (
            <Banner tone="warn" alert>
              {words.menu.stale(formats.time(new Date(staleSince)))}
            </Banner>
          )}
          {failed && (
            <Banner tone="bad" alert>
              {words.menu.failed}
            </Banner>
          )}
          {!search && <OrderAgain menu={menu} />}
          {!menu && !failed && <Skeleton />}
          {menu && sections.length === 0 && (
            <Empty action={search && <Button onClick={() => setSearch("")}>{words.menu.clearSearch}</Button>}>
              {search ? words.menu.noMatch(search) : words.menu.empty}
            </Empty>
          )}
          {sections.map(({ category, items }) => (
            <section key={category.id} id={`category-${category.id}`} aria-labelledby={`category-${category.id}-name`}>
              <h2 id={`category-${category.id}-name`} className="pb-2 font-semibold text-large">
                {name(category.name)}
              </h2>
              <ul className="grid gap-3 md:grid-cols-2">
                {items.map((item) => (
                  <DishCard key={item.id} item={item} />
                ))}
              </ul>
            </section>
          ))}
        </div>
      </div>
      <CartAside />
    </div>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { words } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  return (
    <search className="relative block">
      <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
        <SearchIcon />
      </span>
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={words.menu.search}
        placeholder={words.menu.search}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-12 w-full rounded-control border border-edge bg-surface pr-12 pl-11 text-base"
      />
      {value && (
        <span className="absolute inset-y-0 right-0">
          <IconButton
            label={words.menu.clearSearch}
            onClick={() => {
              onChange("");
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </IconButton>
        </span>
      )}
    </search>
  );
}

function Categories({ sections }: { sections: readonly Section[] }) {
  const { words, name } = useSpeech();
  const current = useCurrentSection(sections);
  return (
    <nav aria-label={words.menu.categories} className="no-scrollbar -mx-4 flex h-12 gap-2 overflow-x-auto px-4">
      {sections.map(({ category }) => (
        <button
          key={category.id}
          type="button"
          aria-current={category.id === current ? "true" : undefined}
          onClick={() => document.getElementById(`category-${category.id}`)?.scrollIntoView({ behavior: "smooth" })}
          className="flex h-12 shrink-0 items-center rounded-full border border-line bg-surface px-4 text-small aria-current:border-accent aria-current:bg-accent-soft aria-current:text-accent"
        >
          {name(category.name)}
        </button>
      ))}
    </nav>
  );
}

/** The section under the head of the page: the last one that has begun. */
function useCurrentSection(sections: readonly Section[]): string | undefined {
  const [current, setCurrent] = useState<string>();
  const ids = sections.map(({ category }) => category.id).join(" ");
  useEffect(() => {
    const look = () => {
      const begun = ids.split(" ").filter((id) => {
        const top = document.getElementById(`category-${id}`)?.getBoundingClientRect().top;
        return top !== undefined && top < 220;
      });
      setCurrent(begun.at(-1));
    };
    look();
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, [ids]);
  return current ?? sections[0]?.category.id;
}

function Skeleton() {
  return (
    <ul aria-hidden="true" className="grid gap-3 pt-8 md:grid-cols-2">
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <li key={key} className="card flex h-28 animate-breathe gap-3 p-3">
          <span className="size-16 rounded-card bg-raised" />
          <span className="flex grow flex-col gap-2">
            <span className="h-5 w-2/3 rounded bg-raised" />
            <span className="h-4 w-1/3 rounded bg-raised" />
          </span>
        </li>
      ))}
    </ul>
  );
}
