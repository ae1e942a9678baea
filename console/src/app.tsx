import { MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "./api/client";
import { session } from "./api/questions";
import { router } from "./router";
import { SpeechProvider, useChosenSpeech } from "./texts";
import { theme } from "./theme";

/** The nonce that the server gave this page; styles made here carry it. */
export const nonce = () => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

const questions = () => {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // The session ended: the frame shows the sign-in, and this page again afterwards.
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) void client.invalidateQueries({ queryKey: session.queryKey });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        // A question that was understood and refused will be refused again.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status > 0),
      },
    },
  });
  return client;
};

export function App() {
  const speech = useChosenSpeech();
  const [client] = useState(questions);
  return (
    <SpeechProvider value={speech}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </SpeechProvider>
  );
}
