// Lists of known-bad addresses and names: load, see what they found, drop.
import { Button, FileButton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { indicatorLists } from "../api/questions";
import { count } from "../format";
import { Trouble } from "../parts/states";
import { Section, useTimes } from "../parts/words";
import { useSpeech } from "../texts";

type Lists = Shapes["IndicatorLists"];

export function KnownBad() {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const lists = useQuery(indicatorLists);
  const act = useMutation({
    mutationFn: async ({ path, body }: { path: string; body: object }) => post<Lists>(path, body),
    onSuccess: async (next) => {
      client.setQueryData(indicatorLists.queryKey, next);
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
    },
  });
  const load = async (file: File | null) => {
    if (file) act.mutate({ path: "/api/indicators", body: { name: file.name, text: await file.text() } });
  };
  const shown = lists.data?.lists ?? [];
  return (
    <Section
      title={t("indicators.title")}
      help={t("indicators.help")}
      className="no-print"
      tools={
        <FileButton onChange={(file) => void load(file)} accept=".json,.txt,.csv,.stix" inputProps={{ "aria-label": t("indicators.load") }}>
          {(props) => (
            <Button {...props} variant="default" loading={act.isPending}>
              {t("indicators.load")}
            </Button>
          )}
        </FileButton>
      }
    >
      {shown.length === 0 ? <p className="muted">{t("indicators.none")}</p> : null}
      <ul className="plain rows">
        {shown.map((one) => (
          <li key={one.id} className="row">
            <div>
              <strong>{one.name}</strong>{" "}
              <span className="muted">
                {t("indicators.entries", { n: count(one.entries) })} ・ {times.at(one.at)} ・ {one.by}
              </span>
              <p>
                {one.findings.length === 0 ? t("indicators.hits.none") : `${t("indicators.hits")}: `}
                {one.findings.map((id) => (
                  <Link key={id} to="/findings/$id" params={{ id }}>
                    {id}{" "}
                  </Link>
                ))}
              </p>
            </div>
            <Drop id={one.id} name={one.name} drop={(reason) => act.mutate({ path: `/api/indicators/${one.id}/drop`, body: { reason } })} />
          </li>
        ))}
      </ul>
      {act.isError ? <Trouble error={act.error} /> : null}
    </Section>
  );
}

function Drop({ id, name, drop }: { id: string; name: string; drop: (reason: string) => void }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  if (!open)
    return (
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)} aria-label={`${t("indicators.drop")} ${name}`}>
        {t("indicators.drop")}
      </Button>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) drop(reason.trim());
      }}
      className="time-row"
    >
      <TextInput id={`drop-${id}`} label={t("policy.reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} required />
      <Button type="submit">{t("indicators.drop")}</Button>
    </form>
  );
}
