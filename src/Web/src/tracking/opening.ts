import { authorizedFetch } from "~/api/client";
import type { StreamPorts } from "./stream";

/** Opens a stream of the API as who is signed in. */
export function opening(url: string): StreamPorts["open"] {
  return (lastEventId, signal) => {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    return authorizedFetch(new Request(location.origin + url, { headers, cache: "no-store", signal }));
  };
}
