export const en = {
  title: "Desk",
  rail: {
    now: "Now",
    orders: "Orders",
    menu: "Menu",
    stock: "Stock",
    kitchen: "Kitchen",
    people: "People",
    reports: "Reports",
    failures: "Failures",
  },
};

export type DeskWords = typeof en;
