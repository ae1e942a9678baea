// The day of the incident: one button to begin, and the incidents there are.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { incident, incidents } from "../api/duties";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes } from "../parts/words";
import { useSpeech } from "../texts";
import "../duties.css";

export function Incidents() {
  const { t } = useSpeech();
  return (
    <div className="page page-narrow">
      <Head title={t("incident.title")} help={t("incident.help")}>
        <a className="button" href="/api/papers/offline.html">
          {t("incident.offline")}
        </a>
      </Head>
      <Answer of={useQuery(incidents)}>{(data) => <Whole data={data} />}</Answer>
    </div>
  );
}

/** Opens an incident and goes to it. */
export function useBegin() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (ask: { finding?: string; symptom?: string; words?: string; person?: string }) =>
      post<Shapes["Incident"]>("/api/incidents", ask),
    onSuccess: async (made) => {
      client.setQueryData(incident(made.id).queryKey, made);
      await client.invalidateQueries({ queryKey: ["incidents"] });
      await navigate({ to: "/incidents/$id", params: { id: made.id } });
    },
  });
}

function Whole({ data }: { data: Shapes["IncidentHome"] }) {
  const { t, w } = useSpeech();
  const [words, setWords] = useState("");
  const [person, setPerson] = useState(localStorage.getItem("hinomi.person") ?? "");
  const begin = useBegin();
  return (
    <>
      {data.open.length > 0 ? (
        <Section title={t("incident.open")} className="section-act">
          <Rows of={data.open} />
        </Section>
      ) : null}
      <Section title={t("incident.begin")} help={t("incident.begin.help")}>
        <div className="duty-fields">
          <TextInput label={t("incident.person")} value={person} onChange={(e) => setPerson(e.currentTarget.value)} />
          <TextInput label={t("incident.words")} value={words} onChange={(e) => setWords(e.currentTarget.value)} maxLength={200} />
        </div>
        <ul className="plain symptoms">
          {data.symptoms.map((one) => (
            <li key={one.id}>
              <Button
                variant="default"
                fullWidth
                loading={begin.isPending && begin.variables.symptom === one.id}
                onClick={() => {
                  localStorage.setItem("hinomi.person", person);
                  begin.mutate({ symptom: one.id, words, person });
                }}
              >
                {w(one.name)}
              </Button>
            </li>
          ))}
        </ul>
        {begin.isError ? <Trouble error={begin.error} /> : null}
      </Section>
      {data.closed.length > 0 ? (
        <Section title={t("incident.closed")}>
          <Rows of={data.closed} />
        </Section>
      ) : null}
    </>
  );
}

function Rows({ of }: { of: Shapes["IncidentRow"][] }) {
  const times = useTimes();
  return (
    <ul className="plain rows">
      {of.map((one) => (
        <li key={one.id} className="row">
          <Link to="/incidents/$id" params={{ id: one.id }}>
            {one.title}
          </Link>
          <span className="muted">
            {times.at(one.known_at)} ・ {one.by}
          </span>
        </li>
      ))}
    </ul>
  );
}
