import { Link } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from "react";
import type { MenuItem } from "~/api/types";
import { DishPicture } from "~/menu/dishes";
import { availability } from "~/menu/stock";
import { useSpeech } from "~/words/language";
import { BackIcon } from "./icons";

type Kind = "primary" | "plain" | "quiet" | "danger";

const kinds: Record<Kind, string> = {
  primary: "bg-accent text-on-accent font-semibold disabled:opacity-70",
  plain: "border border-edge bg-surface text-ink",
  quiet: "text-ink hover:bg-raised",
  danger: "border border-bad text-bad bg-surface",
};

export const buttonClass = (kind: Kind = "plain") =>
  `inline-flex min-h-12 min-w-12 items-center justify-center gap-2 rounded-control px-4 text-base ${kinds[kind]}`;

export function Button({ kind = "plain", className = "", ...rest }: ComponentProps<"button"> & { kind?: Kind }) {
  return <button type="button" {...rest} className={`${buttonClass(kind)} ${className}`} />;
}

export function IconButton({ label, className = "", ...rest }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-flex size-12 shrink-0 items-center justify-center rounded-control text-ink hover:bg-raised ${className}`}
    />
  );
}

/** A page's heading; takes the focus when the page opens, so that a screen reader begins there. */
export function PageTitle({ children, back }: { children: ReactNode; back?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { words } = useSpeech();
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="flex items-center gap-1 py-2">
      {back && (
        <Link
          to="/"
          aria-label={words.cart.toMenu}
          className="no-print -ml-3 inline-flex size-12 items-center justify-center"
        >
          <BackIcon />
        </Link>
      )}
      <h1 ref={heading} tabIndex={-1} className="text-title leading-tight font-semibold">
        {children}
      </h1>
    </div>
  );
}

/** A number that changes in place. */
export function Rolling({ children }: { children: string }) {
  return (
    <span key={children} className="inline-block animate-roll">
      {children}
    </span>
  );
}

const pill = "inline-block whitespace-nowrap rounded-full px-2 font-medium";

export function StockWord({ item }: { item: MenuItem }) {
  const { words, formats } = useSpeech();
  const stock = availability(item);
  switch (stock.kind) {
    case "plenty":
      return <span className="text-muted">{words.menu.plenty}</span>;
    case "left":
      return (
        <span className={`${pill} bg-warn-soft text-warn`}>
          <Rolling>{words.menu.left(formats.number(stock.count))}</Rolling>
        </span>
      );
    case "soldOut":
      return <span className={`${pill} bg-raised text-muted`}>{words.menu.soldOut}</span>;
    case "notToday":
      return <span className={`${pill} bg-raised text-muted`}>{words.menu.notToday}</span>;
  }
}

const tones = {
  info: "bg-info-soft text-info",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  good: "bg-good-soft text-good",
};

export function Banner({ tone, children, alert }: { tone: keyof typeof tones; children: ReactNode; alert?: boolean }) {
  return (
    <div role={alert ? "alert" : undefined} className={`rounded-card px-4 py-3 text-small ${tones[tone]}`}>
      {children}
    </div>
  );
}

export function Field({
  label,
  hint,
  error,
  children,
  ...rest
}: ComponentProps<"input"> & { label: string; hint?: string; error?: string | undefined; children?: ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium text-small">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          {...rest}
          className={`h-12 w-full rounded-control border bg-surface px-3 text-base ${error ? "border-bad" : "border-edge"} ${children ? "pr-14" : ""}`}
        />
        {children && <div className="absolute inset-y-0 right-0">{children}</div>}
      </div>
      {hint && !error && (
        <p id={`${id}-hint`} className="text-muted text-tiny">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-bad text-small">
          {error}
        </p>
      )}
    </div>
  );
}

/** Nothing here: said under a covered dish, with the way to something. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-4 py-12 text-center text-muted">
      <DishPicture itemId="" categoryId="" size={96} />
      <p>{children}</p>
      {action}
    </div>
  );
}
