// What a page shows when it has nothing to show: loading, a problem, an empty home.
import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/client";
import { useSpeech } from "../texts";

export function Loading() {
  const { t } = useSpeech();
  return (
    <p className="loading" role="status">
      {t("app.loading")}
    </p>
  );
}

export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, w } = useSpeech();
  const told = error instanceof ApiError;
  return (
    <div className="trouble" role="alert">
      <p className="trouble-title">{told ? w(error.title) : t("app.crashed")}</p>
      <p>{told ? w(error.hint) : t("app.crashed.hint")}</p>
      {retry ? (
        <Button variant="default" onClick={retry}>
          {t("app.retry")}
        </Button>
      ) : null}
    </div>
  );
}

/** Shows the answer when it is there; what is old stays in sight while the new one comes. */
export function Answer<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isError) return <Trouble error={of.error} retry={() => void of.refetch()} />;
  return <Loading />;
}

export function Empty() {
  const { t } = useSpeech();
  return (
    <section className="empty">
      <h2>{t("empty.title")}</h2>
      <p>{t("empty.text")}</p>
      <pre>
        <code>{t("empty.command")}</code>
      </pre>
      <p className="muted">{t("empty.next")}</p>
    </section>
  );
}

export function NotFound() {
  const { t } = useSpeech();
  return (
    <div className="page">
      <h1>{t("app.not_found")}</h1>
    </div>
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <div className="page">
      <Trouble error={error} retry={reset} />
    </div>
  );
}
