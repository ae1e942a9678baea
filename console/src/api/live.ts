// Tells open pages that something changed.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** Listens while the page is open; what is shown is asked for again when the state has changed. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    if (typeof EventSource === "undefined") return;
    let known = "";
    const source = new EventSource("/api/live");
    source.addEventListener("changed", (event: MessageEvent<string>) => {
      if (known && known !== event.data) {
        void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
      }
      known = event.data;
    });
    return () => source.close();
  }, [client]);
}
