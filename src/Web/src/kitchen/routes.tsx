import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

const kitchen = createRoute({
  getParentRoute: () => root,
  path: "/kitchen",
  component: lazyRouteComponent(() => import("./KitchenShell"), "KitchenShell"),
});

const wall = lazyRouteComponent(() => import("./WallPage"), "WallPage");

// As in app/router.tsx: an array of its own keeps the types of its routes.
const pages = [
  createRoute({ getParentRoute: () => kitchen, path: "/", component: wall }),
  createRoute({ getParentRoute: () => kitchen, path: "$station", component: wall }),
  createRoute({
    getParentRoute: () => kitchen,
    path: "hand-over",
    component: lazyRouteComponent(() => import("./HandOverPage"), "HandOverPage"),
  }),
  createRoute({
    getParentRoute: () => kitchen,
    path: "board",
    component: lazyRouteComponent(() => import("./BoardPage"), "BoardPage"),
  }),
] as const;

export const kitchenRoutes = kitchen.addChildren(pages);
