import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { buttonClass } from "~/look/parts";
import { MenuPage } from "~/menu/MenuPage";
import { CartPage } from "~/orders/CartPage";
import { useSpeech } from "~/words/language";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken });

// Only addresses of this app: a link from outside must not send who signs in somewhere else.
const next = (search: Record<string, unknown>): { next?: "/cart" | "/orders" } => {
  const wanted = search.next;
  return wanted === "/cart" || wanted === "/orders" ? { next: wanted } : {};
};

const routes = [
  createRoute({ getParentRoute: () => root, path: "/", component: MenuPage }),
  createRoute({ getParentRoute: () => root, path: "/cart", component: CartPage }),
  createRoute({
    getParentRoute: () => root,
    path: "/orders",
    component: lazyRouteComponent(() => import("~/orders/OrdersPage"), "OrdersPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/orders/$id",
    component: lazyRouteComponent(() => import("~/tracking/TrackerPage"), "TrackerPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/sign-in",
    validateSearch: next,
    component: lazyRouteComponent(() => import("~/accounts/SignInPage"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/register",
    validateSearch: next,
    component: lazyRouteComponent(() => import("~/accounts/RegisterPage"), "RegisterPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account",
    component: lazyRouteComponent(() => import("~/accounts/AccountPage"), "AccountPage"),
  }),
] as const;

export const router = createRouter({ routeTree: root.addChildren(routes), scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  const { words } = useSpeech();
  return (
    <div className="space-y-4 py-12">
      <p>{words.notFound}</p>
      <a href="/" className={buttonClass("primary")}>
        {words.cart.toMenu}
      </a>
    </div>
  );
}

function Broken() {
  const { words } = useSpeech();
  return (
    <div role="alert" className="mx-auto max-w-sm space-y-4 p-6">
      <p>{words.broken}</p>
      <button type="button" className={buttonClass("primary")} onClick={() => location.reload()}>
        {words.reload}
      </button>
    </div>
  );
}
