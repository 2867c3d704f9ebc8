import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Role } from "~/accounts/places";
import { FailuresIcon, KitchenIcon, MenuIcon, NowIcon, OrdersIcon, PeopleIcon, ReportsIcon, StockIcon } from "./icons";
import type { DeskWords } from "./words/en";

interface Entry {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly word: keyof DeskWords["rail"];
  readonly icon: () => ReactNode;
  readonly role: Role;
}

/** The desk's pages, in the order of the rail. */
export const rail: readonly Entry[] = [
  { to: "/desk", word: "now", icon: NowIcon, role: "manager" },
  { to: "/desk/orders", word: "orders", icon: OrdersIcon, role: "manager" },
  { to: "/desk/menu", word: "menu", icon: MenuIcon, role: "manager" },
  { to: "/desk/stock", word: "stock", icon: StockIcon, role: "manager" },
  { to: "/desk/stations", word: "kitchen", icon: KitchenIcon, role: "manager" },
  { to: "/desk/people", word: "people", icon: PeopleIcon, role: "admin" },
  { to: "/desk/reports", word: "reports", icon: ReportsIcon, role: "manager" },
  { to: "/desk/failures", word: "failures", icon: FailuresIcon, role: "admin" },
];
