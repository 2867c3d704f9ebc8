import type { LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Role } from "~/accounts/places";
import { NowIcon } from "./icons";
import type { DeskWords } from "./words/en";

interface Entry {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly word: keyof DeskWords["rail"];
  readonly icon: () => ReactNode;
  readonly role: Role;
}

/** The desk's pages, in the order of the rail. */
export const rail: readonly Entry[] = [{ to: "/desk", word: "now", icon: NowIcon, role: "manager" }];
