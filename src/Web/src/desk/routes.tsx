import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "~/app/root";

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
] as const;

export const deskRoutes = desk.addChildren(pages);
