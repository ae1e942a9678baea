// An advisory, opened by a link without an account, with one button: read.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { Answer, Trouble } from "../parts/states";
import { Head } from "../parts/words";
import { useSpeech } from "../texts";
import "../duties.css";

type Page = Shapes["AdvisoryPage"];
const KEY = ["advisory-page"];

export function AdvisoryPage() {
  const { t } = useSpeech();
  const [word] = useState(() => location.hash.slice(1));
  const opened = useQuery({
    queryKey: KEY,
    queryFn: () => post<Page>("/api/by-link/advisory", { word }),
    enabled: word !== "",
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (word === "") return <p className="caution">{t("vendor_sheet.no_word")}</p>;
  return <Answer of={opened}>{(page) => <Shown page={page} word={word} />}</Answer>;
}

function Shown({ page, word }: { page: Page; word: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [person, setPerson] = useState("");
  const read = useMutation({
    mutationFn: () => post<Page>("/api/by-link/advisory/read", { word, person }),
    onSuccess: (next) => client.setQueryData(KEY, next),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    read.mutate();
  };
  return (
    <div className="page page-narrow">
      <Head title={page.title} help={t("advisory_page.of", { site: page.site, source: page.source, date: page.date })} />
      {page.due ? <p className="caution">{t("advisory_page.due", { date: page.due })}</p> : null}
      {page.tlp ? <p className="muted">TLP:{page.tlp.toUpperCase()}</p> : null}
      <p className="pre-line">{page.text}</p>
      {page.read ? (
        <p role="status">{t("advisories.read.on", { date: page.read, person: page.person })}</p>
      ) : (
        <form className="duty-fields" onSubmit={submit}>
          <TextInput required label={t("advisory_page.person")} maxLength={100} value={person} onChange={(event) => setPerson(event.currentTarget.value)} />
          <Button type="submit" loading={read.isPending}>
            {t("advisory_page.read")}
          </Button>
        </form>
      )}
      {read.isError ? <Trouble error={read.error} /> : null}
    </div>
  );
}
