import { read, write } from "~/app/storage";

const key = "cafeteria.tenant";

// Which cafeteria this is before anybody has signed in: ?tenant= once, remembered.
function choose(): string {
  const asked = new URLSearchParams(location.search).get("tenant");
  if (asked && /^[A-Za-z0-9-]{1,64}$/.test(asked)) write(key, asked);
  return read(key) ?? "iut";
}

export const tenant = choose();
