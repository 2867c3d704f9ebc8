export const en = {
  title: "Desk",
  now: "Now",
};

export type DeskWords = typeof en;
