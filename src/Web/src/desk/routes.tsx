import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";
import { filters } from "./table/search";

const desk = createRoute({
  getParentRoute: () => root,
  path: "/desk",
  component: lazyRouteComponent(() => import("./DeskShell"), "DeskShell"),
});

// As in app/router.tsx: an array of its own keeps the types of its routes.
const pages = [
  createRoute({
    getParentRoute: () => desk,
    path: "/",
    component: lazyRouteComponent(() => import("./now/NowPage"), "NowPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/orders",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./orders/OrdersPage"), "OrdersPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/menu",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./menu/MenuPage"), "MenuPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/stock",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./stock/StockPage"), "StockPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/stations",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./stations/StationsPage"), "StationsPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/people",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/reports",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./reports/ReportsPage"), "ReportsPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/reports/changes",
    validateSearch: filters,
    component: lazyRouteComponent(() => import("./reports/ChangesPage"), "ChangesPage"),
  }),
  createRoute({
    getParentRoute: () => desk,
    path: "/failures",
    component: lazyRouteComponent(() => import("./failures/FailuresPage"), "FailuresPage"),
  }),
] as const;

export const deskRoutes = desk.addChildren(pages);
